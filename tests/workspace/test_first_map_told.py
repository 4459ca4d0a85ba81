"""The first map as a story: the same facts, five steps, three languages, and no more to load than a page may be."""

from __future__ import annotations

import datetime as dt
import gzip
import re
from pathlib import Path

import pandas as pd
import pytest

from impactmap.model.project import load_project
from impactmap.workspace.build import build

SEEDS = Path(__file__).parents[2] / "seeds" / "first-map"
NOW = dt.datetime(2025, 11, 12, 12, tzinfo=dt.UTC)
PAGES = {"en": "map.html", "uk": "map.uk.html", "ru": "map.ru.html"}


@pytest.fixture(scope="module")
def told(tmp_path_factory):
    folder = tmp_path_factory.mktemp("told") / "map"
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("impactmap.publishing.editions.PICTURES", ())
        return folder, build(SEEDS / "story", folder, now=NOW)


@pytest.mark.parametrize("name", ["events.csv", "claims.csv"])
def test_its_tables_say_what_the_first_map_says(name):
    first = pd.read_csv(SEEDS / name, dtype="str", keep_default_na=False)
    story = pd.read_csv(SEEDS / "story" / name, dtype="str", keep_default_na=False)
    pd.testing.assert_frame_equal(story[first.columns], first)
    further = {column.rpartition("_")[0] for column in story.columns.difference(first.columns)}
    assert further == {"events.csv": {"summary", "source_name", "note"}}.get(
        name, {"text", "claimant", "source_name", "note"}
    )
    for column in further:
        for code in ("uk", "ru"):
            assert (story[f"{column}_{code}"] != "").equals(first[column] != "")


def test_it_shows_what_the_first_map_shows():
    first, story = load_project(SEEDS / "project.toml"), load_project(SEEDS / "story" / "project.toml")
    assert (story.sides, story.border) == (first.sides, first.border)
    same = ("title", "subtitle", "timezone", "embargo_hours", "period_start", "period_end", "credit")
    assert [getattr(story.map, name) for name in same] == [getattr(first.map, name) for name in same]


@pytest.mark.parametrize("code", PAGES)
def test_five_steps_in_each_language_within_what_a_page_may_weigh(told, code):
    page = (told[0] / PAGES[code]).read_bytes()
    steps = re.search(r'<section id="im-steps".*?</section>', page.decode(), re.DOTALL)[0]
    assert steps.count("<li data-step=") == 5
    # Steps that show the whole map have the page's own picture.
    assert steps.count("data:image/webp;base64,") == 3
    assert "lang=" not in steps
    # Letters that take two bytes weigh more.
    assert len(gzip.compress(page, 9)) <= (170_000 if code == "en" else 174_000)


def test_nothing_lacks_a_translation(told):
    assert told[1].untranslated == []


def test_the_figures_of_a_step_are_those_of_its_claims():
    project = load_project(SEEDS / "story" / "project.toml")
    claims = pd.read_csv(SEEDS / "claims.csv")
    known = {f"{value:.0f}" for value in claims["value"].dropna()} | {"9", "8"}
    texts = [step.text for step in project.steps]
    texts += [step.text for code in ("uk", "ru") for step in project.translations[code].steps]
    for text in texts:
        figures = re.findall(r"\d+(?:[,\u00a0 ]\d{3})*", text)
        assert {re.sub(r"\D", "", figure) for figure in figures} <= known, text
    assert (
        len(
            {
                tuple(
                    sorted(
                        re.sub(r"\D", "", f) for f in re.findall(r"\d+(?:[,\u00a0 ]\d{3})*", " ".join(texts[i : i + 5]))
                    )
                )
                for i in (0, 5, 10)
            }
        )
        == 1
    )
