"""The commonest function words of the languages that ``sources.langid`` tells apart, by ISO 639 code."""

from __future__ import annotations

_LATIN = {
    "en": "the and of to a in he that was it his her you with she for had as on at but not is they him my be have "
    "said from this me what were all so there been out would up one if when who them no could by your do we an "
    "about which their or i'm don't didn't it's into than then just can will are did how like i're where these",
    "fr": "le la les de des du et à un une il elle ne pas que qui dans en est était ce se son sa ses sur pour avec "
    "je vous nous lui au aux mais ou par plus tout cette avait comme leur si mon ma mes d'un d'une c'est n'est qu'il "
    "qu'elle j'ai être fait dit bien sans ils elles même où",
    "de": "der die das und ich nicht er sie es in zu den ist ein eine mit sich war dem auf von hatte wie ihr ihm "
    "aber des im auch als an so wir was du einen noch nur mich mir für wenn aus nach einer einem sein seine doch dass "
    "daß bei um vor über hat kein schon wurde ihn",
    "es": "el la los las de que y en un una no se su con por lo le al del era es para como más había pero sus me "
    "mi si ya cuando todo esta este ella yo muy sin sobre ha qué te nos estaba él fue porque está hasta desde entre "
    "donde también",
    "it": "il la le di che e un una non in si per con era gli lo da del della più ma come al i nel suo sua mi è "
    "aveva disse se anche lui lei io ti ci delle dei alla dal sono questo questa quando tutto ho cosa perché così "
    "che'l dell'altro po' ne nella",
    "pt": "o a os as de que e em um uma não se do da no na com por para mais era ele ela seu sua ao mas como dos "
    "das me foi já quando tinha muito lhe nos estava eu você isso está também até pelo pela só minha meu sem são "
    "disse havia nem",
    "nl": "de het een en van ik te dat die in is niet hij was ze op zijn met voor haar had aan er maar om hem als "
    "dan zo wat je we bij ook nog naar uit door over mijn heeft geen kan wel toen nu hebben werd waar tot zei jij",
    "la": "et in est non ad ut cum qui quod sed si ex ab quae per quam nec atque esse sunt aut hoc enim me te se ac "
    "de tamen haec ille erat eius etiam autem quoque nunc iam mihi tibi sibi quid pro inter sic neque ne",
    "pl": "i w nie na się z to że do jest jak po co ale o za jego jej go był była było ja mu od tym tego ty czy już "
    "tak przez by dla ich się był pan przy jeszcze tylko sobie kiedy może bo mnie ci",
    "cs": "a se v na je že to si s z do o jako ale za by jsem po jeho jen pro ve už k tak který byl byla bylo když "
    "co jsi není mu ho jak aby od jsou ještě ze nebo mi jí",
    "sv": "och i att det en jag som han var på inte är med den av för hade till om sig så ett men de hon från honom "
    "skulle kunde sin ut då vi när eller vad där henne dig mig nu över sade upp",
    "da": "og i at det en jeg som han var på ikke er med den af for havde til om sig så et men de hun fra ham "
    "skulle kunne sin ud da vi når eller hvad der hende dig mig nu over sagde op blev",
    "no": "og i å det en jeg som han var på ikke er med den av for hadde til om seg så et men de hun fra ham "
    "skulle kunne sin ut da vi når eller hva der henne deg meg nå over sa opp ble etter",
    "fi": "ja on ei hän oli se että mutta niin kuin minä ollut nyt kun sen jo joka mitä ovat olen hänen minun tämä "
    "sitä vain sinä siitä vielä sanoi ole olla hän hänet mikä sitten",
    "hu": "a az és hogy nem is egy volt meg de ez csak ha már mint azt el mi még vagy kell ki őt sem ezt te én van "
    "olyan aki úgy mert most mondta nagyon fel",
    "ro": "și de a în la cu o nu că pe se un din să mai ca el ea îi îl era sa lui pentru este care ce ei dar le "
    "ne mi am fi fost când după fără şi",
    "tr": "ve bir bu da de için ne o ben gibi daha çok ama kadar sen var onu diye ki değil mi olarak sonra şey ile "
    "dedi bana sana onun her en hiç",
    "id": "yang dan di itu dengan untuk tidak ini dari dalam akan pada juga saya ke karena ada mereka kita dia aku "
    "kamu sudah bisa seperti lalu tapi kau nya adalah hanya telah",
    "vi": "và của là không có tôi anh một cho người đã cô được với trong này đó khi những như ra thì lại đến nói em "
    "về ông cũng đi ở",
    "tl": "ang ng sa na mga ay at ko siya niya hindi ni ako ka mo si para kung kaniya lang nang pa ito may isang sila",
    "sw": "na ya wa kwa ni katika la za hiyo hii kuwa yake alikuwa kama lakini yeye huyo sana cha kwamba",
    "eo": "la kaj de en ne estas mi ke li al kun por ĝi ŝi ili sed vi estis sur kiu kiel tio aŭ pri el oni",
}
_CYRILLIC = {
    "ru": "и в не на я что он с как это а то все она так его но да ты к у же вы за бы по только ее мне было вот от "
    "меня еще нет о из ему был уже или ни была него до вас они когда себя сказал если",
    "uk": "і в не на я що він з як це а то все вона так його але та ти до у ж ви за б по тільки її мені було від "
    "мене ще ні про із йому був вже або була нього вас вони коли себе сказав якщо є й",
    "bg": "и в не на аз че той с как това а то всичко тя така го но да ти към у ще вие за би по само я ми беше от "
    "мен още няма се из му бил вече или него до са ги когато си каза ако е съм",
    "sr": "и у не на ја што он са као то а све она тако га али да ти ка ће ви за би по само је ми било од мене "
    "још нема се из му био већ или њега до су их када себе рече ако није",
}
LATIN: dict[str, frozenset[str]] = {code: frozenset(words.split()) for code, words in _LATIN.items()}
"""Languages in Latin letters."""
CYRILLIC: dict[str, frozenset[str]] = {code: frozenset(words.split()) for code, words in _CYRILLIC.items()}
"""Languages in Cyrillic letters."""
