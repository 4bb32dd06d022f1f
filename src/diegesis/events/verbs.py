"""Classes of verbs and words that say whether their complement happened and who takes part in it."""

from __future__ import annotations


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


# States, not events: a denied or wished state is no event that was denied or wished.
STATES = _words(
    "be have seem appear look know think believe understand own belong contain consist exist remain love hate like "
    "want need mean matter resemble deserve fit cost weigh lack depend suppose wish hope prefer may can will shall "
    "must ought dare use concern involve include equal possess suit become keep stand lie sit"
)

# Complements that somebody would have: "wanted to go", "hoped that he would come".
WISH = _words(
    "want wish hope long yearn desire intend plan mean attempt try seek aim expect prefer crave ache aspire itch "
    "threaten promise vow offer agree decide resolve determine prepare propose wait dream think"
)
WISH_THAT = _words("wish hope pray")
LIKE = _words("like love care")
EAGER = _words("about eager ready anxious determined willing likely going prepared set supposed free")

# Participles of feeling, whose infinitive tells what did happen: "was relieved to hear".
MOVED = _words("relieved pleased surprised delighted astonished amazed shocked startled horrified thrilled")

# Complements that somebody is told to carry out.
ORDER = _words(
    "tell order command ask beg urge instruct warn bid request implore beseech direct advise entreat invite encourage "
    "demand insist suggest require forbid"
)
ORDER_THAT = _words("demand insist suggest order")
# Base forms without a subject that command nothing: "thank you", "bless you".
FORMULA = _words("thank bless damn curse pardon welcome goddamn")

# Complements that somebody says or thinks.
SPEAK = _words(
    "say tell claim report announce declare explain mention swear insist lie admit confess state assert maintain "
    "protest repeat reply answer whisper shout murmur mutter assure inform promise warn hint suggest write deny "
    "allege argue complain boast remark add"
)
THINK = _words("think believe suppose guess imagine assume suspect fancy reckon dream fear expect figure")
INQUIRE = _words("ask wonder inquire enquire")
OPEN = _words("ask wonder inquire enquire question see know tell find discover decide doubt learn care")

# Implicatives: of the complement "failed to" denies what "managed to" asserts, and under "not" the reverse.
FAIL = _words("fail refuse decline neglect forget avoid omit")
PREVENT = _words("prevent stop keep refrain restrain hinder dissuade bar save")
THROUGH = _words(
    "manage begin start dare bother get come venture seem appear let make help see hear watch feel have continue go "
    "happen proceed need use cease keep"
)
# Those of them whose negation leaves the complement open, or upholds it ("did not cease to run").
THROUGH_NOT_DENIED = _words("have need use go keep cease get")
PERCEIVE_OR_CAUSE = _words("let make see hear watch feel")

# Whose object or "to" phrase receives.
GIVE = _words(
    "give hand pass offer send bring show lend sell pay return throw toss deliver grant promise feed write read teach "
    "surrender entrust leave introduce present"
)
TELL = _words(
    "tell ask order warn assure inform beg remind command instruct urge advise promise implore persuade beseech bid"
)
# Whose object receives when it is a person and the only one: "showed her".
SHOW = _words("show teach pay owe")
SPEAK_TO = _words(
    "say speak talk whisper murmur shout call mutter explain mention announce sing reply cry yell confess nod smile "
    "bow wave listen"
)
SUBJECT_CONTROL = _words("promise threaten vow swear")
