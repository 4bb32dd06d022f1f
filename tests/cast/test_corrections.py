from small_texts import small

from diegesis.cast.corrections import (
    anchor_of,
    correct_cast,
    correct_names,
    find_character,
    fixed_speakers,
    unmet,
)
from diegesis.cast.name_clusters import cluster_names
from diegesis.records import (
    Cast,
    CastMention,
    Character,
    Corrections,
    KnownPerson,
    QuotationSpan,
    Span,
    SpeakerCorrection,
)

TEXT = small("[Tom] saw {the boy}.\n[Mr. Hale] met [James].\n[Hale] left {the boy}.")


def numbers(corrections: Corrections) -> dict[str, int | None]:
    names = cluster_names(TEXT.tokens, TEXT.mentions)
    got = correct_names(TEXT.tokens, TEXT.mentions, names, corrections).names
    return {m.span.of(TEXT.tokens.text): got.of_mention[i] for i, m in enumerate(TEXT.mentions.items)}


def test_a_description_and_a_name_become_one():
    before, after = numbers(Corrections()), numbers(Corrections(merges=(("the boy", "Tom"),)))
    assert before["the boy"] is None
    assert after["the boy"] == after["Tom"] is not None


def test_two_names_that_were_one_become_two_and_the_other_way_round():
    before = numbers(Corrections())
    assert before["Mr. Hale"] == before["Hale"]
    apart = numbers(Corrections(splits=(("Mr. Hale", "Hale"),)))
    assert apart["Mr. Hale"] != apart["Hale"] is not None
    assert apart["Hale"] is not None
    joined = numbers(Corrections(merges=(("James", "Mr. Hale"),)))
    assert joined["James"] == joined["Mr. Hale"] == joined["Hale"]


def test_a_correction_that_fits_nothing_changes_nothing():
    told = Corrections(merges=(("Zed", "Tom"),), splits=(("Zed", "Tom"),), nobody=("Zed",))
    assert numbers(told) == numbers(Corrections())


def test_what_is_known_beforehand_is_only_advice():
    text = small("[Mr. Vance] saw [Mrs. Vance].")
    names = cluster_names(text.tokens, text.mentions)
    known = Corrections(known=(KnownPerson("Mr. Vance", ("Mrs. Vance",)),))
    told = Corrections(merges=(("Mr. Vance", "Mrs. Vance"),))
    advised = correct_names(text.tokens, text.mentions, names, known).names.of_mention
    forced = correct_names(text.tokens, text.mentions, names, told).names.of_mention
    assert advised[0] != advised[1]
    assert forced[0] == forced[1]


def person(id: str, name: str, *aliases: str, epithets: tuple[str, ...] = (), count: int = 1) -> Character:
    mentions = tuple(CastMention(Span(k, k + 1), "name", 1.0, k) for k in range(count))
    return Character(id, name, "person", aliases, epithets, mentions=mentions)


CAST = Cast(
    (person("c1", "Tom", "Tom", count=3), person("c2", "the stranger", epithets=("the stranger", "the old man"))),
    of_mention=("c1", "c1", "c1", "c2"),
)


def test_people_are_found_by_name_before_description_in_any_case():
    assert find_character(CAST, "TOM's").id == "c1"
    assert find_character(CAST, "The Old Man").id == "c2"
    assert find_character(CAST, "Ann") is None


def test_renaming_keeps_the_old_name_findable():
    after = correct_cast(CAST, Corrections(renames=(("the stranger", "Arlen"),)))
    assert [c.name for c in after.characters] == ["Tom", "Arlen"]
    assert find_character(after, "the stranger").name == "Arlen"


def test_who_is_nobody_is_gone_with_all_mentions():
    after = correct_cast(CAST, Corrections(nobody=("the stranger",)))
    assert [c.id for c in after.characters] == ["c1"]
    assert after.of_mention == ("c1", "c1", "c1", None)


def test_a_known_person_gets_name_pronouns_and_kind():
    known = KnownPerson("Thomas Hale", ("Tom",), "he")
    after = correct_cast(CAST, Corrections(known=(known,))).characters[0]
    assert (after.name, after.pronouns, "Thomas Hale" in after.aliases) == ("Thomas Hale", "he", True)


SAID = '"Come here," he said. "No." "Come, come here!" "No."'
QUOTES = [
    QuotationSpan(Span(a, b), (Span(a, b),), '"') for a, b in ((0, 12), (22, 27), (28, 46), (47, 52))
]  # fmt: skip


def test_a_speaker_is_tied_to_words_that_survive_other_typography():
    told = Corrections(speakers=(SpeakerCorrection("come   HERE…", "Tom"), SpeakerCorrection("No", "the stranger", 2)))
    assert fixed_speakers(told, SAID, CAST, QUOTES) == {0: "c1", 3: "c2"}


def test_an_anchor_leads_back_to_its_quotation():
    for k, quotation in enumerate(QUOTES):
        quote, nth = anchor_of(SAID, QUOTES, quotation.span.start + 1)
        told = Corrections(speakers=(SpeakerCorrection(quote, "Tom", nth),))
        assert fixed_speakers(told, SAID, CAST, QUOTES) == {k: "c1"}
    assert anchor_of(SAID, QUOTES, 15) is None


def test_corrections_that_no_longer_fit_are_told():
    told = Corrections(
        merges=(("Tom", "Zed"),), splits=(("Tom", "Yan"),), nobody=("Xul",), narrator="Tom",
        speakers=(SpeakerCorrection("Never said", "Tom"), SpeakerCorrection("No", "Wim")),
    )  # fmt: skip
    lines = unmet(told, SAID, CAST, QUOTES)
    assert len(lines) == 6
    for word in ("Zed", "Yan", "Xul", "narrator", "Never said", "Wim"):
        assert any(word in line for line in lines), word
    assert not unmet(Corrections(), SAID, CAST, QUOTES)
