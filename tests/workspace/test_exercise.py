"""The exercise sets everything that an author can set: it builds in three languages, and changes no count."""

from __future__ import annotations

import re
import shutil
import tomllib
from pathlib import Path
from xml.etree import ElementTree as ET

import pandas as pd
import pytest

import impactmap as im
from impactmap.model.errors import ProjectError
from impactmap.model.project import Project
from impactmap.scene.author.resolving import reports_of_map
from impactmap.scene.author.steps import resolve_steps, step_map
from impactmap.telling.summary import summarise_reports

SEEDS = Path(__file__).parents[2] / "seeds"
RAW = tomllib.loads((SEEDS / "exercise" / "project.toml").read_text(encoding="utf-8"))


def words(language, key):
    return RAW["translations"][language][key] if language != "en" else [note["text"] for note in RAW["notes"]]


@pytest.fixture(scope="module", params=["en", "uk", "ru"])
def built(request, tmp_path_factory):
    folder = tmp_path_factory.mktemp("exercise") / request.param
    im.build(SEEDS / "exercise", folder, language=request.param)
    return request.param, folder


def test_every_section_of_the_authors_hand_is_set():
    assert set(RAW) >= {"view", "labels", "notes", "layers", "style", "charts", "fields", "translations"}
    assert RAW["view"]["inset"]
    assert set(RAW["map"]) >= {"headline", "finding", "subtitle", "credit", "contact"}
    assert {name for note in RAW["notes"] for name in note} == set(
        Project.model_fields["notes"].annotation.__args__[0].model_fields
    )


def test_page_holds_the_authors_words_in_its_language(built):
    language, folder = built
    page = (folder / "map.html").read_text(encoding="utf-8")
    words_of = RAW["map"] if language == "en" else RAW["translations"][language]
    assert words_of["headline"] in page
    assert words_of["finding"] in page
    listed = re.findall(r'<li data-note="\d+">.*?<p dir="auto">([^<]*)</p>', page)
    assert listed == words(language, "notes")


def test_pictures_hold_them_too(built):
    language, folder = built
    root = ET.parse(folder / "map.svg").getroot()
    said = " ".join(text.text or "" for text in root.iter("{http://www.w3.org/2000/svg}text"))
    for note in words(language, "notes"):
        assert all(word in said for word in note.split())
    assert {"layer-1", "callout-1", "accent-1"} <= {element.get("id") for element in root.iter()}
    assert (folder / "map.pdf").stat().st_size > 10_000


def test_method_names_the_layer_and_its_source(built):
    language, folder = built
    layer = "Line of the exercise"
    name = layer if language == "en" else RAW["translations"][language]["layers"][layer]
    method = (folder / "METHOD.md").read_text(encoding="utf-8")
    assert name in method
    assert "Exercise script" in method


def test_counts_in_the_charts_are_those_of_the_table(built):
    _, folder = built
    page = (folder / "map.html").read_text(encoding="utf-8")
    events = pd.read_csv(folder / "events.csv")
    table = re.search(r'<table data-chart="0">.*?</table>', page, re.DOTALL)[0]
    counts = [int(count) for count in re.findall(r"<td>(\d+)</td>", table)]
    sectors = [word for cell in events["sectors"].dropna() for word in cell.split("; ")]
    assert sorted(counts) == sorted(pd.Series(sectors).value_counts().tolist())


def test_the_published_table_keeps_every_report_and_the_gazetteers_name(built):
    _, folder = built
    events = pd.read_csv(folder / "events.csv")
    assert events["event_id"].tolist() == ["x1", "x2", "x3", "x4", "x5", "x6"]
    assert events["place"].tolist()[4] == "Testford"


def test_without_the_authors_hand_the_counts_are_the_same():
    work = im.open(SEEDS / "exercise")
    bare = work.project.model_copy(
        update={
            name: Project.model_fields[name].get_default()
            for name in ("view", "labels", "notes", "layers", "style", "charts")
        }
    )
    ours, plain = (
        summarise_reports(reports_of_map(work.events, work.claims, one), project=one) for one in (work.project, bare)
    )
    assert (ours.count, ours.by_side, ours.by_confirmation) == (plain.count, plain.by_side, plain.by_confirmation)


def hand(work):
    authored = reports_of_map(work.events, work.claims, work.project).authored
    return authored.view, authored.notes, authored.always, authored.never


def test_swapped_sides_give_the_same_callouts_and_view(tmp_path):
    shutil.copytree(SEEDS, tmp_path / "seeds")
    table = tmp_path / "seeds" / "exercise" / "events.csv"
    text = table.read_text(encoding="utf-8")
    swapped = text.replace("Amber team", "\0").replace("Teal team", "Amber team").replace("\0", "Teal team")
    work = im.open(tmp_path / "seeds" / "exercise")
    before = hand(work)
    table.write_text(swapped, encoding="utf-8")
    work = im.open(tmp_path / "seeds" / "exercise")
    assert hand(work) == before


@pytest.mark.parametrize(
    ("old", "new", "column", "found"),
    [
        ('place = "Port Example"', 'place = "Port Exemple"', "notes.1.place", "'Port Exemple'"),
        ('event = "x5"', 'event = "x55"', "notes.2.event", "'x55'"),
        ('file = "line.geojson"', 'file = "lines.geojson"', "layers.1.file", "none at 'lines.geojson'"),
        ('color = "#5a5348"', 'color = "#eeeeaa"', "layers.1.color", "for #eeeeaa"),
        ("radius = 4", 'logo = "none.png"', "style.logo", "no file at 'none.png'"),
    ],
)
def test_check_says_what_a_build_would_refuse(tmp_path, old, new, column, found):
    shutil.copytree(SEEDS, tmp_path / "seeds")
    file = tmp_path / "seeds" / "exercise" / "project.toml"
    file.write_text(file.read_text(encoding="utf-8").replace(old, new, 1), encoding="utf-8")
    (fault,) = [fault for fault in im.open(file).check().faults if fault.severity == "fault"]
    assert (fault.file, fault.column) == ("project.toml", column)
    assert found in f"{fault.found} {fault.fix}"
    with pytest.raises(ProjectError, match=re.escape(column)):
        im.build(file, tmp_path / "out")


@pytest.mark.parametrize(
    ("step", "told"),
    [
        ('sides = ["Teal team"]', {0, 2}),  # the report of nobody's, which a callout names, is not of this step
        ("date_from = 2025-03-04\ndate_to = 2025-03-04", {0, 2}),
        ('sector = "water"', {0, 2}),
        ("date_from = 2025-03-01", {0, 1, 2}),
    ],
)
def test_a_step_keeps_the_callouts_of_places_that_it_has_no_report_of(tmp_path, step, told):
    shutil.copytree(SEEDS, tmp_path / "seeds")
    file = tmp_path / "seeds" / "exercise" / "project.toml"
    text = file.read_text(encoding="utf-8").replace('always = ["Kal', 'always = ["Mockville", "Kal')
    file.write_text(f'{text}\n[[steps]]\ntitle = "One"\ntext = "A step."\n{step}\n', encoding="utf-8")
    work = im.open(file)
    whole = reports_of_map(work.events, work.claims, work.project)
    (one,) = resolve_steps(whole, work.project)
    shown = reports_of_map(*step_map(one, work.events, work.claims, work.project, whole))
    assert shown.authored.view == whole.authored.view
    assert shown.authored.notes == tuple(note for number, note in enumerate(whole.authored.notes) if number in told)
