"""Changes by the lexicon, from small parses, and the layout of its tables.

A parse is written one token a line: word, lemma, UPOS, XPOS, head (from 1, 0 at the root), relation.
"""

from __future__ import annotations

from pathlib import Path
from time import perf_counter

import numpy as np
import pytest

from diegesis.events.lexicon import lexicon_changes
from diegesis.events.lexicon_frames import Frames, load_frames
from diegesis.records import Cast, Change, Character, Mention, Mentions, Quotation, Span, Tokens

PEOPLE = {"Ann": "ann", "Bo": "bo", "him": "bo", "his": "bo", "I": "ann"}

GAVE = """
Ann Ann PROPN NNP 2 nsubj
gave give VERB VBD 0 root
him he PRON PRP 2 iobj
the the DET DT 5 det
ring ring NOUN NN 2 obj
. . PUNCT . 2 punct
"""
GIVEN = """
The the DET DT 2 det
ring ring NOUN NN 4 nsubj:pass
was be AUX VBD 4 aux:pass
given give VERB VBN 0 root
to to ADP IN 6 case
Bo Bo PROPN NNP 4 obl
by by ADP IN 8 case
Ann Ann PROPN NNP 4 obl:agent
. . PUNCT . 4 punct
"""
DIED = """
Bo Bo PROPN NNP 2 nsubj
died die VERB VBD 0 root
. . PUNCT . 2 punct
"""


def parse(*sentences: str) -> Tokens:
    rows: list[list[str]] = []
    heads, numbers = [], []
    for number, sentence in enumerate(sentences):
        base = len(rows)
        for line in sentence.strip().splitlines():
            rows.append(line.split())
            heads.append(int(rows[-1][4]) + base - 1 if rows[-1][4] != "0" else -1)
            numbers.append(number)
    words, lemmas, upos, xpos, _, relations = zip(*rows, strict=True)
    ends = np.cumsum([len(word) + 1 for word in words]) - 1
    starts = ends - [len(word) for word in words]
    return Tokens(
        " ".join(words),
        starts.astype(np.int32),
        ends.astype(np.int32),
        np.zeros(len(words), np.int32),
        np.array(numbers, np.int32),
        upos,
        xpos,
        lemmas,
        np.array(heads, np.int32),
        relations,
        np.zeros(len(words), np.float32),
    )


def read(*sentences: str, speech: bool = False, frames: Frames | None = None) -> tuple[Change, ...]:
    """The changes of a parse; with ``speech`` the whole of it is said by Ann to Bo."""
    tokens = parse(*sentences)
    items = [Mention(tokens.span(i, i), i, i, i, "PER", "name", 0.9) for i, w in enumerate(tokens.words) if w in PEOPLE]
    mentions = Mentions(tuple(items), np.zeros((len(items), 1), np.float32))
    ids = tuple(PEOPLE[m.span.of(tokens.text)] for m in items)
    cast = Cast((Character("ann", "Ann", "person"), Character("bo", "Bo", "person")), of_mention=ids)
    whole = Span(0, len(tokens.text))
    quotations = (Quotation("q1", whole, (whole,), "ann", ("bo",)),) if speech else ()
    return lexicon_changes(tokens, mentions, cast, quotations, frames)


def told(change: Change, *sentences: str) -> dict[str, tuple[str, str | None]]:
    """The words and the entity of each argument."""
    text = parse(*sentences).text
    return {a.role: (a.span.of(text), a.entity) for a in change.arguments}


def the(fluent: str, changes: tuple[Change, ...]) -> Change:
    found = [change for change in changes if change.fluent == fluent]
    assert len(found) == 1, found
    return found[0]


def test_a_gift_passes_from_its_giver_to_the_indirect_object() -> None:
    change = the("holder", read(GAVE))
    assert told(change, GAVE) == {"thing": ("the ring", None), "to": ("him", "bo"), "from": ("Ann", "ann")}
    assert (change.mode, change.reader, change.trigger) == ("asserted", "lexicon", Span(4, 8))


def test_the_passive_tells_the_same_as_the_active() -> None:
    arguments = told(the("holder", read(GIVEN)), GIVEN)
    assert arguments == {"thing": ("The ring", None), "to": ("Bo", "bo"), "from": ("Ann", "ann")}


def test_a_relative_clause_gives_its_antecedent() -> None:
    parsed = """
    Ann Ann PROPN NNP 2 nsubj
    kept keep VERB VBD 0 root
    the the DET DT 4 det
    coin coin NOUN NN 2 obj
    that that PRON WDT 7 obj
    Bo Bo PROPN NNP 7 nsubj
    stole steal VERB VBD 4 acl:relcl
    """
    assert told(the("holder", read(parsed)), parsed) == {"thing": ("the coin", None), "to": ("Bo", "bo")}


def test_verbs_that_share_a_subject_share_their_doer() -> None:
    parsed = """
    Ann Ann PROPN NNP 2 nsubj
    sat sit VERB VBD 0 root
    and and CCONJ CC 4 cc
    wept weep VERB VBD 2 conj
    """
    change = the("mood", read(parsed))
    assert (change.value, told(change, parsed)["who"]) == ("sadness", ("Ann", "ann"))


def test_a_broken_arm_is_its_owners_injury() -> None:
    parsed = """
    His his PRON PRP$ 2 nmod:poss
    arm arm NOUN NN 4 nsubj
    was be AUX VBD 4 cop
    broken broken ADJ JJ 0 root
    """
    change = the("injury", read(parsed))
    assert change.value == "serious"
    assert {role: words for role, (words, _) in told(change, parsed).items()} == {"who": "His", "part": "His arm"}


def test_a_title_is_the_rank_of_the_name_behind_it() -> None:
    parsed = """
    Captain Captain PROPN NNP 3 nsubj
    Bo Bo PROPN NNP 1 flat
    sang sing VERB VBD 0 root
    """
    change = the("rank", read(parsed))
    assert (change.value, told(change, parsed)["rank"]) == ("is", ("Captain", None))


def test_kinship_holds_under_a_question_and_a_negation() -> None:
    parsed = """
    Ann Ann PROPN NNP 4 nsubj
    did do AUX VBD 4 aux
    not not PART RB 4 advmod
    see see VERB VB 0 root
    his his PRON PRP$ 6 nmod:poss
    sister sister NOUN NN 4 obj
    """
    change = the("relation", read(parsed))
    assert (change.kind, change.mode) == ("sibling", "asserted")
    assert told(change, parsed)["of"] == ("his", "bo")


def test_whose_kin_somebody_is_said_to_be_is_the_subject() -> None:
    parsed = """
    Ann Ann PROPN NNP 4 nsubj
    was be AUX VBD 4 cop
    his his PRON PRP$ 4 nmod:poss
    sister sister NOUN NN 0 root
    """
    assert told(the("relation", read(parsed)), parsed)["who"] == ("Ann", "ann")


@pytest.mark.parametrize(
    ("helper", "mode"),
    [("will will AUX MD", "planned"), ("would would AUX MD", "hypothetical"), ("never never ADV RB", "negated")],
)
def test_helpers_say_whether_it_happened(helper: str, mode: str) -> None:
    relation = "advmod" if helper.endswith("RB") else "aux"
    parsed = f"""
    Bo Bo PROPN NNP 3 nsubj
    {helper} 3 {relation}
    die die VERB VB 0 root
    """
    assert the("life", read(parsed)).mode == mode


def test_what_a_character_says_is_claimed_by_that_character() -> None:
    change = the("life", read(DIED, speech=True))
    assert (change.mode, change.told_by) == ("claimed", "ann")


def test_a_promise_is_made_by_saying_it() -> None:
    parsed = """
    I I PRON PRP 2 nsubj
    promise promise VERB VBP 0 root
    """
    assert the("promise", read(parsed, speech=True)).mode == "asserted"


def test_who_dies_to_know_lives() -> None:
    parsed = """
    Bo Bo PROPN NNP 3 nsubj
    was be AUX VBD 3 aux
    dying die VERB VBG 0 root
    to to PART TO 5 mark
    know know VERB VB 3 xcomp
    """
    changes = read(parsed)
    assert {change.mode for change in changes if change.fluent == "life"} <= {"figurative"}
    assert the("knows", changes).mode == "figurative"


def test_a_thing_does_not_die() -> None:
    assert read(DIED.replace("Bo Bo PROPN NNP", "engine engine NOUN NN")) == ()


def test_the_longest_pattern_of_a_fluent_wins() -> None:
    parsed = """
    Bo Bo PROPN NNP 2 nsubj
    took take VERB VBD 0 root
    off off ADP RP 2 compound:prt
    his his PRON PRP$ 5 nmod:poss
    coat coat NOUN NN 2 obj
    """
    change = the("holder", read(parsed))
    assert change.trigger.of(parse(parsed).text) == "took off"


# ------------------------------------------------------------------------------------------ the tables

PACK = """
[lists]
spells = ["fireball"]

[[frame]]
fluent = "level"
value = "lowered"
verbs = ["burn through"]
who = ["subject"]
resource = ["through"]
confidence = 0.6
"""


def test_a_pack_adds_its_frames_to_the_core(tmp_path: Path) -> None:
    pack = tmp_path / "magic.toml"
    pack.write_text(PACK)
    frames = load_frames([pack])
    assert len(frames) == len(load_frames()) + 1
    parsed = """
    Ann Ann PROPN NNP 2 nsubj
    burned burn VERB VBD 0 root
    through through ADP IN 5 case
    her her PRON PRP$ 5 nmod:poss
    mana mana NOUN NN 2 obl
    """
    change = the("level", read(parsed, frames=frames))
    assert (change.value, change.confidence) == ("lowered", 0.6)
    assert told(change, parsed) == {"who": ("Ann", "ann"), "resource": ("her mana", None)}
    assert not [found for found in read(parsed) if found.fluent == "level"]


@pytest.mark.parametrize(
    ("table", "key"),
    [
        ("frame = 3", "frame"),
        ("[frames]", "frames"),
        ('[[frame]]\nfluent = "wealth"', "fluent"),
        ('[[frame]]\nfluent = "life"\nvalue = "undead"', "value"),
        ('[[frame]]\nfluent = "life"\nvalue = "dead"', "verbs"),
        ('[[frame]]\nfluent = "life"\nvalue = "dead"\nverbs = "die"\nwhom = "subject"', "whom"),
        ('[[frame]]\nfluent = "life"\nvalue = "dead"\nverbs = [1]', "verbs"),
        ('[[frame]]\nfluent = "life"\nvalue = "dead"\nverbs = ["~ die"]', "verbs"),
        ('[[frame]]\nfluent = "life"\nvalue = "dead"\nverbs = ["@nobody"]', "nobody"),
        ('[[frame]]\nfluent = "life"\nvalue = "dead"\nverbs = ["die"]\nwho = ["sub ject"]', "who"),
        ('[[frame]]\nfluent = "life"\nvalue = "dead"\nverbs = ["die"]\nconfidence = 2', "confidence"),
        ('[[frame]]\nfluent = "life"\nvalue = "dead"\nverbs = ["die"]\nneeds = ["thing"]', "needs"),
        ('[[frame]]\nfluent = "life"\nvalue = "dead"\nverbs = ["die"]\nonly = ["x"]', "only"),
        ('[[frame]]\nfluent = "relation"\nvalue = "yes"\nnouns = ["kin"]\nkind = "kin"', "kind"),
        ("[[frame", "TOML"),
    ],
)
def test_a_wrong_table_is_told_with_its_file_and_key(tmp_path: Path, table: str, key: str) -> None:
    pack = tmp_path / "pack.toml"
    pack.write_text(table)
    with pytest.raises(ValueError, match=key) as caught:
        load_frames([pack])
    assert "pack.toml" in str(caught.value)


def test_the_core_has_hundreds_of_patterns_and_every_fluent() -> None:
    frames = load_frames()
    assert len(frames) > 1000
    assert len({frame.fluent for rows in frames.by_word.values() for _, frame in rows}) == 14


def test_no_words_tell_no_changes() -> None:
    empty = np.zeros(0, np.int32)
    tokens = Tokens("", empty, empty, empty, empty, (), (), (), empty, (), np.zeros(0, np.float32))
    assert lexicon_changes(tokens, Mentions((), np.zeros((0, 1), np.float32)), Cast(), ()) == ()


def test_the_cost_grows_with_the_text() -> None:
    few, many = [GAVE, DIED] * 100, [GAVE, DIED] * 800
    read(*few)

    def cost(sentences: list[str]) -> float:
        began = perf_counter()
        read(*sentences)
        return perf_counter() - began

    assert min(cost(many) for _ in range(2)) < 40 * min(cost(few) for _ in range(3))


DEEP_WOUND = """
Ann Ann PROPN NNP 2 nsubj
lay lie VERB VBD 0 root
with with ADP IN 6 case
a a DET DT 6 det
deep deep ADJ JJ 6 amod
wound wound NOUN NN 2 obl
. . PUNCT . 2 punct
"""
SANK = """
Ann Ann PROPN NNP 2 nsubj
felt feel VERB VBD 0 root
his his PRON PRP$ 4 nmod:poss
body body NOUN NN 5 nsubj
sink sink VERB VB 2 ccomp
into into ADP IN 7 case
oblivion oblivion NOUN NN 5 obl
. . PUNCT . 2 punct
"""


def test_who_bears_a_wound_is_hurt() -> None:
    [change] = [c for c in read(DEEP_WOUND) if c.fluent == "injury"]
    assert change.value == "serious"
    assert told(change, DEEP_WOUND)["who"] == ("Ann", "ann")


def test_what_a_body_does_happens_to_its_owner() -> None:
    [change] = [c for c in read(SANK) if c.fluent == "awake"]
    assert change.value == "unconscious"
    assert told(change, SANK)["who"] == ("his", "bo")
