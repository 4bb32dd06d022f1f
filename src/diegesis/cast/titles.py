"""Titles, honorifics and occupations: what they say of gender and rank, and which part of a name they go with."""

from __future__ import annotations

from typing import Literal, NamedTuple

Gender = Literal["she", "he"]
Slot = Literal["family", "given", "either"]


class Title(NamedTuple):
    """``word`` is its normal form; ``slot`` the part of a name that stands after it when only one word does.

    ``rank`` is None for titles that tell nothing but gender or age ("Mr.", "Miss").
    """

    word: str
    gender: Gender | None
    slot: Slot
    rank: str | None


# word or variants | gender | what one following word is | rank ("-" for none)
_TABLE = """
mr mister messrs | he | family | -
mrs missus mistress | she | family | -
ms | she | family | -
miss | she | either | -
master | he | either | -
madam madame mme | she | family | -
mademoiselle mlle | she | either | -
monsieur m | he | family | -
herr | he | family | -
frau fräulein | she | family | -
signor signore senor señor sr | he | family | -
signora senora señora sra | she | family | -
signorina senorita señorita | she | either | -
don | he | given | -
dona doña donna | she | given | -
sir | he | given | knight
dame | she | given | dame
lord | he | either | lord
lady | she | either | lady
baron | he | either | baron
baroness | she | either | baroness
baronet | he | either | baronet
count | he | either | count
countess | she | either | countess
comte | he | either | count
comtesse | she | either | countess
earl | he | either | earl
viscount | he | either | viscount
viscountess | she | either | viscountess
marquis marquess | he | either | marquis
marquise marchioness | she | either | marchioness
duke duc | he | either | duke
duchess duchesse | she | either | duchess
prince | he | given | prince
princess | she | given | princess
king | he | given | king
queen | she | given | queen
emperor | he | given | emperor
empress | she | given | empress
tsar czar | he | given | tsar
sultan | he | given | sultan
squire | he | family | squire
chief | - | either | chief
chieftain | - | either | chieftain
dr doctor | - | family | doctor
prof professor | - | family | professor
rev reverend | - | family | reverend
father fr | he | either | priest
brother br | he | given | -
sister | she | given | -
mother | she | given | -
abbot | he | given | abbot
abbess | she | given | abbess
bishop | - | family | bishop
archbishop | - | family | archbishop
cardinal | he | family | cardinal
pope | he | given | pope
deacon | - | family | deacon
pastor | - | family | pastor
vicar | - | family | vicar
rabbi | - | family | rabbi
imam | he | family | imam
saint | - | given | saint
general gen | - | family | general
colonel col | - | family | colonel
major maj | - | family | major
captain capt cap'n | - | either | captain
lieutenant lieut lt | - | family | lieutenant
sergeant sgt serjeant | - | family | sergeant
corporal cpl | - | family | corporal
private pvt | - | family | private
admiral | - | family | admiral
commodore | - | family | commodore
commander cmdr | - | family | commander
marshal | - | family | marshal
ensign | - | family | ensign
midshipman | - | family | midshipman
cadet | - | family | cadet
constable | - | family | constable
inspector | - | family | inspector
superintendent | - | family | superintendent
detective | - | family | detective
officer | - | family | officer
agent | - | family | agent
sheriff | - | family | sheriff
deputy | - | family | deputy
judge | - | family | judge
justice | - | family | justice
magistrate | - | family | magistrate
president | - | family | president
minister | - | family | minister
senator | - | family | senator
governor | - | family | governor
mayor | - | family | mayor
chancellor | - | family | chancellor
ambassador | - | family | ambassador
secretary | - | family | secretary
councillor councilor | - | family | councillor
alderman | - | family | alderman
citizen comrade citoyen | - | family | -
headmaster | he | family | headmaster
headmistress | she | family | headmistress
matron | she | family | matron
nurse | - | either | nurse
coach | - | family | coach
sensei | - | either | sensei
elder | - | either | elder
aunt auntie aunty | she | given | -
uncle | he | given | -
grandfather grandpa grandad granddad gramps | he | given | -
grandmother grandma granny gran nana | she | given | -
cousin | - | given | -
goody goodwife | she | family | -
goodman | he | family | -
farmer | - | family | farmer
"""

# honorifics that follow a name with a hyphen (or stand glued to it) | gender | rank
_SUFFIX_TABLE = """
san sama dono han shi nim ssi ah ya jie-jie | - | -
kun oppa hyung hyungnim gege ge nii niisan nii-san nii-sama onii-san onii-sama ojisan oji-san ojiisan | he | -
chan noona unnie jiejie nee neesan nee-san nee-chan onee-san onee-sama obasan oba-san obaasan baa-chan hime | she | -
sensei | - | sensei
senpai sempai | - | -
sifu shifu | - | master
shishou shisho | - | master
taichou taicho | - | captain
"""

_OCCUPATIONS_TEXT = """
abbess abbot accountant actor actress admiral advocate agent alchemist ambassador apothecary apprentice archbishop
archer architect archivist artist assassin assistant astrologer astronomer attendant attorney baker banker barber bard
barman barmaid baron baroness barrister bartender bishop blacksmith boatman boatswain bodyguard bookseller bosun
brewer bricklayer broker builder bursar butcher butler cabbie cabman cadet captain cardinal caretaker carpenter
cartwright chairman chambermaid champion chancellor chaplain charwoman chauffeur chef chemist chief chieftain cleaner
clergyman clerk coachman cobbler colonel commander commissioner commodore conductor constable cook cooper coroner
corporal councillor councilman count countess courier cowboy crofter curate dame dancer deacon dean dentist deputy
detective doctor doorman dressmaker driver druid duchess duke earl editor emissary emperor empress enchanter engineer
ensign envoy executioner falconer farmer farmhand ferryman fireman fisherman footman foreman forester gaoler gardener
general gondolier governess governor grocer groom guard guardian guardsman guide gunner haberdasher harbourmaster
harbormaster headmaster headmistress healer herald herbalist herdsman hermit housekeeper housemaid hunter huntsman
innkeeper inspector jailer janitor jester jeweller jeweler jockey joiner journalist judge justice keeper king knight
laborer labourer lady landlady landlord laundress lawyer librarian lieutenant locksmith lord magician magistrate maid
major manager marchioness marquess marquis marshal mason mate matron mayor mechanic medic mercenary merchant messenger
midshipman midwife miller miner minister minstrel monk musician navigator necromancer ninja nun nurse nursemaid
officer oracle orderly outlaw painter paladin parson pastor patrolman pharmacist philosopher photographer physician
pilot pirate plumber poet policeman policewoman porter postman postmaster postmistress potter preacher prefect
president priest priestess prince princess principal prior prioress private professor prophet psychiatrist publican
queen quartermaster rabbi ranger rector regent reporter saddler sailor samurai scholar schoolmaster schoolmistress
schoolteacher scientist scout scribe sculptor seamstress secretary seer senator senior sensei sergeant servant sexton
shaman shepherd sheriff shinobi shoemaker shopkeeper singer smith smuggler soldier solicitor sorcerer sorceress spy
squire steward stewardess stonemason sultan superintendent surgeon surveyor tailor tanner tavernkeeper teacher
technician teller therapist thief tinker trader trainer translator trapper treasurer tutor usher valet vet viceroy
vicar viscount viscountess vizier waiter waitress warden warder warlock warrior washerwoman watchman weaver
wheelwright witch wizard woodcutter woodsman wrangler writer
"""

OCCUPATIONS = frozenset(_OCCUPATIONS_TEXT.split())
"""Nouns that say what somebody does or what office they hold."""

_MODIFIERS_TEXT = """
old young poor dear little big good great honest late worthy sweet darling fat tiny wee
"""

MODIFIERS = frozenset(_MODIFIERS_TEXT.split())
"""Adjectives that stand before a name and are no part of it."""


def _cell(text: str) -> str | None:
    text = text.strip()
    return None if text == "-" else text


def _gender(text: str) -> Gender | None:
    found = _cell(text)
    return "she" if found == "she" else "he" if found == "he" else None


def _slot(text: str) -> Slot:
    found = text.strip()
    return "family" if found == "family" else "given" if found == "given" else "either"


def _titles() -> dict[str, Title]:
    out: dict[str, Title] = {}
    for line in _TABLE.strip().splitlines():
        words, gender, slot, rank = line.split("|")
        for word in words.split():
            out[word] = Title(words.split()[0], _gender(gender), _slot(slot), _cell(rank))
    return out


def _suffixes() -> dict[str, Title]:
    out: dict[str, Title] = {}
    for line in _SUFFIX_TABLE.strip().splitlines():
        words, gender, rank = line.split("|")
        for word in words.split():
            out[word] = Title(word, _gender(gender), "either", _cell(rank))
    return out


TITLES: dict[str, Title] = _titles()
"""Titles by their lower-case spelling without a full stop."""

SUFFIXES: dict[str, Title] = _suffixes()
"""Honorifics that follow a name after a hyphen, by their lower-case spelling."""


def title_of(word: str) -> Title | None:
    """The title that a word of a name is, whatever its case and with or without a full stop, or None."""
    return TITLES.get(word.lower().replace("’", "'").rstrip("."))
