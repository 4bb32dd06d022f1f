"""Common English given names by the gender they mostly go with, and short forms of given names: a weak prior.

Compiled for this project from general knowledge. A name alone never decides against what a text says.
"""

from __future__ import annotations

_FEMALE = """
abby abigail ada adela adelaide adele adeline adriana agatha agnes aileen aimee alana alberta alexandra alexis alice
alicia alison allison alma althea amabel amanda amara amber amelia amy anabel anastasia andrea angela angelica
angelina anita ann anna annabel annabelle anne annette annie antonia april arabella ariana arlene astrid athena audrey
aurora ava barbara beatrice beatrix becky belinda bella bernadette bernice bertha beryl bess bessie beth bethany betsy
betty beverly bianca blanche bonnie brenda briana bridget brigid brittany brooke caitlin camilla candace cara carla
carmen carol caroline carolyn carrie cassandra catherine cathy cecilia cecily celeste celestine celia charity
charlotte chelsea cherry cheryl chloe christina christine cicely claire clara clarissa claudia clementine colette
colleen constance cora coral cordelia corinne cornelia cressida crystal cynthia daisy danielle daphne darlene dawn
deborah debra deirdre delia denise desdemona diana diane dinah dolly dolores dora doreen doris dorothea dorothy edith
edna effie eileen elaine eleanor elena eliza elizabeth ella ellen elsa elsie elspeth elvira emily emma enid erica erin
esmeralda estelle esther ethel eugenia eugenie eunice euphemia eva evangeline eve evelina evelyn fanny faye felicity
fiona flora florence frances francesca freda frieda gabrielle gemma genevieve georgette georgia georgiana georgina
geraldine gertrude gillian gina ginny gladys glenda gloria goldie grace greta gretchen griselda guinevere gwen
gwendolen gwendolyn hannah harriet hattie hazel heather hedwig heidi helen helena henrietta hermione hester hilda hope
hortense ida imogen ines ingrid irene iris isabel isabella isabelle isadora isobel ivy jacqueline jane janet janice
janine jasmine jean jeanette jemima jenna jenny jennifer jessica jessie jill joan joanna jocelyn johanna josephine
josie joy joyce juanita judith judy julia juliana julie juliet julietta june justine karen kate katharine katherine
kathleen kathy katie katrina kitty kristen kristin lara laura lauren laurel lavinia leah leila lena leona leonora
letitia lettice libby lila lilian lilith lillian lily linda lisa lizzie lizzy lois lola loretta lorna lorraine lottie
lotty louisa louise lucia lucille lucinda lucretia lucy lulu lydia lynn mabel madeleine madeline madge maggie maisie
mamie mandy marcella marcia margaret margery margot maria marian marianne marie marigold marilla marilyn marina
marjorie marlene marsha martha mary matilda maud maude maura maureen mavis maxine megan melanie melissa mercy meredith
michelle mildred millicent millie mina minerva minnie miranda miriam moira molly mona monica morgana muriel myra
myrtle nadia nadine nan nancy naomi natalie natasha nell nellie nelly nina nora norma octavia odette olga olive olivia
opal ophelia pamela pansy patience patricia paula pauline pearl peggy penelope penny petunia philippa phoebe phyllis
polly poppy portia priscilla prudence rachel ramona rebecca regina rhoda rita roberta rosa rosalie rosalind rosamond
rosamund rose rosemary rosie rowena roxanne ruby ruth sabrina sadie sally samantha sandra sara sarah saskia selena
selina serena sheila shirley sibyl sophia sophie stella stephanie sue susan susanna susannah susie suzanne sybil
sylvia tabitha tamara tamsin tara tatiana teresa tess tessa thea thelma theodora theresa tilly tracy trudy ursula
valerie vanessa vera verity verna veronica victoria viola violet virginia vivian vivienne wanda wendy wilhelmina willa
winifred yolanda yvette yvonne zelda zoe
"""

_MALE = """
aaron abel abner abraham adam adrian alan alasdair alastair albert alec aldous alexander alfred alistair allan allen
alvin ambrose amos andrew andy angus anselm anthony antonio archibald archie arnold art arthur aubrey august augustine
augustus austin barnabas barnaby barney barry bartholomew basil ben benedict benjamin bennett bernard bert bertram
bill billy bob bobby boris bradley brandon brendan brian bruce bruno bryan caleb calvin carl cecil cedric charles
charley charlie chester christian christopher clarence claude clement clifford clive clyde colin conrad constantine
cornelius craig curtis cuthbert cyril cyrus damian daniel danny darius darren david dean dennis denis derek desmond
dexter dick dirk dominic donald douglas dudley duncan dustin dwight ebenezer edgar edmond edmund edward edwin egbert
eli elias elijah eliot elliot ellis emmanuel emmett enoch ephraim eric ernest ethan eugene eustace evan everett
ezekiel ezra felix ferdinand fergus finn floyd francisco frank franklin fred freddie frederic frederick gabriel gareth
gary gavin geoffrey george gerald gerard gideon gilbert giles glenn godfrey gordon graham grant greg gregory griffin
guy hal hamish hank hans harold harry harvey hector henry herbert herman hiram homer horace horatio howard hubert hugh
hugo humphrey ian ichabod ignatius ira isaac isaiah ivan jack jacob jake james jared jarvis jason jasper jed jedediah
jefferson jeff jeffrey jeremiah jeremy jerome jethro jim jimmy joachim job joe joel john johnny jonah jonas jonathan
joseph joshua josiah jude julian julius justin karl keith kenneth kevin kurt kyle lance lancelot larry laurence
lawrence lazarus lemuel len leo leon leonard leopold leroy lester levi lewis lionel lloyd lorenzo louis lucas lucius
ludwig luke luther magnus malachi malcolm marcel marcus mario mark marmaduke marshall martin marvin matt matthew
matthias maurice max maximilian maxwell melvin micah michael miguel mike miles milton mitchell montague mordecai
mortimer moses murray nate nathan nathaniel ned nehemiah neil neville nicholas nick nigel noah noel norman obadiah
oliver omar orlando orville oscar osmond oswald otis otto owen patrick paul pedro percival percy perry pete peter
philip phileas phineas pierre quentin ralph randolph raphael ray raymond reginald reuben rex richard rick robert
roderick rodney roger roland rolf roman ronald rory roscoe ross roy rudolf rudolph rufus rupert samson samuel saul
scott sean sebastian septimus seth seymour shane sidney siegfried sigmund silas silvester simeon simon solomon spencer
stanley stefan stephen steve steven stewart stuart sydney sylvester ted terence terry thaddeus theodore theophilus
thomas tim timothy titus tobias toby tom tommy tony tristan troy tyler ulysses uriah valentine vernon victor vincent
virgil vladimir wallace walter warren wayne wilbur wilfred wilfrid will willard william willoughby winston woodrow
xavier zachary zechariah
"""

_SHORT = """
abigail: abby gail nabby
abraham: abe bram
agnes: aggie nessie
albert: al bert bertie albie
alexander: alec alex sandy sasha xander alick
alexandra: alex sandra sasha lexie
alfred: alf alfie fred
alice: ally
amanda: mandy
amelia: amy milly millie
andrew: andy drew
anne: annie nan nancy nanny
ann: annie nan nancy nanny
anna: annie nan
anthony: tony
archibald: archie archy
arabella: bella
arthur: art artie
augustus: gus gussie
barbara: babs barbie
bartholomew: bart
beatrice: bea trixie beattie
benedict: ben
benjamin: ben benny benjy
bernard: bernie
bertram: bert bertie
caroline: carrie caro lina
catherine: cathy kate katie kitty cat kathy cath catty
katherine: kathy kate katie kitty kat kath
charles: charlie charley chuck chas
charlotte: charlie lottie lotty
christina: chris tina chrissy
christine: chris tina chrissy
christopher: chris kit topher
clarissa: clara clary
constance: connie
cornelius: neil corny
daniel: dan danny
david: dave davy davey
deborah: deb debbie
dorothea: dolly dora dot thea
dorothy: dolly dora dot dottie
ebenezer: eben
edgar: ed eddie
edith: edie
edmund: ed ned eddie ted
edward: ed eddie ned ted teddy neddy
edwin: ed eddie ned
eleanor: ellie nell nelly nora nellie
elizabeth: beth bess bessie betsy betty eliza libby lisa liz lizzie lizzy lizbeth elsie
ellen: ellie nell nelly nellie
emily: em emmy
emma: em emmy
ernest: ernie
esther: essie hetty
eugene: gene
evelyn: eve evie
ezekiel: zeke
florence: flo florrie flossie
frances: fanny fran frankie francie
francis: frank frankie
franklin: frank
frederick: fred freddie freddy fritz
gabriel: gabe
geoffrey: geoff
george: georgie
georgiana: georgie georgy
gerald: gerry jerry
gertrude: gertie trudy
gilbert: gil bert
gregory: greg
gwendolen: gwen
harold: harry hal
harriet: hattie hatty harry
helen: nell nellie nelly
henrietta: hetty etta
henry: harry hal hank
herbert: bert bertie herb
hugh: hughie
humphrey: humph
isaac: ike
isabel: bel belle bella izzy
isabella: bel belle bella izzy
jacob: jake jack
james: jim jimmy jem jamie jemmy
jane: jenny janey janie
janet: jenny jan
jennifer: jen jenny
jeremiah: jerry
jeremy: jerry
jessica: jess jessie
joan: joanie
joanna: jo
john: jack johnny jock
jonathan: jon johnny
joseph: joe joey
josephine: jo josie
joshua: josh
josiah: joe
judith: judy
julia: julie
kathleen: kathy kath
kenneth: ken kenny
laurence: larry laurie
lawrence: larry laurie
leonard: len lenny leo
leonora: nora
letitia: letty
lewis: lew lewie
lillian: lily lil
louis: lou louie
louisa: lou loo
louise: lou
lucinda: lucy cindy
lucretia: lucy
madeleine: maddie
magdalene: maggie
margaret: maggie meg peg peggy madge daisy margie margot greta megs maisie
maria: mary
marjorie: marge margie
martha: mattie patty
martin: marty
mary: molly polly may mamie moll poll
matilda: tilly matty maud
matthew: matt mat
maximilian: max
maxwell: max
michael: mike mick mickey micky
mildred: millie milly
millicent: millie milly
montague: monty
nathan: nat nate
nathaniel: nat nate
nicholas: nick nicky
oliver: ollie noll
oswald: oz ozzie
pamela: pam
patricia: pat patty trish tricia
patrick: pat paddy
penelope: penny
percival: percy
peter: pete
philip: phil pip
phineas: phin
priscilla: prissy cilla
prudence: prue
rachel: rae
ralph: rafe
raymond: ray
rebecca: becky becca
reginald: reg reggie rex
richard: dick dickie rick ricky rich
robert: bob bobby rob robbie robin bert
roderick: rod
rodney: rod
roger: hodge
roland: rolly
ronald: ron ronnie
rosamond: rosy rose
rosamund: rosy rose
samantha: sam
samuel: sam sammy
sarah: sally sadie
sebastian: seb
sidney: sid
simon: si
solomon: sol
sophia: sophy sophie
stephen: steve
steven: steve
stuart: stu
susan: sue susie suky sukey
susannah: susie sue sukey
sylvester: sly
terence: terry
theodora: dora thea
theodore: ted teddy theo
theresa: terry tess tessa
teresa: terry tess tessa
thomas: tom tommy
timothy: tim timmy
tobias: toby
valentine: val
victor: vic
victoria: vicky tori
vincent: vin vince
virginia: ginny
walter: walt wat wally
wilfred: wilf fred
wilhelmina: mina minnie billie
william: will willie willy bill billy
winifred: winnie freda
winston: winnie
zachary: zack zach
"""

FEMALE_NAMES = frozenset(_FEMALE.split())
MALE_NAMES = frozenset(_MALE.split()) - FEMALE_NAMES


def _short_forms() -> dict[str, frozenset[str]]:
    out: dict[str, set[str]] = {}
    for line in _SHORT.strip().splitlines():
        full, short = line.split(":")
        for form in short.split():
            out.setdefault(form, set()).add(full)
    return {form: frozenset(fulls) for form, fulls in out.items()}


FULL_FORMS = _short_forms()
"""For each short form the given names that it may stand for."""

SHORT_FORMS = {
    full: frozenset(s for s, fulls in FULL_FORMS.items() if full in fulls)
    for full in {full for fulls in FULL_FORMS.values() for full in fulls}
}
"""For each given name its short forms."""


def same_given(a: str, b: str) -> bool:
    """Whether two lower-case given names may be one: equal, or one short for the other."""
    return a == b or b in FULL_FORMS.get(a, ()) or a in FULL_FORMS.get(b, ())
