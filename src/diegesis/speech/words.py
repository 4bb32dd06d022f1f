"""Function words and small closed classes that mark speech: verbs of saying, elisions, pronouns."""

from __future__ import annotations

_IRREGULAR = {
    "say": "says said saying",
    "tell": "tells told telling",
    "speak": "speaks spoke spoken speaking",
    "begin": "begins began begun beginning",
    "cry": "cries cried crying",
    "reply": "replies replied replying",
    "go": "goes went gone going",
    "burst": "bursts bursting",
    "strike": "strikes struck striking",
    "think": "thinks thought thinking",
    "sing": "sings sang sung singing",
    "read": "reads read reading",
    "swear": "swears swore sworn swearing",
    "put": "puts put putting",
    "break": "breaks broke breaking",
    "shriek": "shrieks shrieked shrieking",
    "plead": "pleads pleaded pled pleading",
    "chide": "chides chided chid chiding",
    "drawl": "drawls drawled drawling",
    "beg": "begs begged begging",
    "quip": "quips quipped quipping",
    "write": "writes wrote written writing",
    "lie": "lies lied lying",
    "cut": "cuts cut cutting",
    "bid": "bids bade bidding",
    "get": "gets got getting",
    "blurt": "blurts blurted blurting",
    "sob": "sobs sobbed sobbing",
    "fret": "frets fretted fretting",
    "admit": "admits admitted admitting",
    "spit": "spits spat spit spitting",
    "ask": "asks asked asking",
    "quoth": "quoth",
    "pursue": "pursues pursued pursuing",
}

# Verbs whose main use beside a quotation is to say who says it.
_SAYING = """
say ask reply answer cry exclaim return whisper murmur mutter shout tell call add continue begin repeat respond observe
remark retort rejoin inquire enquire demand declare announce explain protest suggest scream shriek yell bellow roar
growl snarl hiss snap bark breathe gasp pant sigh sob wail moan groan whimper stammer stutter falter interrupt interpose
interject insist urge plead beg implore entreat beseech admit confess concede acknowledge agree assent affirm assert
aver state comment note mention volunteer venture offer propose promise vow swear warn caution advise counsel order
command instruct direct request correct remind assure reassure console soothe comfort coax wheedle cajole tease joke
jest quip mock jeer taunt sneer scoff grumble complain grouse mumble mouth blurt ejaculate proclaim pronounce recite
read sing chant drawl lisp croak rasp purr coo chirp quaver squeak squeal bawl thunder storm rage fume gush chide scold
reprove rebuke reprimand upbraid greet hail speak utter quoth persist pursue resume proceed conclude finish echo confirm
deny object contradict counter argue reason muse reflect ponder wonder marvel predict prompt query question
challenge accuse apologize apologise lie boast brag quote translate report inform relate narrate recount mimic parrot
deadpan intone opine surmise guess estimate reckon demur hazard rejoice lament mourn bemoan crow cheer
encourage threaten bluster splutter sputter gibber jabber babble chatter prattle simper titter giggle chuckle laugh
snigger chortle cackle snort sniff grunt huff puff choke hoot howl holler whoop yelp pipe trill warble twitter
decide think theorize theorise specify clarify elaborate summarise summarize sign signal rumble manage spit fret bid
"""

# Verbs that say when a particle follows: "put in", "went on", "burst out".
_WITH_PARTICLE = "go put break cut burst chime strike"

_VOWELS = set("aeiou")


def _forms(lemma: str) -> set[str]:
    if lemma in _IRREGULAR:
        return {lemma, *_IRREGULAR[lemma].split()}
    if lemma.endswith("e"):
        return {lemma, lemma + "s", lemma + "d", lemma[:-1] + "ing"}
    if lemma.endswith("y") and lemma[-2] not in _VOWELS:
        return {lemma, lemma[:-1] + "ies", lemma[:-1] + "ied", lemma + "ing"}
    third = lemma + ("es" if lemma.endswith(("s", "sh", "ch", "x", "z")) else "s")
    stem = lemma
    if (
        len(lemma) <= 4
        and lemma[-1] not in _VOWELS
        and lemma[-1] not in "wxy"
        and lemma[-2] in _VOWELS
        and lemma[-3] not in _VOWELS
    ):
        stem = lemma + lemma[-1]
    return {lemma, third, stem + "ed", stem + "ing"}


SPEECH_LEMMAS = frozenset(_SAYING.split())
"""Lemmas of verbs of saying."""

PARTICLE_LEMMAS = frozenset(_WITH_PARTICLE.split())
"""Lemmas of verbs that name speech only with "in", "on", "out" or "up" after them."""

PARTICLE_FORMS = frozenset(form for lemma in PARTICLE_LEMMAS for form in _forms(lemma))
"""Every inflected form of those, in lower case."""

SPEECH_FORMS = frozenset(form for lemma in SPEECH_LEMMAS for form in _forms(lemma))
"""Every inflected form of the verbs of saying, in lower case."""

_THINKING = "think wonder reflect muse ponder reason decide realize realise tell pray hope wish"
THOUGHT_LEMMAS = frozenset(_THINKING.split())
"""Lemmas of verbs that introduce direct thought; "tell" only with a reflexive."""

_ELISIONS = """
tis twas twere twill twould twasn tisn em cause bout til fraid nother scuse gainst neath mongst n cept spect im e ad ave
ow ome ouse ead eard ell elp orse ullo ello igh ope
ud ll ve d s re m un pon zactly cos cuz coz nuff pears rithmetic tween
"""

ELISIONS = frozenset(_ELISIONS.split())
"""Words that are written with an apostrophe in front ("'tis", "'em", "'ave")."""

SUBJECT_PRONOUNS = frozenset(("i", "he", "she", "they", "we", "you", "it", "who"))
"""Pronouns that can be the subject of a cue."""
