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


def _words(text: str) -> list[str]:
    return text.split()


def _any_case(words: list[str]) -> str:
    return "(?i:" + "|".join(sorted(map(re.escape, words), key=len, reverse=True)) + ")"


# Prefixes that UD leaves joined to their word: those that are no words of their own.
_PREFIXES = _words(
    """anti arch auto bi bio co counter cross de demi e electro ex extra hyper inter intra macro mega meta micro mid
    mini mis multi non over para poly post pre pro proto pseudo psycho re retro semi socio sub super supra tele trans
    tri ultra under uni"""
)
# Sound words whose syllables UD keeps together.
_SOUNDS = r"(?:huh|uh|oh|ah|ha|hm+|m+|eh|nuh|whoo|woo|hee|ho|tsk|na|la|shh*)"
_SUFFIXES = _words("esque wise ups ish")
# Words that may begin with an apostrophe for a lost beginning; before any other it is a quotation mark.
_ELISIONS = _words(
    """em tis twas twere twill twould tisn til till cause cuz cos coz bout round ere neath gainst cept nough fraid scuse
    nother tain im imself er erself ave ad ome ouse ouses alf ow ead eads ear eard ell orse orses appen appened appens
    undred igh ope un n kay stead spect tude gator bye"""
)
# Words that may end with an apostrophe for a lost end, besides those in -in'.
_CLIPPED = _words("an o wi th ol lil jus mos ev'n n lan tho thro fo mo po")
_WHOLE_IN = frozenset(
    _words(
        """again begin cabin captain certain coffin cousin curtain basin fountain mountain latin margin muffin napkin
        origin pumpkin robin satin villain virgin within herein therein wherein bargain britain chaplain resin raisin
        ruin martin austin dustin kevin calvin edwin erwin irwin alvin gavin marvin melvin colin justin franklin
        benjamin merlin dolphin goblin violin elfin penguin bumpkin assassin cretin urchin dublin berlin stalin lenin
        darwin penicillin insulin protein vitamin toxin paladin odin login"""
    )
)
_ABBREVIATIONS = _words(
    """mr mrs ms dr st prof rev hon capt cpt col gen lt sgt cpl maj cmdr adm gov sen rep reps pres supt insp det messrs
    mme mlle mgr esq jr sr fr bro ft inc corp co ltd bros dept est vs etc al e.g i.e eg cf viz approx vol vols ed eds
    fig figs para ave blvd rd jan feb aug sept oct nov dec thur thurs tue tues wed va que mt assn assoc univ conf attn
    ext div arrv esp yrs mins lbs oz ibid ph"""
)
_BEFORE_NUMBER = frozenset(_words("mon fri sat sun mar apr jun jul no nos p pp b c d m r ca art sec ch"))
"""Abbreviations that are words as well: joined to their full stop only before a number."""
_MAY_CLOSE = frozenset(_words("etc al inc co corp ltd yrs mins oz lbs ave blvd rd bros esq jr sr dept"))
"""Abbreviations whose full stop is a word of its own where it ends the sentence too."""
_STARTERS = frozenset(
    _words(
        """a an the he she it they we i you but and or so then there this that these those his her its their my our
        your when where what who why how if as at in on for from with after before no yes not now once one all oh"""
    )
)
_AFTER_ITS = frozenset(
    _words(
        """a an the not been really very so too just also still simply definitely called only like gonna going getting
        important easy hard great nothing about because in from for as all never always quite pretty impossible"""
    )
)
_AFTER_YOUR = frozenset(_words("a an the not gonna gon going looking welcome so very too in on calling telling"))


_NUMBER = r"""
    (?<![^\W_])(?:\+?\d{1,3}-)?\d{3}-\d{3}-\d{4}(?![\w-])              # telephone numbers
  | (?<![^\W_])\d{3}-\d{4}(?![\w-])
  | (?<![^\W_])\d{1,4}(?P<mark>[-/.])\d{1,2}(?P=mark)\d{2,4}(?![^\W_])                # dates
  | (?<![^\W_/])\d{1,3}/\d{1,4}(?![^\W_/])                             # fractions, 9/11
  | \d{1,2}:\d{2}(?::\d{2})?(?!\d)                                     # times of day
  | (?<!\w)['’]\d0s(?!\w) | (?<!\w)['’]\d\d(?!\w)                                    # '90s, '02
  | (?:\d{1,4}0)['’]s(?!\w)                                            # 1930's
  | \d{5}-\d{4}(?!\w)                                                   # ZIP codes
  | \d++(?:,\d++)*+(?:st|nd|rd|th|s|d)(?!\w)
  | [+]?(?:\d++(?:[.,]\d++)*+|(?<!\w)[.]\d++)
    (?=(?:(?i:[ap]m|mm|cm|km|kg|ft|lbs?|k|m|bn?|x|k?hz|hh|min|hrs?|secs?|days|percent|watts?)|f)(?!\w)|[^\w]|\Z)
  | \d+(?:[.,]\d+)*(?:_?[^\W_]+)*
"""

_WORD = rf"{_LETTER}(?:[^\W_]|{_INSIDE}|_+(?=[^\W_])|[*]+(?={_LETTER})|{_QUOTE}(?={_LETTER}))*"

_FILE = r"(?i:com|net|org|edu|gov|co\.uk|docx?|pdf|xls|txt|jpe?g|png|html?|exe)"

_TOKEN = re.compile(
    rf"""
    (?i:https?://|ftp://|www\.|mailto:)[^\s<>"“”]*[^\s<>"“”.,;:!?)\]'’]
  | [\w.+%-]{{1,64}}@{_LETTER}[\w-]{{0,62}}(?:\.[\w-]{{1,63}}){{0,8}}
  | (?:[:;=][-'^o]?[()DPp/\\|*OX]|\([:;=]|[:;]['-]?\(|\^_+\^|-_+-|<3+|[xX][dD]|>:\()
    (?=[.,!?"”)]*\Z)(?<![^\W_][:;=][/DPpOX])                          # emoticons
  | (?:{_LETTER}\.){{2,}}(?:{_LETTER}(?![^\W_]))? | (?<![^\W_]){_LETTER}\.{_LETTER}\.?(?![^\W_])      # U.S., p.m
  | (?:Ph\.D|M\.Sc|B\.Sc)\.?
  | [\w-]{{1,60}}(?:\.[\w-]{{1,60}}){{0,4}}\.{_FILE}(?![\w-])
  | (?<![^\W_])(?:w/(?:out|o)?|[sS]/he)(?![^\W_]) | (?<!\w)w/
  | (?<!\w)[@\#]{_LETTER}\w+ | (?<!\w)(?:US|U|A|C|HK|NZ)\$
  | (?<![^\W_]){_any_case(_ABBREVIATIONS)}\.(?![^\W_])
  | (?<![^\W_'’])['’][nN]['’](?![^\W_])
  | (?<![^\W_'’])['’‘]{_any_case(_ELISIONS)}(?![^\W_])
  | (?<![^\W_]){_any_case(_CLIPPED)}['’](?![^\W_])
  | (?<![^\W_]){_LETTER}{{2,}}[iI][nN]['’](?![^\W_])
  | (?<![^\W_]|-)(?i:{_SOUNDS}(?:-{_SOUNDS})+)(?![^\W_]|-)
  | (?<![^\W_]){_any_case(_PREFIXES)}-(?:{_WORD}|\d+s?(?!\w))
  | (?<![^\W_])(?P<stutter>{_LETTER}{{1,2}})-(?=(?i:(?P=stutter)){_LETTER})          # W-what
  | (?<![^\W_]){_LETTER}{{1,3}}-(?=[.,?!…”"'’]*\Z)                                  # th-
  | (?<=\S)['’](?:s|ll|re|ve|d|m)(?![^\W_])
  | {_NUMBER}
  | (?<![^\W_])[A-Za-z]{{1,3}}&[A-Za-z]{{1,2}}(?![^\W_])
  | {_WORD}(?:-{_any_case(_SUFFIXES)}(?![^\W_]))?
  | \[(?:\.\.\.|…)\] | \.{{2,}} | [+]{{2,}} | …+\.? | [!?]+ | -{{2,}}
  | [–—―]+ | [*]+ | _+ | ={{2,}} | ~+ | \#{{2,}} | <<|>> | '' | `` | ‘‘|’’ | \|+
  | [^\W_]+
  | [\U0001F000-\U0001FAFF\u2600-\u27BF](?:[\uFE0F\u200d\U0001F3FB-\U0001F3FF]+[\U0001F000-\U0001FAFF\u2600-\u27BF]?)*
  | .
""",
    re.VERBOSE | re.DOTALL,
)

_ENDING = re.compile(rf"(?:n{_QUOTE}t|{_QUOTE}(?:s|m|re|ve|ll|d|rt|lt|st))\Z", re.IGNORECASE)
_IN_ENDING = re.compile(r"in['’]\Z", re.IGNORECASE)

# Contractions that are written as one word: where they come apart.
_FUSED: dict[str, tuple[int, ...]] = {
    **dict.fromkeys(_words("cannot gonna gotta wanna lotta outta lemme gimme"), (3,)),
    **dict.fromkeys(_words("dont cant wont aint arnt itll"), (2,)),
    **dict.fromkeys(
        _words(
            """didnt doesnt isnt wasnt werent hasnt havent hadnt couldnt wouldnt shouldnt arent youre theyre youve
            theyve weve youll theyll"""
        ),
        (-2,),
    ),
    **dict.fromkeys(_words("thats whats theres heres hes shes whos youd theyd"), (-1,)),
    **dict.fromkeys(_words("im ive"), (1,)),
    "dunno": (2, 3),
    "oughta": (5,),
    # The rest may have any apostrophe.
    **dict.fromkeys(_words("y'all d'you d'ye 'tis 'twas 'twere 'twill 'twould"), (2,)),
    "c'mon": (3,),
    "i'mma": (1, 3),
    "i'ma": (1, 3),
    "more'n": (4,),
}
_KEPT = frozenset(_words("ma'am o'clock o'er e'er ne'er ok'd"))
_STRAIGHT = {ord(mark): "'" for mark in "’`´ʼ‘"}

# What the pieces end in whose words depend on what follows.
_OPEN = re.compile(r"(?<![^\W_])(?:(?:[^\W\d_]\.)*[^\W\d_]{1,4}\.|its|your)\Z", re.IGNORECASE)
_NEXT = re.compile(r"[^\S\n]*+\n?[^\S\n]*+(?:[\"'“‘(]?(\w[\w'’]*+)(\.?))?")
_PIECE = re.compile(r"\S+")
_GAP = re.compile(r"\n[^\S\n]*+\n|[\u2029\f]")
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
    for match in _PIECE.finditer(text, span.start, span.end):
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
            if _OPEN.search(piece, max(0, len(piece) - 12)):
                cuts = _recut(cuts, piece, text, start, end, span)
            elif len(piece) <= _LONGEST_KEPT:
                known[piece] = cuts
        at = start
        for cut in cuts:
            starts.append(at)
            at = start + cut
            ends.append(at)
            paragraphs.append(paragraph)
    return paragraph


def _recut(cuts: tuple[int, ...], piece: str, text: str, start: int, end: int, span: Span) -> tuple[int, ...]:
    """The piece's cuts where they depend on the words around it."""
    follows = _NEXT.match(text, end, min(span.end, end + 60))
    following, stop = (follows[1] or "", follows[2]) if follows else ("", None)
    if piece[-1] != ".":
        loose = _AFTER_ITS if piece[-1] in "sS" else _AFTER_YOUR
        return (*cuts[:-1], cuts[-1] - 1, cuts[-1]) if following in loose else cuts
    core = re.split(r"[^\w.]|_", piece[-12:-1])[-1].lower()
    joined = len(cuts) < 2 or cuts[-2] < cuts[-1] - 1
    starts_sentence = following[:1].isupper() and following.lower() in _STARTERS
    if core == "etc":
        whole = not (following[:1].isupper() or not following)
    elif core in _MAY_CLOSE or ("." in core and joined):
        whole = not starts_sentence
    elif core in _BEFORE_NUMBER and following[:1].isdigit():
        whole = True
    elif len(core) == 1 and piece[-2].isupper() and following[:1].isupper():
        before = text[max(span.start, start - 40) : start].split()[-1:]
        named = bool(before) and before[0][0].isupper() and before[0][-1] not in ",;:!?"
        whole = not starts_sentence if core not in "ia" or named else False
        whole = whole or (stop == "." and len(following) == 1 and core not in "i")
    else:
        return cuts
    if whole == joined:
        return cuts
    return (*cuts[:-2], cuts[-1]) if whole else (*cuts[:-1], cuts[-1] - 1, cuts[-1])


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
    fused = _FUSED.get(lower)
    if fused:
        return [cut % len(word) for cut in fused]
    if "'" not in lower or lower in _KEPT:
        return []
    if _IN_ENDING.search(lower) and lower[:-1] in _WHOLE_IN:
        return [len(word) - 1]  # a closing quotation mark after all
    cuts: list[int] = []
    end = len(word)
    while (match := _ENDING.search(word, 0, end)) and match.start() > 0 and len(cuts) < 3:
        end = match.start()
        cuts.append(end)
    return cuts[::-1]


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
