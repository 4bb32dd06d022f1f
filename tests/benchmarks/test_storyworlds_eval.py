import copy
import json

import pytest

from storyworlds_eval import match_cast, norm, score, shown

TEXT = "Ann sat. “Come, sit,” said Ann. “Now.”\n\n***\n\nTom ran home."
GOLD = {
    "title": "Two",
    "header": {
        "pairings": [["Ann", "Tom"]],
        "rating": {"value": "PG", "provisional": True},
        "warnings": [{"label": "blood", "raw": "blood", "provisional": False}],
    },
    "chapters": [
        {
            "title": None,
            "scenes": [
                {"first_words": "Ann sat", "place": ["the hall", "hall"], "present": ["Ann"]},
                {"first_words": "Tom ran", "place": None, "present": ["Tom"]},
            ],
        }
    ],
    "cast": [
        {"name": "Ann", "aliases": ["Ann"], "epithets": [], "pronouns": "she", "on_page": True, "rank": None},
        {"name": "Tom", "aliases": ["Tom"], "epithets": ["the boy"], "pronouns": "he", "on_page": True, "rank": "cook"},
    ],
    "quotes": [{"text": ["Come, sit,", "Now."], "speaker": "Ann", "addressee": "Tom"}],
    "thoughts": [],
}


def person(id: str, name: str, *, pronouns: str, rank: str | None = None, mentions: int = 3) -> dict:
    return {
        "id": id, "name": name, "aliases": [name], "epithets": [], "pronouns": pronouns, "rank": rank,
        "mentions": [{"span": [0, 3]}] * mentions,
    }  # fmt: skip


def reading() -> dict:
    first, second = TEXT.index("“Come"), TEXT.index("“Now")
    parts = [[first, first + 12], [second, second + 6]]
    scene = TEXT.index("Tom ran")
    return {
        "header": {
            "title": "Two",
            "pairings": [{"names": ["Tom", "Ann"]}],
            "rating": {"value": "PG", "provisional": True},
            "warnings": [{"label": "blood", "provisional": False}],
        },
        "cast": [person("c1", "Ann", pronouns="she"), person("c2", "Tom", pronouns="he", rank="cook")],
        "quotations": [{"parts": parts, "speaker": "c1", "addressees": ["c2"]}],
        "thoughts": [],
        "chapters": [
            {
                "scenes": [
                    {"span": [0, scene - 8], "place": "The hall", "present": ["c1"]},
                    {"span": [scene, len(TEXT)], "place": None, "present": ["c2"]},
                ]
            }
        ],
    }


def test_a_perfect_reading_scores_a_hundred_everywhere():
    figures = {name: value for name, value in shown(score(GOLD, reading(), TEXT)).items() if value is not None}
    assert set(figures.values()) == {100.0}
    assert len(figures) == 21


def test_each_error_lowers_its_own_figure():
    def wrong(change) -> dict[str, float]:
        story = copy.deepcopy(reading())
        change(story)
        figures = shown(score(GOLD, story, TEXT))
        return {name: value for name, value in figures.items() if value not in (100.0, None)}

    assert wrong(lambda s: s["quotations"][0].update(speaker="c2")) == {"speaker_accuracy": 0.0}
    assert wrong(lambda s: s["quotations"][0].update(addressees=[])) == {"addressee_accuracy": 0.0}
    assert wrong(lambda s: s["cast"].append(person("c3", "Joe", pronouns="he"))) == {"cast_precision": 66.67}
    assert wrong(lambda s: s["cast"].append(person("c3", "Joe", pronouns="he", mentions=2))) == {}
    assert wrong(lambda s: s["header"].update(rating=None)) == {"rating": 0.0}
    assert wrong(lambda s: s["header"]["rating"].update(value="K+")) == {}  # the same, on another scale
    assert wrong(lambda s: s["header"]["warnings"][0].update(provisional=True)) == {"warnings": 0.0}
    assert wrong(lambda s: s["chapters"][0]["scenes"][0].update(place="the barn")) == {"place_right_of_told": 0.0}
    assert wrong(lambda s: s["chapters"][0]["scenes"][1].update(present=["c1", "c2"])) == {"present_precision": 66.67}


def test_names_match_without_article_and_case():
    assert norm("The Old Man’s") == "old man's"
    assert match_cast(GOLD, {"cast": [person("c9", "TOM", pronouns="he")]}) == {"c9": "Tom"}


@pytest.mark.shared
def test_the_gold_files_are_as_the_measures_expect(shared):
    for path in sorted((shared / "bench" / "storyworlds").glob("*.gold.json")):
        gold = json.loads(path.read_text(encoding="utf-8"))
        text = path.with_name(path.name.replace(".gold.json", ".txt")).read_text(encoding="utf-8")
        nothing = {"header": {"title": None, "pairings": [], "rating": None, "warnings": []}} | {
            k: [] for k in ("cast", "quotations", "thoughts", "chapters")
        }
        counts = score(gold, nothing, text)
        assert counts["quotes"] == len(gold["quotes"])
        assert counts["quotes_found"] == counts["cast_found"] == 0
