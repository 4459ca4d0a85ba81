"""From sentences to events: what joins them, what keeps them apart, and what is never carried over."""

from __future__ import annotations

import datetime as dt

import pytest

from impactmap.articles import draft_article
from impactmap.articles.texts import make_article

SUNDAY = dt.date(2025, 11, 9)


def drafted(text, language="en"):
    article = make_article("a.txt", text, published=SUNDAY, language=language)
    return [each for each in draft_article(article) if each.status == "draft"]


def told(text, language="en"):
    return [
        (" + ".join(place.text for place in each.places), each.side.value if each.side else None)
        for each in drafted(text, language)
    ]


def asides(text):
    article = make_article("a.txt", text, published=SUNDAY, language="en")
    return [each.reason for each in draft_article(article) if each.status == "aside"]


def test_several_sentences_are_one_event():
    text = "Missiles hit a dam in Kisumu on Friday. Two people died in Kisumu, the mayor said. The city lost power."
    [draft] = drafted(text)
    assert len(draft.spans) == 3
    assert [(claim.metric, claim.value, claim.claimant) for claim in draft.claims if claim.value] == [
        ("killed", 2.0, "mayor")
    ]


def test_towns_of_one_sentence_are_two_events_unless_a_figure_is_of_both():
    assert told("Drones hit Sumy and Poltava on Friday.") == [("Sumy", None), ("Poltava", None)]
    [draft] = drafted("Drones hit Sumy and Poltava on Friday, killing five people.")
    assert [place.text for place in draft.places] == ["Sumy", "Poltava"]


def test_a_region_with_a_town_in_it_is_its_container():
    [draft] = drafted("Drones hit a plant in Taganrog, in the Rostov region, on Friday.")
    assert [place.text for place in draft.places] == ["Taganrog"]
    assert ("Rostov", "holds the place of the event") in [(each.text, each.why_not) for each in draft.places_not_taken]


def test_two_attacks_of_one_sentence_are_two_events():
    text = "Israeli air strikes hit Tyre on Friday, and Hezbollah fired rockets at Haifa."
    assert told(text) == [("Tyre", "Israel"), ("Haifa", "Hezbollah")]


def test_a_side_is_not_carried_to_another_place():
    text = "Israeli air strikes hit Tyre on Friday. A drone hit a substation in Haifa on Saturday."
    assert told(text) == [("Tyre", "Israel"), ("Haifa", None)]


def test_a_side_of_another_attack_is_not_taken():
    text = "A drone hit a substation in Haifa on Friday. Israel launched missiles the same day, residents said."
    assert told(text)[0] == ("Haifa", None)


def test_what_is_carried_is_doubtful():
    [_, draft] = drafted("Russian drones hit Sumy on Friday. A substation in Romny burned, the operator said.")
    assert (draft.date.start, draft.date.doubt) == ("2025-11-07", "carried from another sentence")


def test_a_disputed_cause_is_two_claims():
    text = (
        "Missiles hit Sumy on Friday. Local authorities reported a blackout in Romny, blaming it on a shut-down line. "
        "Local media reported a transformer caught fire."
    )
    causes = [each for each in drafted(text)[-1].claims if each.metric == "cause"]
    assert [(each.text, each.claimant) for each in causes] == [
        ("shutdown (power line)", "Local authorities"),
        ("fire (transformer)", "Local media"),
    ]
    assert [each.span.exact for each in causes] == ["a shut-down line", "a transformer caught fire"]


@pytest.mark.parametrize(
    ("cause", "word"),
    [
        ("a short circuit at a substation", "malfunction (substation)"),
        ("falling debris", "falling debris"),
        ("an overload of the whole of the northern network", "overload"),
        ("reasons that the ministry will look into next week", ""),
        ("what its engineers called an unheard-of turn of events", ""),
    ],
)
def test_a_cause_is_a_word_of_the_list_or_left_to_the_editor(cause, word):
    text = f"Missiles hit Sumy on Friday. Local authorities reported a blackout in Romny, blaming it on {cause}."
    [claim] = [each for each in drafted(text)[-1].claims if each.metric == "cause"]
    assert claim.text == word
    assert claim.span.exact in cause
    assert bool(claim.doubt) == (word == "")


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("Drones hit Sumy on Friday. Tehran threatened to strike Haifa with missiles.", "threat"),
        ("Drones hit Sumy on Friday. The army denied that its missiles hit Haifa.", "denial"),
        ("Drones hit Sumy on Friday. Troops simulated a missile attack on Haifa in drills.", "exercise"),
        ("Drones hit Sumy on Friday. Missile strikes have killed thousands since the start of the war.", "background"),
        ("Drones hit Sumy on Friday. Air strikes cut power, experts wrote.", None),
    ],
)
def test_what_is_no_event_is_set_aside_with_why(text, reason):
    assert len(drafted(text)) == 1
    assert asides(text) == ([] if reason is None else [reason])


def test_speakers_and_origins_are_no_places_of_events():
    text = "The governor of Kherson said drones launched from Crimea hit a depot in Mykolaiv on Friday."
    [draft] = drafted(text)
    assert [place.text for place in draft.places] == ["Mykolaiv"]
    assert {each.text for each in draft.places_not_taken} == {"Kherson", "Crimea"}


@pytest.mark.parametrize("pair", [("Russia", "Ukraine"), ("Ukraine", "Russia"), ("Armenia", "Azerbaijan")])
def test_exchanged_parties_give_the_same_but_for_names(pair):
    adjectives = {"Russia": "Russian", "Ukraine": "Ukrainian", "Armenia": "Armenian", "Azerbaijan": "Azerbaijani"}
    one, two = pair
    text = (
        f"{one} launched 40 drones at Erdenet on Friday, {two}'s air force said. "
        f"{adjectives[two]} missiles cut power in Darkhan on Saturday, killing two people, {one} said."
    )
    assert told(text) == [("Erdenet", one), ("Darkhan", two)]
    figures = [(claim.metric, claim.value) for each in drafted(text) for claim in each.claims if claim.value]
    assert figures == [("drones_launched", 40.0), ("killed", 2.0)]


@pytest.mark.parametrize(
    ("language", "text", "days"),
    [
        ("en", "Drones struck a depot in Kassala between Saturday and Monday, killing three.", "2025-03-08/2025-03-10"),
        ("en", "Rebels shelled Goma from Friday to Sunday, killing 20.", "2025-03-07/2025-03-09"),
        ("en", "Drones struck a depot in Kassala on Saturday and Sunday.", "2025-03-08/2025-03-09"),
        ("en", "Drones struck a depot in Kassala over the weekend, the army said on Monday.", "2025-03-08/2025-03-09"),
        ("en", "Drones struck a depot in Kassala on the night of 9 to 10 March.", "2025-03-09/2025-03-10"),
        ("en", "Drones struck a depot in Kassala in the night from Sunday to Monday.", "2025-03-09/2025-03-10"),
        ("en", "The army said on Monday that drones had struck a depot in Kassala the day before.", "2025-03-09"),
        ("en", "Drones struck a depot in Kassala two days ago, the army said.", "2025-03-10"),
        ("en", "Four died on Tuesday of wounds from Monday's drone strike on a depot in Kassala.", "2025-03-10"),
        ("en", "Shelling that began on Sunday hit a hospital in El Fasher on Monday, medics said.", "2025-03-10"),
        ("en", "Drones struck a depot in Kassala on Sunday, its second strike since Thursday.", "2025-03-09"),
        ("en", "A week after the ceasefire of 3 March, drones struck a depot in Kassala on Tuesday.", "2025-03-11"),
        ("en", "Drones struck a depot in Kassala last week, the UN said on Monday.", None),
        ("en", "Drones struck a depot in Kassala in late February, the UN said on Monday.", None),
        ("uk", "Вночі проти 11 березня дрони атакували склад у Сумах.", "2025-03-10/2025-03-11"),
        ("uk", "У ніч із 9 на 10 березня ракети влучили в електростанцію у Харкові.", "2025-03-09/2025-03-10"),
        ("uk", "Начальник ОВА повідомив у вівторок, що напередодні дрони влучили у підстанцію в Сумах.", "2025-03-10"),
        ("ru", "Губернатор заявил во вторник, что накануне дроны атаковали подстанцию в Курске.", "2025-03-10"),
        ("ru", "С субботы по понедельник дроны атаковали склад в Белгороде.", "2025-03-08/2025-03-10"),
    ],
)
def test_days_are_counted_as_people_say_them(language, text, days):
    read = make_article("a.txt", text, published=dt.date(2025, 3, 12), language=language)  # a Wednesday
    [date] = [each.date for each in draft_article(read) if each.status == "draft"]
    told = None if date is None else date.start if date.start == date.end else f"{date.start}/{date.end}"
    assert told == days


@pytest.mark.parametrize(
    "text",
    [
        "A court in Paris on Monday jailed three men for the bombing of a concert hall that killed 90 people.",
        "A former soldier went on trial in Hamburg on Monday over the shelling of Sarajevo in which eleven died.",
        "Nurses' strike hit hospitals across Manchester on Monday, and thousands of operations were cancelled.",
        "North Korea launched two ballistic missiles towards the sea on Tuesday, South Korea's military said.",
        "A drone show over Shanghai on Friday was cancelled after 20 drones fell, injuring one spectator.",
        "A US fighter jet crashed near San Diego on Tuesday, destroying a house.",
        "A bus hit a mine shaft in Bihar on Tuesday, killing five, police said.",
    ],
)
def test_what_only_sounds_like_an_attack_is_no_draft(text):
    assert told(text) == []


@pytest.mark.parametrize(
    "text",
    [
        "A rocket hit a football pitch in Majdal Shams on Friday, killing 12 children, medics said.",
        "A strike by Israeli jets on Tyre killed three on Friday, the health ministry said.",
        "A missile hit a court in Sumy on Friday, wounding two judges, the mayor said.",
    ],
)
def test_what_sounds_like_something_else_is_an_attack(text):
    assert len(told(text)) == 1
