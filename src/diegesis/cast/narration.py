"""What narration says of a mention's part in its clause: acting, acted on, or only spoken and thought of.

Read from the dependencies (UD v2). Everything here leans to the side of saying nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from diegesis.records import Mention, Quotation, QuotationSpan, Tokens

Part = Literal["acts", "touched", "mentioned"]

_MENTAL_TEXT = """
believe consider desire doubt dream envy expect fancy fear forget hate hope imagine intend know like loathe long love
mean mention miss mourn need pity prefer pretend promise recall recollect regret remember resemble suppose suspect
think trust understand want wish wonder pray plan despise adore describe
"""
_SAY_TEXT = """
say tell claim declare explain report announce write read hear learn agree assert swear insist reply answer add admit
state
"""
_STATE_TEXT = """
be have own belong cost deserve equal exist include involve last live lack matter mean need owe possess remain resemble
seem weigh contain consist become die marry
"""
_BODY_TEXT = """
arm arms back body breast breath brow cheek chest chin ear elbow expression eye eyebrow eyelid face finger fist foot
forehead gaze glance gesture grin grip hair hand head heart hip jaw knee lap lash leg lip mouth neck nose palm pulse
shoulder skin smile stare stomach tear temple throat thumb toe tone tongue tooth voice waist wrist
"""
MENTAL, SAYING = frozenset(_MENTAL_TEXT.split()), frozenset(_SAY_TEXT.split())
STATE, BODY = frozenset(_STATE_TEXT.split()), frozenset(_BODY_TEXT.split())

_UNREAL_AUX = frozenset(("would", "should", "might", "may", "must", "will", "shall", "'ll", "’ll", "'d", "’d", "ought"))
_UNREAL_MARKS = frozenset(("if", "unless", "whether", "lest"))
_ABOUT = frozenset(
    ("of", "about", "like", "unlike", "without", "concerning", "regarding", "than", "except", "since", "for")
)
_SUBJECT = ("nsubj", "nsubj:pass", "nsubj:outer")


def inside_quotations(tokens: Tokens, quotations: Sequence[Quotation | QuotationSpan]) -> NDArray[np.bool_]:
    """For each token whether it stands inside a part of a quotation."""
    inside = np.zeros(len(tokens) + 1, dtype=np.int32)
    for quotation in quotations:
        for part in quotation.parts:
            first, end = tokens.within(part)
            inside[first] += 1
            inside[end] -= 1
    return np.cumsum(inside[:-1]) > 0


def clause_of(tokens: Tokens, token: int) -> int:
    """The predicate whose clause a word stands in: the nearest verb, or head with a subject, above it."""
    at = int(tokens.head[token])
    for _ in range(50):
        if at < 0:
            return -1
        if tokens.upos[at] == "VERB" or any(tokens.deprel[c] in _SUBJECT for c in tokens.children[at]):
            return at
        at = int(tokens.head[at])
    return -1


def is_told(tokens: Tokens, predicate: int) -> bool:
    """Whether the narration tells the clause as happening now: not pluperfect, modal, conditional, thought or said."""
    at = predicate
    for _ in range(50):
        if at < 0:
            return True
        if tokens.upos[at] in ("VERB", "AUX") or at == predicate:
            words = [(tokens.deprel[c], tokens.words[c].lower()) for c in tokens.children[at]]
            aux = [w for relation, w in words if relation.startswith("aux")]
            if any(w in _UNREAL_AUX for w in aux):
                return False
            if "had" in aux and tokens.xpos[at] in ("VBN", "VBD"):
                return False
            if any(relation == "mark" and w in _UNREAL_MARKS for relation, w in words):
                return False
        above = int(tokens.head[at])
        if above >= 0 and tokens.deprel[at] in ("ccomp", "xcomp", "csubj", "advcl:relcl"):
            lemma = tokens.lemma[above]
            if lemma in MENTAL or (lemma in SAYING and tokens.deprel[at] == "ccomp"):
                return False
        at = above
    return True


def top_of(tokens: Tokens, token: int) -> int:
    """The first of the coordinated words that ``token`` is one of."""
    for _ in range(50):
        if not tokens.deprel[token].startswith("conj") or tokens.head[token] < 0:
            return token
        above = int(tokens.head[token])
        if tokens.upos[above] in ("VERB", "AUX") and tokens.upos[token] not in ("VERB", "AUX"):
            return token
        token = above
    return token


def part_of(tokens: Tokens, mention: Mention) -> Part:
    """Whether the person mentioned acts, is touched by an action, or is only mentioned."""
    head = top_of(tokens, mention.head)
    relation = tokens.deprel[head]
    if relation == "nmod:poss":
        owned = top_of(tokens, int(tokens.head[head]))
        if tokens.lemma[owned].lower() not in BODY:
            return "mentioned"
        clause = clause_of(tokens, owned)
        core = tokens.deprel[owned].split(":")[0] in ("nsubj", "obj", "obl")
        return "touched" if clause >= 0 and core and is_told(tokens, clause) else "mentioned"
    clause = clause_of(tokens, head)
    if clause < 0 or not is_told(tokens, clause):
        return "mentioned"
    lemma = tokens.lemma[clause].lower()
    if relation in _SUBJECT:
        if tokens.upos[clause] != "VERB" or lemma in STATE or lemma in MENTAL:
            return "mentioned"
        return "touched" if relation == "nsubj:pass" else "acts"
    if relation.split(":")[0] not in ("obj", "iobj", "obl") or lemma in MENTAL or int(tokens.head[head]) != clause:
        return "mentioned"
    case = [tokens.words[c].lower() for c in tokens.children[head] if tokens.deprel[c] == "case"]
    return "mentioned" if any(c in _ABOUT for c in case) else "touched"
