"""One build in several languages: a page, pictures and notes in each, and every text that lacks one named."""

from __future__ import annotations

import datetime as dt
import re

import pandas as pd
import pytest

import impactmap as im
from impactmap.model.errors import ProjectError
from impactmap.workspace.build import build, draw
from impactmap.workspace.editions.translating import sentences, untranslated_terms

NOW = dt.datetime(2025, 4, 1, tzinfo=dt.UTC)
PROJECT = """
[map]
title = "Strikes on power stations in the delta"
subtitle = "A week in March"
languages = ["en", "uk", "ru"]
[data]
events = "events.csv"
[[sides]]
key = "North"
name = "North"
[[fields]]
column = "Damage"
kind = "category"
[[corrections]]
date = 2025-03-09
text = "A date was wrong."
[translations.uk]
title = "Удари по електростанціях у дельті"
subtitle = "Тиждень у березні"
sides = {North = "Північ"}
fields = {Damage = "Шкода"}
corrections = {2025-03-09 = "Дата була хибна."}
"""
TABLE = (
    "event_id,date,place,country,side,summary,Summary (uk),note,note_uk,Damage,damage-uk,"
    "outage,outage_uk,killed,claimant,claimant_uk\n"
    "e1,2025-03-01,Erdenet,Mongolia,North,A depot burned.,Згорів склад.,seen by two,"
    "бачили двоє,heavy,сильна,an hour,година,2,Mayor,Мер\n"
    "e2,2025-03-03,Darkhan,Mongolia,,A line fell.,,,,light,,a day,,1,The army,\n"
)


@pytest.fixture
def project(tmp_path):
    (tmp_path / "project.toml").write_text(PROJECT, encoding="utf-8")
    (tmp_path / "events.csv").write_text(TABLE, encoding="utf-8")
    return tmp_path / "project.toml"


@pytest.fixture
def report(project, tmp_path):
    return build(project, tmp_path / "map", now=NOW)


def test_each_language_has_files_of_its_own_and_the_first_ones_keep_their_names(report):
    names = {file.name for file in report.files}
    own = {"map.html", "map.png", "map.svg", "map.pdf", "social.png", "embed.html", "METHOD.md", "DATASHEET.md"}
    own.add("CORRECTIONS.md")
    for code in ("uk", "ru"):
        assert {re.sub(r"\.(\w+)$", rf".{code}.\1", name) for name in own} <= names
    assert own <= names
    assert im.verify_folder(report.folder) == []
    assert report.languages == ("en", "uk", "ru")


def read(report, name):
    return (report.folder / name).read_text(encoding="utf-8")


def test_the_page_speaks_the_authors_words_in_its_language(report):
    page = read(report, "map.uk.html")
    assert '<html lang="uk" dir="ltr">' in page
    for word in ("Удари по електростанціях у дельті", "Тиждень у березні", "Північ", "Згорів склад.", "бачили двоє"):
        assert word in page
    for word in ("Шкода", "сильна", "Мер", "Дата була хибна."):
        assert word in page
    first = read(report, "map.html")
    assert not re.search("Згорів|Шкода|Удари", first)
    assert "A depot burned." in first


def test_what_is_not_translated_says_its_language(report):
    page = read(report, "map.uk.html")
    assert re.search(r'<p [^>]*lang="en"[^>]*>A line fell\.</p>', page)
    assert not re.search(r'lang="en"[^>]*>Згорів', page)
    assert not re.search(r'<p [^>]*lang="en"', read(report, "map.html"))


def test_a_switch_leads_to_each_language(report):
    for name in ("map.html", "map.uk.html", "map.ru.html"):
        switch = re.search(r"<nav id=\"im-languages\".*?</nav>", read(report, name))[0]
        others = {"map.html", "map.uk.html", "map.ru.html"} - {name}
        assert set(re.findall(r'href="([^"]+)"', switch)) == others
        assert set(re.findall(r'<link rel="alternate" hreflang="(\w+)"', read(report, name))) == {"en", "uk", "ru"}


def test_what_lacks_a_translation_is_named(report):
    lacking = {(each.language, each.what): (each.count, each.of, each.events) for each in report.untranslated}
    assert lacking == {
        ("uk", "summary"): (1, 2, ("e2",)),
        ("uk", "Damage"): (1, 2, ("e2",)),
        ("uk", "text"): (1, 2, ("e2",)),
        ("uk", "claimant"): (1, 2, ("e2",)),
        ("ru", "title"): (1, 1, ()),
        ("ru", "subtitle"): (1, 1, ()),
        ("ru", "sides.North"): (1, 1, ()),
        ("ru", "fields.Damage"): (1, 1, ()),
        ("ru", "corrections.2025-03-09"): (1, 1, ()),
        ("ru", "summary"): (2, 2, ("e1", "e2")),
        ("ru", "note"): (1, 1, ("e1",)),
        ("ru", "Damage"): (2, 2, ("e1", "e2")),
        ("ru", "text"): (2, 2, ("e1", "e2")),
        ("ru", "claimant"): (2, 2, ("e1", "e2")),
    }
    notes = "\n".join(report.notes)
    assert "Not translated into ru: title, subtitle, sides.North" in notes
    assert "by column: summary 1 of 2 (e2); Damage 1 of 2 (e2)" in notes


@pytest.mark.parametrize("code", ["uk", "ar", "fr"])
def test_words_that_no_catalog_has_are_named(code):
    events = pd.DataFrame(
        {
            "event_id": ["a", "b", "c"],
            "sectors": ["power; airport", "airport", None],
            "means": ["drones", "laser", "mines"],
        }
    )
    claims = pd.DataFrame({"event_id": ["c", "c"], "metric": ["killed", "civilians_killed"]})
    airport, laser, civilians = untranslated_terms(events, claims, code)
    assert (civilians.what, civilians.count, civilians.of, civilians.events) == ("metric", 1, 2, ("c",))
    assert (airport.what, airport.count, airport.of, airport.events) == ("sectors", 1, 2, ("a", "b"))
    assert (laser.what, laser.count, laser.of, laser.events) == ("means", 1, 3, ("b",))
    (told,) = sentences([airport, laser])
    assert f"does not have in {code}, by column: sectors 1 of 2 (a, b); means 1 of 3 (b)." in told
    assert "for sectors: power, heating" in told
    assert "for means: drones" in told


def test_what_the_embargo_holds_back_is_not_named(project, tmp_path):
    report = build(project, tmp_path / "map", now=dt.datetime(2025, 3, 3, 12, tzinfo=dt.UTC))
    assert report.events == 1
    assert not any("e2" in each.events for each in report.untranslated)
    assert not any("e2" in note for note in report.notes)


def test_the_same_events_are_told_in_every_language(report):
    """Translations change no number: reports, claims, contradictions."""
    assert "2 reports" in read(report, "map.html")
    assert "2 повідомлення" in read(report, "map.uk.html")
    assert "2 сообщения" in read(report, "map.ru.html")


def test_one_of_the_languages_alone(project, tmp_path):
    report = build(project, tmp_path / "map", now=NOW, language="uk")
    names = {file.name for file in report.files}
    assert "map.uk.html" not in names
    page = read(report, "map.html")
    assert "Згорів склад." in page
    assert "im-languages" not in page.split("<script", maxsplit=1)[0].split("</style>")[-1]
    assert "Удари по електростанціях" in draw(project, tmp_path / "uk.png", now=NOW, language="uk")


def test_the_addresses_of_a_language_are_its_own(project, tmp_path):
    project.write_text(PROJECT + '\n[publish]\nbase_url = "https://news.example/map"\n', encoding="utf-8")
    report = build(project, tmp_path / "map", now=NOW)
    page = read(report, "map.uk.html")
    assert 'content="https://news.example/map/map.uk.html"' in page
    assert 'content="https://news.example/map/social.uk.png"' in page
    assert 'href="https://news.example/map/map.ru.html"' in page
    assert "https://news.example/map/map.uk.png" in read(report, "embed.uk.html")


@pytest.mark.parametrize(
    ("written", "fault"),
    [
        ('language = "en"\nlanguages = ["uk", "en"]', "begin with the map's own"),
        ('languages = ["en", "xx"]', "a language out of en, "),
        ('languages = ["en", "uk", "en"]', "each language once"),
        ('languages = ["uk", "en"]', "own words are in the first language"),
    ],
)
def test_languages_that_do_not_fit_are_refused(project, written, fault):
    project.write_text(PROJECT.replace('languages = ["en", "uk", "ru"]', written), encoding="utf-8")
    with pytest.raises(ProjectError, match=fault):
        im.load_project(project)


def test_a_column_with_nothing_to_translate_stays_what_it_is():
    rows = pd.DataFrame([{"date": "2025-03-01", "place_uk": "Київ", "what": "Fire.", "what uk": "Пожежа."}])
    reading = im.read_events(rows, languages=["uk"])
    assert reading.events["place"].tolist() == ["Київ"]
    assert reading.translations == {"uk": {"summary": {"Fire.": "Пожежа."}, "what": {"Fire.": "Пожежа."}}}


def test_without_languages_nothing_is_taken_for_a_translation():
    rows = pd.DataFrame([{"date": "2025-03-01", "place": "Erdenet", "note": "a", "note_uk": "b"}])
    reading = im.read_events(rows)
    assert reading.translations == {}
    assert "note_uk" in reading.events.columns
