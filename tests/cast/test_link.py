from dataclasses import replace

import numpy as np
import pytest
from small_texts import Small, small

from diegesis.cast.features import OWN, WIDTH, Pool, own_features, pair_features, tabulate
from diegesis.cast.link import link
from diegesis.cast.name_clusters import cluster_names
from diegesis.cast.narrator import called, narrates, narrator_names
from diegesis.cast.resolve import chain, resolve_speech, unmask
from diegesis.cast.scorer import Weights
from diegesis.records import Cast, CastMention, Character, Quotation, QuotationSpan, Span


def weights(prefer_old: bool) -> Weights:
    """A scorer that always takes the first candidate, or always says "new"."""
    shapes = {
        "m": (4, 3), "a": (4, 3), "f": (4, 3), "e": (4, 3), "o": (4, 3), "p": (4, 2), "pa": (2, 3), "pf": (2, 3),
        "pair": (WIDTH, 3), "own": (OWN, 3), "mid": (3, 2), "pair_b": (3,), "own_b": (3,), "mid_b": (2,),
        "out": (2,), "new": (3,), "out_b": (1,), "new_b": (1,),
    }  # fmt: skip
    arrays = {name: np.zeros(shape, np.float32) for name, shape in shapes.items()}
    arrays["new_b"] += 0 if prefer_old else 9
    arrays["out_b"] += 9 if prefer_old else 0
    return Weights({**arrays, "scale": np.float32(1)})


def quoted(text: Small, *parts: str) -> list[QuotationSpan]:
    spans = []
    for part in parts:
        at = text.tokens.text.index(part)
        spans.append(QuotationSpan(Span(at, at + len(part)), (Span(at, at + len(part)),), '"'))
    return spans


def test_mentions_of_one_name_are_one_entity_whatever_the_scorer_says():
    text = small("[Anne] saw [Tom].\n[Anne] left.")
    chains = link(text.tokens, text.mentions, [], [0, 1, 0], weights(prefer_old=False))
    assert chains.entity.tolist() == [0, 1, 0]


def test_two_names_are_never_one_entity():
    text = small("[Anne] saw [Tom].")
    chains = link(text.tokens, text.mentions, [], [0, 1], weights(prefer_old=True))
    assert chains.entity.tolist() == [0, 1]


def test_a_pronoun_goes_where_the_scorer_puts_it():
    text = small("[Anne] left.\n<She> ran.")
    assert link(text.tokens, text.mentions, [], None, weights(prefer_old=True)).entity.tolist() == [0, 0]
    assert link(text.tokens, text.mentions, [], None, weights(prefer_old=False)).entity.tolist() == [0, 1]


def test_her_father_is_not_her():
    text = small("{<her> father} slept.")
    assert link(text.tokens, text.mentions, [], None, weights(prefer_old=True)).entity.tolist() == [0, 1]


def test_the_narration_has_one_i_and_it_is_nobody_that_it_tells_of():
    text = small("[Anne] saw <me>.\n<I> ran to [Anne].\n<She> saw <me>.\n<I> fell.")
    chains = link(text.tokens, text.mentions, [], [0, None, None, 0, None, None, None], weights(prefer_old=True))
    entity = chains.entity.tolist()
    mine = [entity[i] for i in (1, 2, 5, 6)]
    assert len(set(mine)) == 1
    assert chains.narrator == mine[0]
    assert entity[0] != mine[0]
    assert entity[4] == entity[0]


def test_a_story_without_i_has_no_narrator():
    text = small("[Anne] left.\n<She> ran.")
    assert not narrates(text.tokens, tabulate(text.tokens, text.mentions, []))


def test_a_name_between_pauses_is_a_call():
    text = small('"Come here, [Tom]!"\n[Tom] came.')
    first, second = text.mentions.items
    assert called(text.tokens, first.first, first.last)
    assert not called(text.tokens, second.first, second.last)


def test_the_narrator_is_who_the_others_call_and_the_narration_does_not():
    text = small(
        '<I> saw [Anne].\n"Come, [Jim]!" said [Anne].\n<I> ran.\n"Now, [Jim]," said [Anne].\n"Oh, [Anne]!" said <I>.'
    )
    table = tabulate(text.tokens, text.mentions, quoted(text, '"Come, Jim!"', '"Now, Jim,"', '"Oh, Anne!"'))
    names = cluster_names(text.tokens, text.mentions)
    found = narrator_names(text.tokens, text.mentions, table, names)
    assert [names.clusters[k].names for k in found] == [("Jim",)]


def test_features_are_finite_and_as_many_as_the_weights_expect():
    text = small("[Anne] saw {the old man}.\n<He> waved.\n{The man} left with <her>.")
    pool = Pool(tabulate(text.tokens, text.mentions, []))
    for i in range(len(text.mentions)):
        chosen = pool.candidates(i)
        pair, own = pair_features(pool, i, chosen), own_features(pool, i, chosen)
        assert pair.shape == (len(chosen), WIDTH)
        assert own.shape == (OWN,)
        assert np.isfinite(pair).all()
        assert np.isfinite(own).all()
        pool.add(i, None)


def test_candidates_stay_few_however_long_the_text_is():
    text = small("\n".join(f"[Name{k}] left." for k in range(200)))
    pool = Pool(tabulate(text.tokens, text.mentions, []))
    for i in range(len(text.mentions)):
        pool.add(i, None)
    assert len(pool.candidates(199)) <= Pool.LATEST + 3 * Pool.MATCHING


def test_the_packaged_scorer_links_a_pronoun_to_the_only_woman():
    text = small("[Mrs. Hale] opened the door.\n<She> smiled.")
    mentions = text.mentions.__class__(
        text.mentions.items, np.zeros((2, Weights.load().arrays["m"].shape[0]), np.float32)
    )
    assert chain(text.tokens, mentions, []).entity.tolist() == [0, 0]


# ------------------------------------------------------------------------------- through who speaks to whom


@pytest.fixture
def exchange() -> tuple[Small, Cast, list[Quotation]]:
    """{The stranger} is called Tom by Anne before the narration knows the name."""
    text = small(
        '[Anne] met {the stranger}.\n"<I> know <you>, [Tom]!" said [Anne].\n"Then <you> know," said {the stranger}.'
    )
    ids = ["a", "s", "a", "s", "t", "a", "a", "s"]
    items = text.mentions.items

    def links(id: str) -> tuple[CastMention, ...]:
        return tuple(CastMention(m.span, m.form, 0.9, i) for i, m in enumerate(items) if ids[i] == id)

    cast = Cast(
        (
            Character("a", "Anne", "person", ("Anne",), pronouns="she", mentions=links("a")),
            Character("s", "the stranger", "person", (), ("the stranger",), pronouns="he", mentions=links("s")),
            Character("t", "Tom", "person", ("Tom",), pronouns="he", mentions=links("t")),
        ),
        of_mention=tuple(ids),
    )
    first, second = quoted(text, '"I know you, Tom!"', '"Then you know,"')
    quotations = [
        Quotation("q1", first.span, first.parts, "a", ("s",), confidence=0.9),
        Quotation("q2", second.span, second.parts, "s", ("a",), confidence=0.9),
    ]
    return text, cast, quotations


def test_whoever_is_called_by_a_new_name_gets_it(exchange):
    text, cast, quotations = exchange
    known = unmask(cast, text.tokens, text.mentions, quotations)
    tom = next(c for c in known.characters if c.name == "Tom")
    assert [m.span.of(text.tokens.text) for m in tom.mentions] == ["the stranger", "you", "Tom", "the stranger"]
    assert "s" not in {c.id for c in known.characters}


@pytest.mark.parametrize("pronouns", ["she", None])
def test_a_name_that_may_be_of_the_other_gender_decides_nothing(exchange, pronouns):
    text, cast, quotations = exchange
    she = [c if c.id != "t" else replace(c, pronouns=pronouns) for c in cast.characters]
    changed = Cast(tuple(she), of_mention=cast.of_mention)
    assert unmask(changed, text.tokens, text.mentions, quotations) is changed


def test_you_in_speech_is_the_addressee_and_i_the_speaker(exchange):
    text, cast, quotations = exchange
    wrong = Cast(cast.characters, of_mention=("a", "s", "t", "t", "t", "a", "t", "s"))
    right = resolve_speech(wrong, text.tokens, text.mentions, quotations)
    assert right.of_mention == ("a", "s", "a", "s", "t", "a", "a", "s")


def test_a_title_and_family_name_complete_a_given_name_only_if_the_narration_never_uses_them():
    def people(text: Small) -> list[str]:
        ids = ["ann" if m.span.of(text.tokens.text) == "Ann" else "x" for m in text.mentions.items]
        ids = [
            "hale" if "Miss" in m.span.of(text.tokens.text) else i
            for i, m in zip(ids, text.mentions.items, strict=True)
        ]
        ids = [
            "tom" if m.span.of(text.tokens.text) == "Tom" else i for i, m in zip(ids, text.mentions.items, strict=True)
        ]
        everyone = []
        for id, name in (("ann", "Ann"), ("hale", "Miss Hale"), ("tom", "Tom")):
            own = tuple(
                CastMention(m.span, m.form, 1.0, k)
                for k, (m, i) in enumerate(zip(text.mentions.items, ids, strict=True))
                if i == id
            )
            pronouns = "he" if id == "tom" else "she"
            everyone.append(Character(id, name, "person", (name,), pronouns=pronouns, mentions=own))
        cast = Cast(tuple(everyone), of_mention=tuple(ids))
        spans = quoted(text, '" No , [Miss Hale] . "'.replace("[", "").replace("]", ""), '" Yes . "')
        said = [
            Quotation("q1", spans[0].span, spans[0].parts, "tom", confidence=0.9),
            Quotation("q2", spans[1].span, spans[1].parts, "ann", confidence=0.9),
        ]
        return [c.id for c in unmask(cast, text.tokens, text.mentions, said).characters]

    spoken = small('[Ann] saw [Tom]. " No , [Miss Hale] . " " Yes . "')
    told = small('[Ann] saw [Tom]. " No , [Miss Hale] . " " Yes . " [Miss Hale] left.')
    assert "hale" in people(told)
    assert sorted(people(spoken)) == ["hale", "tom"]
