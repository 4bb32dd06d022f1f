"""Writes a trained reader as int8 ONNX into the package: ``python -m training.export --name reader``.

The encoder's matrices become 8-bit (dynamic quantisation, one scale a column), and so do the word pieces' embeddings
(one scale a row). The small heads stay 32-bit, and so does the second matrix of each feed-forward block: its input has
a few very large values, whose 8-bit scale drowns the others (docs/decisions/quantisation.md). Beside the graph go the
labels, the vocabulary and the two heads that run outside of it.
"""

from __future__ import annotations

import argparse
import gzip
import json
import tempfile
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import torch
from onnxruntime.quantization import QuantType, quantize_dynamic
from torch import Tensor, nn
from torch.nn import functional as F

from training.network import Config, Layer, Reader
from training.prepare import load_vocabulary

WORK = Path(__file__).parent / "work"
MODEL = Path(__file__).parent.parent / "src/diegesis/language/model_data"
OUTPUTS = (
    "upos", "xpos", "start", "event", "arcs", "span", "span_type", "first", "last", "dependent", "governor",
    "fluent", "value", "mode", "kind", "trigger", "filler",
)  # fmt: skip


class Attend(torch.autograd.Function):
    """Attention as onnxruntime's own operator, which takes half the time of the single matrix products."""

    @staticmethod
    def forward(ctx: Any, q: Tensor, k: Tensor, v: Tensor, bias: Tensor, mask: Tensor, heads: int) -> Tensor:
        b, n, d = q.shape
        q, k, v = (
            (x + y).view(b, n, heads, d // heads).transpose(1, 2) for x, y in zip((q, k, v), bias.split(d), strict=True)
        )
        far = (mask == 0)[:, None, None, :] * -1e4
        scores = torch.matmul(q, k.transpose(-1, -2)) * (d // heads) ** -0.5 + far
        return torch.matmul(scores.softmax(-1), v).transpose(1, 2).reshape(b, n, d)

    @staticmethod
    def symbolic(g: Any, q: Any, k: Any, v: Any, bias: Any, mask: Any, heads: int) -> Any:
        out = g.op("com.microsoft::MultiHeadAttention", q, k, v, bias, mask, num_heads_i=heads)
        out.setType(q.type())
        return out


class FusedLayer(nn.Module):
    """``network.Layer`` around ``Attend``, with one matrix for queries, keys and values."""

    def __init__(self, layer: Layer) -> None:
        super().__init__()
        self.h = layer.h
        width = layer.q.in_features
        self.qkv = nn.Linear(width, 3 * width, bias=False)
        with torch.no_grad():
            self.qkv.weight.copy_(torch.cat([layer.q.weight, layer.k.weight, layer.v.weight]))
        self.bias = nn.Parameter(torch.cat([layer.q.bias, layer.k.bias, layer.v.bias]).detach())
        self.o, self.norm1, self.norm2, self.up, self.down = layer.o, layer.norm1, layer.norm2, layer.up, layer.down

    def forward(self, x: Tensor, mask: Tensor) -> Tensor:
        q, k, v = self.qkv(x).split(x.shape[-1], -1)
        x = self.norm1(x + self.o(Attend.apply(q, k, v, self.bias, mask, self.h)))
        return self.norm2(x + self.down(F.gelu(self.up(x))))


class RowEmbedding(nn.Module):
    """An embedding in 8 bits with one scale a row: one scale for the whole table cost half a point of attachment."""

    def __init__(self, table: Tensor) -> None:
        super().__init__()
        scale = table.abs().amax(1, keepdim=True).clamp(min=1e-8) / 127
        self.register_buffer("scale", scale)
        self.register_buffer("table", torch.round(table / scale).to(torch.int8))

    def forward(self, ids: Tensor) -> Tensor:
        return self.table[ids].float() * self.scale[ids]


class Graph(nn.Module):
    """The heads with their outputs as ``diegesis.language.model.WindowPrediction`` has them."""

    def __init__(self, reader: Reader, small: bool) -> None:
        super().__init__()
        self.reader = reader
        if small:
            reader.encoder.word = RowEmbedding(reader.encoder.word.weight.detach())
        reader.encoder.layers = nn.ModuleList(FusedLayer(x) for x in reader.encoder.layers if isinstance(x, Layer))

    def forward(self, ids: Tensor, shapes: Tensor, first: Tensor, last: Tensor) -> tuple[Tensor, ...]:
        m = self.reader
        states = m.encoder(ids.long(), shapes.long())
        s, r, w = (m.words(mix(states), first.long(), last.long()) for mix in (m.syntax, m.reference, m.world))
        upos, xpos, start = m.tags(s)
        spans = m.spans(r)
        best, kind = spans[..., 1:].max(-1)
        dependent, governor = m.rel_vectors(s)
        a, b = m.coref_vectors(r)
        return (
            upos.argmax(-1).int(), xpos.argmax(-1).int(), start, m.events(r), m.arcs(s),
            best - spans[..., 0], kind.int(), a, b, dependent, governor, *m.changes(w), *m.argument_vectors(w),
        )  # fmt: skip


def load(name: str, last: bool = False) -> tuple[Reader, dict[str, list[str]]]:
    """The averaged reader of a checkpoint (or the one of the last step), ready to predict, and its labels."""
    state = torch.load(WORK / f"{name}.pt", weights_only=True)
    reader = Reader(Config(**state["config"]))
    prefix, weights = ("model.", state["weights"]) if last else ("module.model.", state["average"])
    reader.load_state_dict({k.removeprefix(prefix): v for k, v in weights.items() if k.startswith(prefix)})
    return reader.eval(), state["labels"]


def to_onnx(reader: Reader, path: Path, small: bool) -> None:
    example = (
        torch.randint(1000, 2000, (2, 24), dtype=torch.int32), torch.ones(2, 24, dtype=torch.int32),
        torch.ones(2, 9, dtype=torch.int32), torch.ones(2, 9, dtype=torch.int32),
    )  # fmt: skip
    pieces, words = {0: "windows", 1: "pieces"}, {0: "windows", 1: "words"}
    axes: dict[str, dict[int, str]] = {"ids": pieces, "shapes": pieces, "first_piece": words, "last_piece": words}
    axes |= dict.fromkeys(OUTPUTS, words)
    for name in ("arcs", "span", "span_type"):
        axes[name] = {0: "windows", 1: "words", 2: "words"}
    torch.onnx.export(
        Graph(reader, small), example, str(path), input_names=["ids", "shapes", "first_piece", "last_piece"],
        output_names=list(OUTPUTS), dynamic_axes=axes, opset_version=17, dynamo=False,
    )  # fmt: skip


def quantise(source: Path, target: Path) -> None:
    graph = onnx.load(str(source)).graph
    encoder = [n.name for n in graph.node if n.op_type == "MatMul" and "encoder" in n.name and "/down/" not in n.name]
    quantize_dynamic(
        source, target, nodes_to_quantize=encoder, per_channel=True, weight_type=QuantType.QInt8,
        op_types_to_quantize=["MatMul"], extra_options={"MatMulConstBOnly": True},
    )  # fmt: skip


def export(name: str, folder: Path, full: bool = False, last: bool = False) -> None:
    reader, labels = load(name, last)
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as temporary:
        plain = Path(temporary) / "plain.onnx"
        to_onnx(reader, plain, small=not full)
        target = folder / "reader.onnx"
        if full:
            target.write_bytes(plain.read_bytes())
        else:
            quantise(plain, target)
    heads = {
        "rel_mid_w": reader.rel_mid.weight.T, "rel_mid_b": reader.rel_mid.bias, "rel_w": reader.rel.weight.T,
        "rel_b": reader.rel.bias, "form_w": reader.form.weight.T, "form_b": reader.form.bias,
        "slot": reader.slot, "slot_far": reader.slot_far, "slot_none_w": reader.slot_none.weight.T,
        "slot_none_b": reader.slot_none.bias,
    }  # fmt: skip
    np.savez(folder / "heads.npz", **{k: np.ascontiguousarray(v.detach().numpy()) for k, v in heads.items()})
    (folder / "labels.json").write_text(json.dumps({**labels, "limit": 192, "version": 2}, ensure_ascii=False) + "\n")
    with gzip.GzipFile(folder / "vocabulary.txt.gz", "wb", mtime=0) as stream:
        stream.write("\n".join(load_vocabulary()).encode())
    print({p.name: p.stat().st_size for p in sorted(folder.iterdir())})


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--name", default="reader")
    parser.add_argument("--folder", type=Path, default=MODEL)
    parser.add_argument("--full", action="store_true", help="leave all weights 32-bit, to measure what 8 bits cost")
    parser.add_argument("--last", action="store_true", help="the last step's weights in place of the average")
    args = parser.parse_args()
    export(args.name, args.folder, args.full, args.last)


if __name__ == "__main__":
    main()
