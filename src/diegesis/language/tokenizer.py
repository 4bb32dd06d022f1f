"""Cuts text into syntactic words as UD English does (treebanks EWT and GUM, release 2.15 and later).

Contractions part inside the word (do|n't, Mary|'s, gon|na), hyphened compounds come apart (well|-|known) save
after prefixes (co-worker, ex-wife), runs of one mark stay together (..., --, !!). White space always parts words,
so a text is cut at it first, and the tokens of each distinct piece are found once.
"""

from __future__ import annotations

import re
from array import array
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from diegesis.records import Ints, Span

_LETTER = r"[^\W\d_]"
_INSIDE = r"[\u00ad\u200b-\u200d\u2060\u0300-\u036f]"
"""Soft hyphens, joiners and combining accents: part of the word that they stand in."""
_QUOTE = "['’`´ʼ]"

# Prefixes that UD leaves joined to their word: those that are no words of their own.
_PREFIXES = """a anti arch auto bi bio co counter cross de demi e electro ex extra hyper inter intra macro mega meta micro
mid mini mis multi neo non over pan para photo poly post pre pro proto pseudo psycho quasi re retro semi socio sub super
supra tele trans tri ultra un under uni uh""".replace("a anti", "anti").split()
# Sound words whose syllables UD keeps together.
_SOUNDS = r"(?:uh|oh|ah|ha|hm+|m+|eh|nuh|mm+|whoo|woo|hee|ho|tsk|na|la|shh*)"
_SUFFIXES = "esque wise ups ish".split()

_ELISIONS = """em tis twas twere twill twould twasn isn't tisn til till cause cuz cos coz bout round ere neath gainst
cept nough fraid scuse nother tain im imself er erself ave ad ome ouse ouses alf ow ead eads ear eard ell orse orses
appen appened appens undred igh ope un n kay stead spect tude gator bye""".split()
"""Words that may begin with an apostrophe for a lost beginning; the rest have an opening quotation mark before them."""
_CLIPPED = "an o wi th ol lil jus mos ev'n n lan tho thro fo mo po"
"""Words that may end with an apostrophe for a lost end, besides those in -in'."""
_WHOLE_IN = """again begin cabin captain certain coffin cousin curtain basin fountain mountain latin margin muffin napkin
origin pumpkin robin satin villain virgin within herein therein wherein bargain britain chaplain resin raisin ruin
martin austin dustin kevin calvin edwin erwin irwin alvin gavin marvin melvin colin justin franklin benjamin merlin
dolphin goblin violin elfin penguin bumpkin assassin cretin urchin dublin berlin stalin lenin darwin penicillin insulin
protein vitamin toxin paladin odin login""".split()

_ABBREVIATIONS = """mr mrs ms dr st prof rev hon capt cpt col gen lt sgt cpl maj cmdr adm gov sen rep reps pres supt insp
det messrs mme mlle mgr esq jr sr fr bro ft inc corp co ltd bros dept est vs etc al e.g i.e eg cf viz approx vol vols
ed eds fig figs para ave blvd rd jan feb aug sept oct nov dec thur thurs tue tues wed va la que mt assn assoc univ
conf attn ext div arrv esp yrs mins lbs oz ibid ph""".split()
_DAYS = "mon fri sat sun mar apr jun jul no nos p pp b c d ca art sec ch lb".split()
"""Abbreviations that are words as well: joined to their full stop only before a number."""
_SENTENCE_STARTERS = frozenset(
    """a an the he she it they we i you but and or so then there this that these those his her its their my our your
    when where what who why how if as at in on for from with after before no yes not now once one all oh""".split()
)


def _any_case(words: Sequence[str]) -> str:
    return "(?i:" + "|".join(sorted(map(re.escape, words), key=len, reverse=True)) + ")"


_NUMBER = r"""
    (?<![^\W_])(?:\+?\d{1,3}-)?\d{3}-\d{3}-\d{4}(?![\w-])              # telephone numbers
  | (?<![^\W_])\d{3}-\d{4}(?![\w-])
  | (?<![^\W_])\d{1,4}(?P<mark>[-/.])\d{1,2}(?P=mark)\d{2,4}(?![^\W_])                # dates
  | (?<![^\W_/])\d{1,3}/\d{1,4}(?![^\W_/])                             # fractions, 9/11
  | \d{1,2}:\d{2}(?::\d{2})?(?!\d)                                     # times of day
  | ['’]\d0s(?!\w) | ['’]\d\d(?!\w)                                    # '90s, '02
  | (?:\d{1,4}0)['’]s(?!\w)                                            # 1930's
  | \d+(?:st|nd|rd|th|s|d)(?!\w)
  | [+]?(?:\d+(?:[.,]\d+)*|(?<!\w)[.]\d+)(?=(?:[ap]m|mm|cm|km|kg|ft|lbs?|k|m|bn?|x|hz|min|hrs?|percent|c|f)(?!\w)|[^\w]|\Z)
  | \d+(?:[.,]\d+)*(?:_?[^\W_]+)*
"""

_WORD = rf"{_LETTER}(?:[^\W_]|{_INSIDE}|_+(?=[^\W_])|[*]+(?={_LETTER})|{_QUOTE}(?={_LETTER}))*"

_TOKEN = re.compile(
    rf"""
    (?:https?://|ftp://|www\.|mailto:)[^\s<>"“”]*[^\s<>"“”.,;:!?)\]'’]
  | [\w.+%-]{{1,64}}@[\w-]{{1,63}}(?:\.[\w-]{{1,63}}){{1,8}}
  | (?:[:;=][-'^o]?[()DPp/\\|*OX]|\([:;=]|[:;]['-]?\(|\^_+\^|-_+-|<3+|[xX][dD]|>:\()(?=[.,!?"”)]*\Z)(?<![^\W_][:;=][/DPpOX])
  | (?:{_LETTER}\.){{2,}}(?:{_LETTER}(?![^\W_]))? | (?<![^\W_]){_LETTER}\.{_LETTER}\.?(?![^\W_])      # U.S., p.m
  | (?:Ph\.D|M\.Sc|B\.Sc)\.?
  | [\w-]{{1,60}}(?:\.[\w-]{{1,60}}){{0,4}}\.(?:com|net|org|edu|gov|co\.uk|doc|docx|pdf|xls|txt|jpe?g|png|html?|exe)(?![\w-])
  | (?<![^\W_]){_any_case(_ABBREVIATIONS)}\.(?![^\W_])
  | (?<![^\W_'’])['’‘]{_any_case(_ELISIONS)}(?![^\W_])
  | (?<![^\W_'’])['’][nN]['’](?![^\W_])
  | (?<![^\W_]){_any_case(_CLIPPED.split())}['’](?![^\W_])
  | (?<![^\W_]){_LETTER}{{2,}}[iI][nN]['’](?![^\W_])
  | (?<![^\W_])(?P<stutter>{_LETTER}{{1,2}})-(?=(?i:(?P=stutter)){_LETTER})                                               # W-what
  | (?<![^\W_]){_LETTER}{{1,3}}-(?=[.,?!…"”'’]*\Z)                                                   # th-
  | (?<![^\W_]|-)(?i:{_SOUNDS}(?:-{_SOUNDS})+)(?![^\W_]|-)
  | (?<![^\W_]){_any_case(_PREFIXES)}-{_WORD}
  | {_NUMBER}
  | {_LETTER}(?:&{_LETTER}{{1,2}})(?![^\W_])
  | {_WORD}(?:-{_any_case(_SUFFIXES)}(?![^\W_]))?
  | \.{{2,}} | …+\.? | [!?]+ | -{{2,}} | [–—―]+ | [*]+ | _+ | ={{2,}} | ~+ | \#{{2,}} | <<|>> | '' | `` | ‘‘|’’ | \|+
  | [^\W_]+
  | [\U0001F000-\U0001FAFF\u2600-\u27BF](?:[\uFE0F\u200d\U0001F3FB-\U0001F3FF]+[\U0001F000-\U0001FAFF\u2600-\u27BF]?)*
  | .
""",
    re.VERBOSE | re.DOTALL,
)

_ENDING = re.compile(rf"(?:n{_QUOTE}t|{_QUOTE}(?:s|m|re|ve|ll|d|ld))\Z", re.IGNORECASE)
_IN_ENDING = re.compile(r"in['’]\Z", re.IGNORECASE)

# Contractions that are written as one word: how long their first parts are.
_FUSED = {
    **dict.fromkeys("cannot gonna gotta wanna lotta outta kinda sorta oughta hafta lemme gimme gonnae".split(), (3,)),
    **dict.fromkeys("kinda sorta hafta".split(), (4,)),
    **dict.fromkeys("dont cant wont aint".split(), (2,)),
    **dict.fromkeys("didnt doesnt isnt wasnt werent hasnt havent hadnt couldnt wouldnt shouldnt arent".split(), (-2,)),
    **dict.fromkeys("thats whats theres heres hes shes".split(), (-1,)),
    **dict.fromkeys("youre theyre youve theyve weve youll theyll".split(), (-2,)),
    **dict.fromkeys("im ive".split(), (1,)),
    "dunno": (2, 3),
    "oughta": (5,),
    "wanna": (3,),
    "imma": (1, 2),
}
# The like with an apostrophe, typed or curly.
_FUSED_QUOTED = {
    "y'all": (2,),
    "d'you": (2,),
    "d'ye": (2,),
    "c'mon": (3,),
    "'tis": (2,),
    "'twas": (2,),
    "'twere": (2,),
    "'twill": (2,),
    "'twould": (2,),
    "i'mma": (1, 3),
    "more'n": (4,),
}
_KEPT = frozenset("let's".split())  # filled below with the words that only look contracted
_KEPT = frozenset("ma'am o'clock o'er e'er ne'er fo'c'sle bo's'n".split())
_CLOSED = re.compile(r"(?:[A-Za-z]|(?i:" + "|".join(_DAYS) + r"))\.\Z")
_GAP = re.compile(r"\n[^\S\n]*\n|[\u2029\f]")
_SINGLE_BREAK = re.compile(r"(\S)[^\S\n]{0,8}\n(?=[^\S\n]{0,40}\S)")
_PARAGRAPH_ENDINGS = frozenset(".?!…\"”'’»:*_)—-")
_LONGEST_KEPT = 40  # a piece longer than this is no word that will come again


class Words(NamedTuple):
    """Tokens as columns: ``start`` and ``end`` are offsets into the text, ``paragraph`` counts from 0."""

    start: Ints
    end: Ints
    paragraph: Ints


def tokenize(text: str, spans: Sequence[Span]) -> Words:
    """The words of ``text`` inside ``spans`` (which are in order and do not overlap).

    Every character that is no white space belongs to exactly one word. Blank lines part paragraphs, and so does
    every line feed in a text whose lines are paragraphs; each span begins a new one.
    """
    by_line = _line_is_paragraph(text, spans)
    starts, ends, paragraphs = array("i"), array("i"), array("i")
    known: dict[str, tuple[int, ...]] = {}
    paragraph = -1
    for span in spans:
        paragraph = _tokenize_span(text, span, by_line, known, paragraph, starts, ends, paragraphs)
    return Words(*(np.array(column, dtype=np.int32) for column in (starts, ends, paragraphs)))


def _tokenize_span(
    text: str,
    span: Span,
    by_line: bool,
    known: dict[str, tuple[int, ...]],
    paragraph: int,
    starts: array[int],
    ends: array[int],
    paragraphs: array[int],
) -> int:
    """Appends the span's words to the three columns; returns the number of its last paragraph."""
    last = -1
    for match in re.compile(r"\S+").finditer(text, span.start, span.end):
        start, end = match.span()
        if last < 0:
            paragraph += 1
        elif start - last > 1 or text[last] != " ":
            gap = text[last:start]
            if _GAP.search(gap) or (by_line and "\n" in gap):
                paragraph += 1
        last = end
        piece = match[0]
        cuts = known.get(piece)
        if cuts is None:
            cuts = _cut(piece)
            if len(piece) <= _LONGEST_KEPT:
                known[piece] = cuts
        if piece[-1] == "." and _CLOSED.search(piece[-4:]) and _is_abbreviation(text, start, end, span):
            cuts = (*cuts[:-2], cuts[-1])
        at = start
        for cut in cuts:
            starts.append(at)
            at = start + cut
            ends.append(at)
            paragraphs.append(paragraph)
    return paragraph


def _is_abbreviation(text: str, start: int, end: int, span: Span) -> bool:
    """Whether the full stop after a single letter or a word such as "No" belongs to it, by what stands around."""
    if end - start > 2 and text[start:end][-3:-1].isalpha() and end - start <= 4:
        return _next_character(text, end, span).isdigit()
    if end - start < 2 or (end - start > 2 and text[end - 3].isalnum()):
        return False
    letter = text[end - 2]
    if not letter.isupper():
        return False
    follows = re.compile(r"\s+(\w[\w'’]*)\.?").match(text, end, min(span.end, end + 40))
    if not follows or not follows[1][0].isupper():
        return False
    before = text[max(span.start, start - 40) : start].split()
    named = bool(before) and (before[-1][0].isupper() and before[-1][-1] not in ",;:!?")
    if letter == "I" or letter == "A":
        return named and follows[1].lower() not in _SENTENCE_STARTERS
    return follows[1].lower() not in _SENTENCE_STARTERS or follows[0][-1] == "."


def _next_character(text: str, end: int, span: Span) -> str:
    while end < span.end and text[end] in " \n":
        end += 1
    return text[end] if end < span.end else ""


def _cut(piece: str) -> tuple[int, ...]:
    """The ends of the words in a piece without white space."""
    if piece.isalpha() and piece.lower() not in _FUSED:
        return (len(piece),)
    cuts: list[int] = []
    for match in _TOKEN.finditer(piece):
        token = match[0]
        at = match.start()
        if token[0].isalpha() or token[0] in "'’‘":
            cuts.extend(at + cut for cut in _inside(token))
        cuts.append(match.end())
    return tuple(cuts)


def _inside(word: str) -> list[int]:
    """Where a contraction comes apart."""
    lower = word.lower().translate(_STRAIGHT)
    fused = _FUSED.get(lower) or _FUSED_QUOTED.get(lower)
    if fused:
        return [cut % len(word) for cut in fused]
    if "'" not in lower or lower in _KEPT:
        return []
    if _IN_ENDING.search(lower) and lower[:-1] in _WHOLE_IN:
        return [len(word) - 1]
    cuts: list[int] = []
    end = len(word)
    while (match := _ENDING.search(word, 0, end)) and match.start() > 0 and len(cuts) < 3:
        end = match.start()
        cuts.append(end)
    return cuts[::-1]


_STRAIGHT = {ord(mark): "'" for mark in "’`´ʼ‘"}


def _line_is_paragraph(text: str, spans: Sequence[Span]) -> bool:
    """Whether single line feeds part paragraphs: there are no blank lines, or most lines end as paragraphs do.

    In text that is wrapped by hand about one inner line in fifteen ends with a full stop or closing mark.
    """
    if not any(_GAP.search(text, span.start, span.end) for span in spans) and not _GAP.search(text):
        return True
    breaks = endings = 0
    for span in spans:
        for match in _SINGLE_BREAK.finditer(text, span.start, span.end):
            breaks += 1
            endings += match[1] in _PARAGRAPH_ENDINGS
            if breaks >= 4000:
                return endings * 2 > breaks
    return endings * 2 > breaks
