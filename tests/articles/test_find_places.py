"""Places in running text: which words, which place, what kind."""

from __future__ import annotations

import pytest

from impactmap.articles import find_places
from impactmap.articles.recognition.finding import _names
from impactmap.articles.recognition.mentions import find_mentions
from impactmap.model.errors import InputError


def found(text, language="en", **options):
    places = find_places(text, language=language, **options)
    return "; ".join(f"{each.text} {each.kind} {each.country or '-'}" for each in places)


@pytest.mark.parametrize(
    ("language", "text", "expected"),
    [
        ("en", "Shells fell on Omdurman, near Khartoum.", "Omdurman settlement SD; Khartoum settlement SD"),
        ("en", "It happened in the Kyiv and Kharkiv regions.", "Kyiv region UA; Kharkiv region UA"),
        ("en", "The northeastern region of Kharkiv was dark.", "Kharkiv region UA"),
        ("en", "Ships left the Red Sea for Port Sudan.", "Red Sea sea -; Port Sudan settlement SD"),
        ("en", "The Israeli army hit Tyre in southern Lebanon.", "Tyre settlement LB; Lebanon country LB"),
        ("en", "Paris, Texas, is not in France.", "Paris settlement US; Texas region US; France country FR"),
        ("uk", "Росіяни атакували Полтаву та Кременчук.", "Полтаву settlement UA; Кременчук settlement UA"),
        ("uk", "Знеструмлено Харківську та Сумську області.", "Харківську region UA; Сумську області region UA"),
        ("ru", "Взрывы в Белгороде и над Воронежем.", "Белгороде settlement RU; Воронежем settlement RU"),
        ("ru", "В Курской области ранены двое.", "Курской области region RU"),
    ],
)
def test_places(language, text, expected):
    assert found(text, language) == expected


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "Nelson Mandela and Paris Hilton met Jack London."),
        ("en", "Boston University and the Chicago Tribune agreed."),
        ("en", "The Reston ebolavirus and West Nile virus are others."),
        ("en", "It costs US$30. Reading is nice. More came. Said he."),
        ("ru", "Об этом рассказал Владимир Петров из газеты."),
        ("uk", "Про це розповів Володимир Коваль."),
    ],
)
def test_people_organisations_and_common_words_are_no_places(language, text):
    assert found(text, language) == ""


def test_adjectives_are_listed_when_asked_for():
    text = "Iraqi and Turkish officials met."
    assert found(text) == ""
    assert found(text, adjectives=True) == "Iraqi demonym IQ; Turkish demonym TR"


def test_a_government_is_told_from_a_place():
    kinds = {each.text: each.kind for each in find_places("Moscow said so. Fires burned in Moscow. Tehran denied it.")}
    assert kinds == {"Moscow": "settlement", "Tehran": "government"}


def test_the_text_around_decides_between_namesakes():
    ohio = find_places("The mayor of Cleveland, Ohio, spoke. Toledo and Dayton followed.")
    spain = find_places("Madrid and Ciudad Real saw rain. In Toledo it was dry, Spain's office said.")
    assert [each.country for each in ohio if each.text == "Toledo"] == ["US"]
    assert [each.country for each in spain if each.text == "Toledo"] == ["ES"]


def test_areas_are_areas_and_points_are_points():
    places = {each.text: each for each in find_places("Erdenet in Mongolia, and the Bavaria region.")}
    assert places["Erdenet"].geometry.geom_type == "Point"
    assert places["Mongolia"].geometry.geom_type in {"Polygon", "MultiPolygon"}
    assert all(each.latitude is not None for each in places.values())


def test_the_words_are_those_of_the_text():
    text = "🛩️\r\nIn Kyiv’s Podil and “Lviv” – and Odesa’s port."
    for each in find_places(text):
        assert text[each.start : each.end] == each.text


def test_an_unknown_language_is_refused():
    with pytest.raises(InputError, match="a language out of en, uk, ru, found 'fr'"):
        find_places("Paris", language="fr")


def labelled(text, **labels):
    """Return what is found where a model calls some words of a text what their label says."""
    spans = {(text.index(words), text.index(words) + len(words)): label for words, label in labels.items()}
    mentions = find_mentions(text, "en", _names(None, "en"), spans)
    return [each.name for each in mentions if not each.rejected]


def test_a_models_label_helps_and_decides_nothing():
    text = "Washington praised Orakzai. Kyiv slept."
    assert labelled(text) == ["Washington", "Kyiv"]
    assert labelled(text, Orakzai="GPE") == ["Washington", "Orakzai", "Kyiv"]
    assert labelled(text, Orakzai="PERSON") == ["Washington", "Kyiv"]
    assert labelled(text, Kyiv="PERSON") == ["Washington", "Kyiv"]
    assert labelled("Nelson Mandela spoke.", Mandela="GPE") == []


@pytest.mark.parametrize(
    ("text", "codes"),
    [
        ("Strikes were reported in the Kyiv and Kharkiv regions.", ["UA-32", "UA-63"]),
        ("Strikes were reported in the Moscow and Tver regions.", ["RU-MOS", "RU-TVE"]),
        ("Strikes were reported in the Minsk and Brest regions.", ["BY-MI", "BY-BR"]),
        ("Strikes were reported in Kyiv region.", ["UA-32"]),
    ],
)
def test_a_city_with_the_word_for_regions_is_the_region_around_it(text, codes):
    assert [each.region_code for each in find_places(text)] == codes


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("Azerbaijani forces shelled Goris on Sunday.", ("Goris", "AM")),
        ("Shells hit Goris, officials said. The Azerbaijani army denied it.", ("Goris", "AM")),
        ("Drones struck Kars on Sunday.", ("Kars", "TR")),
        ("Rebels shelled Aden on Sunday.", ("Aden", "YE")),
        ("Drones struck Paris, Texas.", ("Paris", "US")),
    ],
)
def test_a_place_s_very_own_name_goes_before_another_s_further_name(text, place):
    assert place in [(each.name, each.country) for each in find_places(text)]
