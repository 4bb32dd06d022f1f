"""Kin told apart by whose kin they are."""

from __future__ import annotations

import numpy as np
from small_texts import Small, small

from diegesis.cast.kin import untangle_kin


def untangled(text: Small, *entities: int) -> list[int]:
    assert len(entities) == len(text.mentions)
    return untangle_kin(text.tokens, text.mentions, np.array(entities, np.int32)).tolist()


def test_nobody_is_their_own_father() -> None:
    text = small("[Ann] saw {<her> father}. # 3>4:nmod:poss 3:PRON:PRP$:her 4:NOUN:NN:father")
    ann, father, her = (text.index(words) for words in ("Ann", "her father", "her"))
    found = untangled(text, 0, 0, 0)
    assert found[her] == found[ann] != found[father]


def test_the_husband_of_two_women_is_two_men() -> None:
    text = small("""
        [Ann] saw {<her> husband}. # 3>4:nmod:poss 3:PRON:PRP$:her 4:NOUN:NN:husband
        [Eva] saw {<her> husband}. # 3>4:nmod:poss 3:PRON:PRP$:her 4:NOUN:NN:husband
    """)
    found = untangled(text, 0, 1, 0, 2, 1, 2)
    first, second = text.index("her husband"), text.index("her husband", 1)
    assert found[first] != found[second]


def test_a_sister_has_several_brothers() -> None:
    text = small("""
        [Tom] saw {<his> sister}. # 3>4:nmod:poss 3:PRON:PRP$:his 4:NOUN:NN:sister
        [Jim] saw {<his> sister}. # 3>4:nmod:poss 3:PRON:PRP$:his 4:NOUN:NN:sister
    """)
    assert untangled(text, 0, 1, 0, 2, 1, 2) == [0, 1, 0, 2, 1, 2]


def test_the_father_of_somebodys_son_is_that_somebody() -> None:
    text = small("""
        [Martin] looked at {<his> son}. # 4>5:nmod:poss 4:PRON:PRP$:his 5:NOUN:NN:son
        [Tom] nodded.
        {<his> father} left. # 1>2:nmod:poss 1:PRON:PRP$:his 2:NOUN:NN:father
    """)
    martin, son, tom, father = (text.index(words) for words in ("Martin", "his son", "Tom", "his father"))
    entities = [0] * len(text.mentions)
    his_first, his_second = text.index("his"), text.index("his", 1)
    entities[son] = entities[tom] = entities[his_second] = 1
    entities[father] = 2
    entities[martin] = entities[his_first] = 0
    found = untangled(text, *entities)
    assert found[father] == found[martin]


def test_a_mother_is_no_father() -> None:
    text = small("""
        [Mary] looked at {<her> son}. # 4>5:nmod:poss 4:PRON:PRP$:her 5:NOUN:NN:son
        [Tom] nodded.
        {<his> father} left. # 1>2:nmod:poss 1:PRON:PRP$:his 2:NOUN:NN:father
    """)
    entities = [0] * len(text.mentions)
    for words in ("her son", "Tom", "his"):
        entities[text.index(words)] = 1
    entities[text.index("his father")] = 2
    found = untangled(text, *entities)
    assert found[text.index("his father")] == 2
