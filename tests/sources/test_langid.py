import pytest

from diegesis.sources import detect_language

SAMPLES = {
    "en": "She had not meant to come back to the house, but the rain was on the road and he was there with a lamp in "
    "his hand, as if they had never been away from it at all.",
    "fr": "Elle n’avait pas voulu revenir à la maison, mais la pluie était sur la route et il se tenait là avec une "
    "lampe à la main, comme si elle ne les avait jamais quittés dans la nuit.",
    "de": "Sie hatte nicht in das Haus zurückkommen wollen, aber der Regen war auf der Straße und er stand da mit "
    "einer Lampe in der Hand, als ob sie nie von dort fort gewesen wären.",
    "es": "No había querido volver a la casa, pero la lluvia estaba en el camino y él estaba allí con una lámpara en "
    "la mano, como si nunca se hubieran ido de la ciudad donde todo era más fácil.",
    "it": "Non aveva voluto tornare alla casa, ma la pioggia era sulla strada e lui era là con una lampada in mano, "
    "come se non fossero mai andati via da quel posto che era il loro.",
    "pt": "Ela não queria voltar para a casa, mas a chuva estava na estrada e ele estava ali com uma lâmpada na mão, "
    "como se nunca tivessem saído de lá, da cidade que era a sua.",
    "nl": "Ze had niet naar het huis terug willen komen, maar de regen was op de weg en hij stond daar met een lamp in "
    "zijn hand, alsof ze nooit van daar waren weggeweest.",
    "la": "Non ad domum redire voluerat, sed imber in via erat et ille cum lucerna in manu stabat, quasi numquam ab eo "
    "loco discessissent, nec quod in nocte erat timebant, quia ex eo per viam ibant.",
    "pl": "Nie chciała wracać do domu, ale deszcz był na drodze i on stał tam z lampą w ręku, jakby nigdy się stamtąd "
    "nie ruszyli, a przecież już to wszystko było za nimi i nie do nich.",
    "ru": "Она не хотела возвращаться в дом, но дождь был на дороге, и он стоял там с лампой в руке, как будто они "
    "никогда оттуда не уходили, и все это было у них еще раз так же, как тогда.",
    "uk": "Вона не хотіла повертатися в дім, але дощ був на дорозі, і він стояв там із лампою в руці, наче вони "
    "ніколи звідти не йшли, і все це було в них ще раз, як тоді, та вже інакше.",
    "sv": "Hon hade inte velat komma tillbaka till huset, men regnet var på vägen och han stod där med en lampa i "
    "handen, som om de aldrig hade varit borta från det.",
    "fi": "Hän ei ollut halunnut palata taloon, mutta sade oli tiellä ja hän seisoi siellä lamppu kädessä, niin kuin "
    "he eivät olisi koskaan olleet poissa, ja se oli nyt kaikki mitä minä sitten sanoin.",
    "ja": "彼女は家に帰るつもりはなかった。しかし雨が降っていて、彼はランプを手に立っていた。",
    "zh": "她没有打算回到那座房子，可是路上下着雨，他手里拿着灯站在那里，好像他们从未离开。",
    "ko": "그녀는 집으로 돌아올 생각이 없었지만 길에는 비가 내리고 있었고 그는 등불을 들고 서 있었다.",
    "el": "Δεν ήθελε να γυρίσει στο σπίτι, αλλά η βροχή ήταν στον δρόμο και εκείνος στεκόταν εκεί.",
    "ar": "لم تكن تريد العودة إلى البيت، لكن المطر كان على الطريق وكان يقف هناك وفي يده مصباح كأنهما لم يرحلا قط من "
    "هناك إلى أي مكان آخر",
    "he": "היא לא רצתה לחזור אל הבית, אבל הגשם היה על הדרך והוא עמד שם עם מנורה בידו.",
}


@pytest.mark.parametrize(("code", "text"), SAMPLES.items())
def test_the_language_of_a_sentence_is_told(code: str, text: str) -> None:
    assert detect_language(text) == code


@pytest.mark.parametrize("text", ["", "Hello there.", "12 34 56 ***", "Kzx qwrt plm " * 30, "!" * 5000])
def test_too_little_to_tell_is_undetermined(text: str) -> None:
    assert detect_language(text) == "und"


def test_an_english_story_with_foreign_phrases_and_names_is_english() -> None:
    assert detect_language(SAMPLES["en"] + " «Mais non», said Jiraiya-sensei, “nicht wahr?” 先生。") == "en"


def test_the_language_of_most_of_a_long_text_is_told() -> None:
    assert detect_language(SAMPLES["en"] * 20 + SAMPLES["fr"] * 2000) == "fr"
    assert detect_language(SAMPLES["fr"] * 3 + SAMPLES["en"] * 2000) == "en"


def test_a_line_without_spaces_is_looked_at_in_samples_alone() -> None:
    assert detect_language("x" * (50 << 20)) == "und"


def test_english_dialogue_in_short_lines_is_english() -> None:
    lines = [
        "“Is it you?”",
        "“Who else would it be?”",
        "“I thought you were in town.”",
        "“I was.”",
        "“And now?”",
        "“I’m not.”",
    ]
    assert detect_language("\n".join(lines)) == "en"
