"""Writes ``src/diegesis/language/lemmas.txt`` from the training treebanks, and measures the lemmas on other ones.

python training/lemmas.py build ../shared/data/ud/ewt-train.conllu.gz ../shared/data/ud/gum-train.conllu.gz
python training/lemmas.py measure ../shared/data/ud/ewt-dev.conllu.gz
"""

from __future__ import annotations

import argparse
import sys
from collections import Counter, defaultdict
from collections.abc import Iterator
from pathlib import Path

from diegesis.language.lemmas import Lexicon, lemmatize, parse
from training import conllu

OUT = Path(__file__).parents[1] / "src" / "diegesis" / "language" / "lemmas.txt"
HEADER = """\
# Lemmas that the rules of lemmas.py do not find, and base forms by which they choose. Made by training/lemmas.py from
# UD English EWT (Universal Dependencies contributors, CC BY-SA 4.0) and the openly licensed genres of UD English GUM
# (Amir Zeldes and others, CC BY 4.0), with a list of irregular forms. This file is under CC BY-SA 4.0.
"""

# Irregular verbs of fiction: base, past, participle, each perhaps with variants. Treebanks of the web lack many.
VERBS = """
abide abode|abided abode|abided; arise arose arisen; awake awoke awoken; bear bore borne; beat beat beaten; become
became become; befall befell befallen; beget begot|begat begotten; begin began begun; behold beheld beheld; bend bent
bent; beset beset beset; bereave bereft bereft; beseech besought besought; bespeak bespoke bespoken; bestride bestrode
bestridden; bet bet bet; betake betook betaken; bid bade bidden; bind bound bound; bite bit bitten; bleed bled bled;
blow blew blown; break broke broken; breed bred bred; bring brought brought; build built built; burn burnt burnt;
burst burst burst; buy bought bought; cast cast cast; catch caught caught; choose chose chosen; cleave clove|cleft
cloven|cleft; cling clung clung; clothe clad clad; come came come; cost cost cost; creep crept crept; cut cut cut;
deal dealt dealt; dig dug dug; dive dove dived; draw drew drawn; dream dreamt dreamt; drink drank drunk; drive drove
driven; dwell dwelt dwelt; eat ate eaten; fall fell fallen; feed fed fed; feel felt felt; fight fought fought; find
found found; flee fled fled; fling flung flung; fly flew flown; forbear forbore forborne; forbid forbade|forbad
forbidden; foresee foresaw foreseen; foretell foretold foretold; forget forgot forgotten; forgive forgave forgiven;
forsake forsook forsaken; forswear forswore forsworn; freeze froze frozen; get got got|gotten; gild gilt gilt; gird
girt girt; give gave given; go went gone; grind ground ground; grow grew grown; hang hung hung; have had had; hear
heard heard; heave hove hove; hew hewed hewn; hide hid hidden; hit hit hit; hold held held; hurt hurt hurt; keep kept
kept; kneel knelt knelt; knit knit knit; know knew known; lay laid laid; lead led led; lean leant leant; leap leapt
leapt; learn learnt learnt; leave left left; lend lent lent; let let let; lie lay lain; light lit lit; lose lost lost;
make made made; mean meant meant; meet met met; mislay mislaid mislaid; mislead misled misled; mistake mistook
mistaken; mow mowed mown; outdo outdid outdone; overcome overcame overcome; overhear overheard overheard; overtake
overtook overtaken; overthrow overthrew overthrown; partake partook partaken; pay paid paid; plead pled pled; prove
proved proven; put put put; quit quit quit; read read read; rend rent rent; repay repaid repaid; rid rid rid; ride
rode ridden; ring rang rung; rise rose risen; run ran run; saw sawed sawn; say said said; see saw seen; seek sought
sought; sell sold sold; send sent sent; set set set; sew sewed sewn; shake shook shaken; shear shore shorn; shed shed
shed; shine shone shone; shoe shod shod; shoot shot shot; show showed shown; shred shred shred; shrink shrank|shrunk
shrunk|shrunken; shut shut shut; sing sang sung; sink sank sunk; sit sat sat; slay slew slain; sleep slept slept;
slide slid slid; sling slung slung; slink slunk slunk; slit slit slit; smell smelt smelt; smite smote smitten; sneak
snuck snuck; sow sowed sown; speak spoke|spake spoken; speed sped sped; spell spelt spelt; spend spent spent; spill
spilt spilt; spin spun|span spun; spit spat spat; split split split; spoil spoilt spoilt; spread spread spread; spring
sprang sprung; stand stood stood; stave stove stove; steal stole stolen; stick stuck stuck; sting stung stung; stink
stank stunk; strew strewed strewn; stride strode stridden; strike struck struck|stricken; string strung strung; strive
strove striven; swear swore sworn; sweep swept swept; swell swelled swollen; swim swam swum; swing swung swung; take
took taken; teach taught taught; tear tore torn; tell told told; think thought thought; thrive throve thriven; throw
threw thrown; thrust thrust thrust; tread trod trodden|trod; undergo underwent undergone; understand understood
understood; undertake undertook undertaken; undo undid undone; unbind unbound unbound; uphold upheld upheld; upset
upset upset; wake woke woken; wear wore worn; weave wove woven; wed wed wed; weep wept wept; wet wet wet; win won won;
wind wound wound; withdraw withdrew withdrawn; withhold withheld withheld; withstand withstood withstood; wring wrung
wrung; work wrought wrought; write wrote written; do did done; beget begat begotten; bestrew bestrewed bestrewn;
interweave interwove interwoven; outgrow outgrew outgrown; outrun outran outrun; overrun overran overrun; oversee
oversaw overseen; oversleep overslept overslept; rebuild rebuilt rebuilt; retell retold retold; rewind rewound
rewound; rewrite rewrote rewritten; unwind unwound unwound; misunderstand misunderstood misunderstood
"""
NOUNS = """
child children; foot feet; tooth teeth; goose geese; mouse mice; ox oxen; louse lice; man men; woman women; person
people; penny pence; die dice; wife wives; knife knives; life lives; leaf leaves; loaf loaves; thief thieves; half
halves; calf calves; shelf shelves; elf elves; wolf wolves; self selves; sheaf sheaves; hoof hooves; scarf scarves;
wharf wharves; dwarf dwarves; housewife housewives; midwife midwives; werewolf werewolves; bookshelf bookshelves;
penknife penknives; brother brethren; axis axes; crisis crises; basis bases; oasis oases; thesis theses; hypothesis
hypotheses; analysis analyses; parenthesis parentheses; phenomenon phenomena; criterion criteria; medium media;
stratum strata; bacterium bacteria; nucleus nuclei; cactus cacti; radius radii; fungus fungi; stimulus stimuli;
alumnus alumni; formula formulae; larva larvae; vertebra vertebrae; axe axes; shoe shoes; toe toes; foe foes; hoe
hoes; canoe canoes; horseshoe horseshoes; movie movies; cookie cookies; zombie zombies; auntie aunties; birdie
birdies; lie lies; pie pies; tie ties; necktie neckties; collie collies; calorie calories; prairie prairies; genie
genies; pixie pixies; brownie brownies; faerie faeries; sortie sorties; eyrie eyries; menagerie menageries; reverie
reveries; hoodie hoodies; rookie rookies; bogie bogies; goalie goalies; selfie selfies; cache caches; ache aches;
headache headaches; moustache moustaches; mustache mustaches; niche niches; heartache heartaches; avalanche
avalanches; toothache toothaches; stomach stomachs; bus buses; gas gases; virus viruses; chorus choruses; lens lenses;
census censuses; genius geniuses; sinus sinuses; crocus crocuses; circus circuses; walrus walruses; octopus octopuses;
iris irises; atlas atlases; alias aliases; canvas canvases; pancreas pancreases; bias biases; quiz quizzes; grave
graves; glove gloves; sleeve sleeves; eave eaves; wave waves; slave slaves; cave caves; stove stoves; dove doves;
nerve nerves; curve curves; valve valves; olive olives; native natives; relative relatives; captive captives;
detective detectives; motive motives; hive hives; drive drives; dive dives; archive archives; octave octaves; grove
groves; groove grooves; move moves; alcove alcoves; love loves; reserve reserves; reprieve reprieves; perspective
perspectives; size sizes; prize prizes; breeze breezes; gaze gazes; sneeze sneezes; maze mazes; house houses; horse
horses; nurse nurses; purse purses; curse curses; verse verses; corpse corpses; glimpse glimpses; lapse lapses; rose
roses; nose noses; pose poses; vase vases; case cases; phase phases; base bases; phrase phrases; praise praises; noise
noises; promise promises; cause causes; clause clauses; pause pauses; excuse excuses; muse muses; fuse fuses; use
uses; blouse blouses; spouse spouses; sense senses; tense tenses; defense defenses; license licenses; expense
expenses; response responses; impulse impulses; pulse pulses; bronze bronzes
"""


def words(paths: list[str]) -> Iterator[conllu.Word]:
    """All words of the treebanks, typos and words that go with the next (GW) left out."""
    for path in paths:
        for document in conllu.read(path):
            for sentence in document.sentences:
                for word in sentence.words:
                    misspelt = "Typo=Yes" in word.feats and word.upos not in ("AUX", "PART")  # dont, its
                    if word.xpos != "GW" and not misspelt and word.lemma != "_":
                        yield word


def irregular() -> dict[tuple[str, str, str], str]:
    """The lists above as exceptions. A form that is a base as well ("found", "saw") counts by its tag."""
    out: dict[tuple[str, str, str], str] = {}
    for entry in VERBS.replace("\n", " ").split(";"):
        base, past, participle = entry.split()
        for xpos, forms in (("VBD", past), ("VBN", participle)):
            for form in forms.split("|"):
                out[form, "VERB", xpos] = base
    for (form, _, xpos), base in list(out.items()):
        out.setdefault((form, "VERB", "VBN" if xpos == "VBD" else "VBD"), base)
    for entry in NOUNS.replace("\n", " ").split(";"):
        singular, plural = entry.split()
        out.setdefault((plural, "NOUN", "NNS"), singular)
    return out


def build(paths: list[str]) -> str:
    """The file's text."""
    counts: dict[tuple[str, str, str], Counter[str]] = defaultdict(Counter)
    verbs, adjectives = {entry.split()[0] for entry in VERBS.split(";")}, set()
    tagged = list(words(paths))
    for word in tagged:
        key = (word.form.lower().replace("’", "'").replace("`", "'"), word.upos, word.xpos)
        counts[key][word.lemma] += 1
        if word.upos == "VERB" and word.lemma.isalpha():
            verbs.add(word.lemma)
        if word.upos == "ADJ" and word.lemma.isalpha() and word.lemma.islower():
            adjectives.add(word.lemma)
    shapes: dict[tuple[str, str, str], Counter[str]] = defaultdict(Counter)
    for word in tagged:
        shapes[word.form.lower().replace("’", "'").replace("`", "'"), word.upos, word.xpos][word.form] += 1
    nouns = {word.lemma for word in tagged if word.upos == "NOUN" and word.lemma.islower() and len(word.lemma) < 5}
    bare = Lexicon({}, frozenset(verbs), frozenset(adjectives), frozenset(nouns))
    listed = irregular()
    exceptions = {key: lemma for key, lemma in listed.items() if bare.regular(*key) != lemma}
    for key, lemmas in counts.items():
        lemma, count = lemmas.most_common(1)[0]
        if " " in lemma or "=" in key[0] or (key[1] in ("PROPN", "X", "PUNCT", "SYM") and count < 2):
            continue
        if key[1] == "PROPN" and key[2] == "NNP" and lemma.lower() != key[0] and key[0].isalpha():
            continue  # "Jan" may be January; it may be a name as well
        if key in listed and (key[1] == "VERB" or count < 3):
            continue  # one treebank has "flead" for "fled"
        form = shapes[key].most_common(1)[0][0]
        found = exceptions.get(key) or bare.regular(form, key[1], key[2])
        if found != lemma:
            exceptions[key] = lemma
    auxiliaries: dict[str, Counter[str]] = defaultdict(Counter)
    for (form, upos, _), lemmas in counts.items():
        if upos == "AUX":
            auxiliaries[form].update(lemmas)
    for form, lemmas in auxiliaries.items():  # for tags that no treebank has: a tagger errs
        lemma, count = lemmas.most_common(1)[0]
        if count < 5:
            continue
        for tag in ("AUX", "VERB"):
            if lemma != form and (tag == "AUX" or lemma == "be"):
                exceptions[form, tag, ""] = lemma
    return render(exceptions, verbs, adjectives, nouns)


def render(exceptions: dict[tuple[str, str, str], str], verbs: set[str], adjectives: set[str], nouns: set[str]) -> str:
    """One line for each pair of tags."""
    lines: dict[str, list[str]] = defaultdict(list)
    for (word, upos, xpos), lemma in sorted(exceptions.items()):
        lines[f"{upos or '_'} {xpos or '_'}"].append(f"{word}={lemma}")
    body = [f"verbs: {' '.join(sorted(verbs))}", f"adjectives: {' '.join(sorted(adjectives))}"]
    body.append(f"nouns: {' '.join(sorted(nouns))}")
    return HEADER + "\n".join(body + [f"{head}: {' '.join(items)}" for head, items in sorted(lines.items())]) + "\n"


def measure(paths: list[str], show: int) -> None:
    """Prints how many lemmas are right with the treebank's own tags."""
    for path in paths:
        gold = [w for d in conllu.read(path) for s in d.sentences for w in s.words]
        found = lemmatize([w.form for w in gold], [w.upos for w in gold], [w.xpos for w in gold])
        wrong = Counter(
            (w.form, w.upos, w.xpos, w.lemma, lemma) for w, lemma in zip(gold, found, strict=True) if w.lemma != lemma
        )
        print(f"{path}: {100 - 100 * wrong.total() / len(gold):.2f} % of {len(gold)} lemmas")
        for item, n in wrong.most_common(show):
            print(n, *item)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("action", choices=["build", "measure"])
    parser.add_argument("treebank", nargs="+")
    parser.add_argument("--show", type=int, default=0, metavar="N", help="the N most frequent errors")
    arguments = parser.parse_args()
    if arguments.action == "build":
        text = build(arguments.treebank)
        parse(text)
        OUT.write_text(text, encoding="utf-8")
    else:
        measure(arguments.treebank, arguments.show)
    return 0


if __name__ == "__main__":
    sys.exit(main())
