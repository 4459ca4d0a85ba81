"""Who attacked: taken from syntax alone, alike for all parties, and from nobody's accusation."""

from __future__ import annotations

import pytest

from impactmap.articles.drafting.sides import find_sides, one_side
from impactmap.articles.drafting.tagging import tag_sentence
from impactmap.articles.lexicon import lexicon
from impactmap.articles.recognition.finding import read_places
from impactmap.articles.sentences import sentences


def side(text, language):
    [sentence] = sentences(text)
    places = read_places(text, language=language)
    stated = one_side(find_sides(tag_sentence(text, sentence, places, lexicon(language)), language))
    if stated is None:
        return None
    assert text[stated.start : stated.end].strip()
    return stated.party.name


STATED = [
    ("en", "{A_adj} drones struck a power plant near {place}."),
    ("en", "{A}'s missile attacks cut power in {place}."),
    ("en", "{A} launched 69 drones at {place} overnight."),
    ("en", "{A_adj} forces shelled {place} on Monday."),
    ("en", "{A}'s air force bombed {place}."),
    ("en", "A substation in {place} was hit by {A_adj} missiles."),
    ("en", "{place} was struck in {A_adj} air strikes, {B} said."),
    ("en", "{B} said it shot down 20 {A_adj} drones."),
    ("en", "The strike on a {B_adj} drone factory in {place} was carried out by {A_adj} special forces."),
    ("en", "{A}'s military said it struck a depot in {place}."),
    ("en", "{A} claimed responsibility for the explosion in {place}."),
    ("en", "{B} said that {A} attacked {place} with drones."),
    ("en", "{B_adj} forces repelled a {A_adj} attack on {place}."),
    ("en", "A {A_adj} strike on {B_adj} forces near {place} killed two."),
]
NOT_STATED = [
    ("en", "A drone hit a power plant near {place}, and nobody said whose it was."),
    ("en", "{B} accused {A} of striking a dam near {place}."),
    ("en", "{B} blamed {A_adj} forces for the explosion in {place}."),
    ("en", "Suspected {A_adj} drones hit {place}."),
    ("en", "{A_adj} and {B_adj} drones hit {place}."),
    ("en", "A warehouse storing {A_adj} missiles burned in {place}."),
    ("en", "A {A_adj} oil refinery was hit in {place}."),
    ("en", "{A} did not attack {place}."),
    ("en", "{A} will strike {place}."),
    ("en", "A village in {A} struck by drones was empty."),
    ("en", "{A} was attacked."),
    ("en", "{A} hit hard by drones."),
    ("en", "{A} struck overnight."),
    ("en", "{A} hit with missiles."),
    ("en", "{A} hit in a drone attack on {place}."),
    ("en", "{A_adj}-made drones hit {place}."),
    ("en", "{A_adj}-backed fighters shelled {place}."),
    ("en", "{A}-based militants attacked {place}."),
    ("en", "Missiles hit {A_adj}-controlled {place}."),
    ("en", "Strikes hit {A_adj} forces in {place}."),
    ("en", "{B} denied it attacked {place}."),
]
PARTIES = {
    "Russia": "Russian",
    "Ukraine": "Ukrainian",
    "Israel": "Israeli",
    "Iran": "Iranian",
    "India": "Indian",
    "Pakistan": "Pakistani",
    "Armenia": "Armenian",
    "Azerbaijan": "Azerbaijani",
}
PAIRS = [("Russia", "Ukraine"), ("Israel", "Iran"), ("India", "Pakistan"), ("Armenia", "Azerbaijan")]


def filled(form, one, two):
    return form.format(A=one, B=two, A_adj=PARTIES[one], B_adj=PARTIES[two], place="Erdenet")


@pytest.mark.parametrize("pair", [pair for two in PAIRS for pair in (two, two[::-1])], ids="-".join)
@pytest.mark.parametrize(("language", "form"), STATED)
def test_a_side_that_is_stated_whoever_it_is(language, form, pair):
    assert side(filled(form, *pair), language) == pair[0]


@pytest.mark.parametrize("pair", [pair for two in PAIRS for pair in (two, two[::-1])], ids="-".join)
@pytest.mark.parametrize(("language", "form"), NOT_STATED)
def test_no_side_where_none_is_stated(language, form, pair):
    assert side(filled(form, *pair), language) is None


@pytest.mark.parametrize(
    ("language", "text", "expected"),
    [
        ("uk", "Російські війська вночі атакували Харків безпілотниками.", "Russia"),
        ("uk", "Росіяни обстріляли Нікополь з артилерії.", "Russia"),
        ("uk", "Армія РФ завдала удару по підстанції в Сумах.", "Russia"),
        ("uk", "Внаслідок російської атаки на Полтаву загинули троє людей.", "Russia"),
        ("uk", "Сили ППО збили 34 російські дрони над Києвом.", "Russia"),
        ("uk", "ЗСУ атакували нафтобазу в Криму.", "Ukraine"),
        ("uk", "Росія атакувала Одесу ракетами.", "Russia"),
        ("uk", "Ворог атакував Одесу ракетами.", None),
        ("uk", "Росію атакували дрони.", None),
        ("uk", "Дрони атакували склад російських ракет.", None),
        ("ru", "Украинские беспилотники атаковали НПЗ в Саратове.", "Ukraine"),
        ("ru", "ВСУ нанесли удар по Белгороду, сообщил губернатор.", "Ukraine"),
        ("ru", "В результате атаки БПЛА ВСУ повреждена подстанция в Курске.", "Ukraine"),
        ("ru", "Силы ПВО сбили 44 украинских дрона над Воронежской областью.", "Ukraine"),
        ("ru", "Россия нанесла ракетный удар по энергообъектам Украины.", "Russia"),
        ("ru", "Израильская армия нанесла удар по пригородам Бейрута.", "Israel"),
        ("ru", "Киев атаковали дроны, сообщил мэр.", None),
        ("ru", "Обстрел Украины продолжается.", None),
        ("ru", "Россия сбила 40 украинских БПЛА.", "Ukraine"),
        ("ru", "Грузовик со снарядами российской армии взорвался под Белгородом.", None),
        ("ru", "Российские войска подверглись атаке.", None),
        ("ru", "Украина обвинила Россию в ударе по больнице.", None),
        ("ru", "США и Израиль нанесли удары по Ирану.", None),
        ("uk", "Російський порт атакували морські дрони.", None),
        ("uk", "У Криму дрони атакували російську базу.", None),
        ("uk", "ЗСУ відбили атаки російських військ біля Покровська.", "Russia"),
        ("uk", "Удар ЗСУ по російському складу в Луганську знищив боєприпаси.", "Ukraine"),
        ("ru", "Беспилотники атаковали Саратов.", None),
        ("en", "The RSF shelled El Fasher on Monday.", "Rapid Support Forces"),
        ("en", "Houthi missiles struck a tanker in the Red Sea.", "Houthis"),
        ("en", "Iranian Shahed drones struck Kyiv.", None),
        ("en", "US ATACMS missiles hit Bryansk.", None),
        ("en", "Russian Shahed drones struck Kyiv.", "Russia"),
        ("en", "US air strikes hit Sanaa on Monday.", "United States"),
        ("en", "Hezbollah fired rockets at Haifa.", "Hezbollah"),
        ("en", "Myanmar's military bombed a school in Sagaing.", "Myanmar"),
    ],
)
def test_sides_of_each_language(language, text, expected):
    assert side(text, language) == expected
