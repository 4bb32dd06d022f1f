"""Warnings as authors write them, mapped to the project's labels."""

from __future__ import annotations

import re

from diegesis.records import ContentWarning, Span

# Order matters: the first pattern that fits a piece names it, so the particular stands before the general.
_LABELS: tuple[tuple[str, str], ...] = (
    (
        "major_character_death",
        r"(?:major|main) character(?:s['’]?)? deaths?|mcd|death of (?:a )?(?:major|main) characters?",
    ),
    (
        "sexual_assault",
        r"rap(?:e|es|ed|ist)|non-?con\w*|noncon\w*|dub-?con\w*|sexual (?:assault|abuse|violence)|molest\w*|"
        r"sexual harassment",
    ),
    ("underage_sex", r"underage(?! drink)"),
    ("child_abuse", r"child(?:hood)? (?:abuse|neglect)|abuse of (?:a )?child(?:ren)?|child endangerment"),
    ("self_harm", r"self[ -]?(?:harm|injur|mutilat)\w*|cutting"),
    ("suicide", r"suicid\w*"),
    ("eating_disorder", r"eating disorders?|anorexi\w*|bulimi\w*|disordered eating"),
    (
        "animal_harm",
        r"animal (?:death|harm|abuse|cruelty|injury)|(?:death|harm) (?:of|to) (?:an )?animals?|dead (?:dog|"
        r"cat|animal|horse)s?",
    ),
    ("torture", r"tortur\w*"),
    ("kidnapping", r"kidnap\w*|abduct\w*"),
    ("incest", r"incest\w*|twincest"),
    ("miscarriage", r"miscarr\w*|stillbirth"),
    ("abortion", r"abortions?"),
    ("pregnancy", r"m?-?preg(?:nan\w*)?|mpreg|childbirth"),
    ("gore", r"gor[ey]\w*|dismember\w*|mutilat\w*|body horror"),
    ("blood", r"blood\w*"),
    ("death", r"deaths?|dying|character dies|murder\w*|killing"),
    ("abuse", r"abus\w+|domestic violence"),
    ("violence", r"violen\w*|fight(?:s|ing)?|whump|battles?|assault"),
    (
        "strong_language",
        r"(?<!first )(?<!native )(?<!second )(?<!body )(?<!love )language(?! barrier)|swear\w*|curs(?:e|es|"
        r"ing)|cuss\w*|profan\w*|"
        r"f-?bombs?|potty ?mouth\w*|expletives?|obscenit\w*",
    ),
    ("nudity", r"nud(?:e|ity)|nakedness"),
    (
        "explicit_sex",
        r"(?:graphic|explicit|detailed) (?:sex\w*|smut|sexual content|content of a sexual nature)|sex|smut\w*|"
        r"lemons?|pwp|porn\w*|"
        r"sex scenes?|sexual content|oral|anal|bdsm|kinks?|nsfw",
    ),
    ("homophobia", r"homophob\w*|homophobic"),
    ("racism", r"racis\w*|racial slurs?"),
    ("sexism", r"sexis\w*|misogyn\w*"),
    ("ableism", r"ableis\w*"),
    ("drugs", r"drugs?|drug (?:use|abuse)|overdose|addiction|marijuana|cocaine|heroin"),
    ("alcohol_tobacco", r"alcohol\w*|drink(?:ing)?|drunk\w*|smok(?:e|es|ing)|tobacco|underage drinking|cigarettes?"),
    (
        "mental_illness",
        r"mental (?:illness|health)\w*|depress\w*|ptsd|panic attacks?|anxiety|psychosis|schizophreni\w*|bipolar",
    ),
    ("gambling", r"gambl\w*"),
    ("fear", r"horror|scary|frighten\w*|phobias?|claustrophobi\w*|jump ?scares?"),
)
_COMPILED = tuple((label, re.compile(rf"(?<![\w-])(?:{pattern})(?!\w)", re.IGNORECASE)) for label, pattern in _LABELS)
_MILD_SEX = re.compile(
    r"(?:no|mild|implied|hinted|non-?explicit|off-?screen|fade[ -]to[ -]black|suggestive|allusions? to|"
    r"references? to|mentions? of|talk of|discussions? of|light)\b.{0,20}sex",
    re.IGNORECASE,
)
_HEDGE = re.compile(
    r"\?|\b(?:prob(?:ab|l)?(?:ly|y)?|probably|maybe|perhaps|possibl[ey]|potential(?:ly)?|might|may|could|"
    r"eventual(?:ly)?|later(?: on)?|further (?:on|along|down)|"
    r"in (?:later|future) chapters|down the (?:line|road)|likely|i think|i guess|not sure|sometime|"
    r"at some point|for now|so far|yet)\b",
    re.IGNORECASE,
)
_DECLINED = re.compile(
    r"ch(?:oo|o)se not to (?:use|warn|give)|not using (?:archive )?warnings|prefer(?:s)? not to warn", re.IGNORECASE
)
_NONE = re.compile(
    r"(?:there (?:are|"
    r"is)(?: really)? )?(?:no(?:ne)?(?: of these)?(?: archive)?(?: content)?(?: warnings?)?(?: (?:apply|"
    r"applies|needed|necessary|required|at all|really|i think|yet|so far|for now"
    r"|that i can think of|for this (?:one|chapter|story)|here))*|n/a|nothing(?: (?:really|much|bad|"
    r"at all|to warn (?:about|for)|i can think of))*|nope|nada|nil)[\s.!?]*",
    re.IGNORECASE,
)
_NEGATION = re.compile(
    r"(?:(?:but|and|there(?:['’]s| is| are| will be)|contains?|has|have)\s+)*(?:no|not|without|zero|never|"
    r"isn['’]t|aren['’]t|won['’]t be|nothing|non)\s(?!sure|only|quite|just|my)",
    re.IGNORECASE,
)
_CONNECTOR = re.compile(r"\s*(?:,|;|\n|•|\.\s|\.$|\+|\|)\s*|\s+(?:and|&|or|nor|plus|with|/)\s+|\s*/\s*", re.IGNORECASE)
_COARSE = re.compile(
    r"swear|curs|cuss|profan|f-?bomb|(?:strong|bad|foul|coarse|harsh|adult|explicit|mild|crude) language", re.IGNORECASE
)
_HARD = re.compile(r"[,;\n•|.]")
_BRACKETED = re.compile(r"\([^()\n]{0,300}\)")


def warning_label(text: str) -> str | None:
    """The project's label for what a piece of a warning names, or None; words of negation are not looked at."""
    if _MILD_SEX.search(text):
        return next((label for label, pattern in _COMPILED if label != "explicit_sex" and pattern.search(text)), None)
    return next((label for label, pattern in _COMPILED if pattern.search(text)), None)


def _pieces(raw: str) -> list[tuple[int, int, bool]]:
    """Stretches that name one thing each, and whether the connector before is a soft one ("and", "or", "/").

    Soft connectors part only where both sides name something, and not the same ("Rape/Non-Con" is one).
    """
    blank = _BRACKETED.sub(lambda found: "\0" * len(found[0]), raw)
    out: list[tuple[int, int, bool]] = []
    start, soft = 0, False
    for found in [*_CONNECTOR.finditer(blank), None]:
        a, b = found.span() if found else (len(raw), len(raw))
        hard = found is None or bool(_HARD.search(found[0]))
        if not hard:
            rest = _HARD.split(blank[b:], maxsplit=1)[0]
            left, right = warning_label(blank[start:a]), warning_label(rest)
            if left is None or right is None or left == right:
                continue
        if raw[start:a].strip():
            out.append((start, a, soft))
            soft = not hard
        elif hard:
            soft = soft and not hard
        start = b
    return out


def _trimmed(raw: str, a: int, b: int) -> tuple[int, int]:
    piece = raw[a:b]
    lead = re.match(r"[\s*_\-–—:.!]*(?:(?:and|also|plus|but)\s+(?=\w))?", piece, re.IGNORECASE)
    a += lead.end() if lead else 0
    return a, max(a, b - (len(raw[a:b]) - len(raw[a:b].rstrip(" \t\n*_.!"))))


def parse_warnings(raw: str, start: int | None) -> tuple[ContentWarning, ...]:
    """The warnings that a field gives, each with the words that say it; ``start`` is the value's offset in the text.

    ``label`` is "none" where the author says that there is nothing to warn of, and None where the author declines to
    warn or names something that we have no label for. What is denied ("no violence") gives no warning.
    """
    out: list[ContentWarning] = []
    hedged = denied = False
    if _DECLINED.search(raw):
        raw_pieces = [(a, b, False) for a, b, _ in _pieces(raw)] if "," in raw else [(0, len(raw), False)]
    else:
        raw_pieces = _pieces(raw)
    for a, b, soft in raw_pieces:
        a, b = _trimmed(raw, a, b)
        piece = raw[a:b]
        if not any(c.isalpha() for c in piece):
            continue
        span = None if start is None else Span(start + a, start + b)
        hedged = bool(_HEDGE.search(piece)) or (soft and hedged)
        if _DECLINED.search(piece):
            out.append(ContentWarning(piece, None, False, span))
            continue
        if _NONE.fullmatch(piece):
            out.append(ContentWarning(piece, "none", hedged, span))
            continue
        denied = bool(_NEGATION.match(piece)) or (soft and denied)
        if not denied:
            out.append(ContentWarning(piece, warning_label(piece), hedged, span))
    return tuple(out)


def warnings_in_tags(raw: str, start: int | None) -> tuple[ContentWarning, ...]:
    """The warnings among an archive's free tags: those alone that have a label."""
    out: list[ContentWarning] = []
    for found in re.finditer(r"[^,;\n]+", raw):
        a, b = _trimmed(raw, *found.span())
        piece = raw[a:b]
        label = warning_label(piece)
        if label == "strong_language" and not _COARSE.search(piece):  # a tag that speaks of a language
            continue
        if label and not _NEGATION.match(piece) and not re.match(r"(?:no|not|past)\b", piece, re.IGNORECASE):
            span = None if start is None else Span(start + a, start + b)
            out.append(ContentWarning(piece, label, bool(_HEDGE.search(piece)), span))
    return tuple(out)
