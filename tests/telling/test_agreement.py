"""One fact has one text: in the page's table, in METHOD.md, in the method note, in the summary."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET

import pandas as pd
import pytest

from impactmap.context.compare import compare_reported
from impactmap.maps.page.method_section import add_method
from impactmap.maps.page.report_table import beside_lists, report_table
from impactmap.model.claims import find_contradictions
from impactmap.model.project import Project
from impactmap.telling.markdown import plain_markdown
from impactmap.telling.method import method_text
from impactmap.telling.reports import collect_reports
from impactmap.telling.summary import summarise_reports
from impactmap.telling.wording import BorderNote

LANGUAGES = ("en", "uk", "ru")


def as_shown(markdown):
    """Return the text that Markdown shows."""
    text = re.sub(r"\\(.)", r"\1", markdown)
    for entity, sign in (("&lt;", "<"), ("&gt;", ">"), ("&#37;", "%"), ("&amp;", "&")):
        text = text.replace(entity, sign)
    return text


def told(element):
    return " ".join("".join(element.itertext()).split())


def section_of(text, title, level=3):
    return re.split(r"^#+ ", text.split(f"\n{'#' * level} {title}\n", 1)[1], maxsplit=1, flags=re.MULTILINE)[0]


@pytest.fixture(scope="module", params=[(seed, language) for seed in range(3) for language in LANGUAGES], ids=str)
def made(request, made_reports):
    seed, language = request.param
    events, claims = made_reports(seed, 40)
    project = Project.model_validate({"map": {"title": "Made", "language": language, "credit": "20% & more"}})
    reports = collect_reports(events, claims, project=project)
    summary = summarise_reports(reports, project=project)
    note = BorderNote(("KE", "UA"), "un", "OpenStreetMap", "2026-03")
    text = method_text(
        events, claims, project=project, summary=summary, border=note, comparison=compare_reported(events, claims)
    )
    return events, claims, project, reports, summary, note, text


def rows_by_event(reports):
    table = report_table(reports, reports.events.say)
    lines = table.findall("tbody/tr")
    return {reports.events[int(number)]["id"]: line for number, line in zip(reports.row_event, lines, strict=True)}


def test_contradictions_in_method_are_those_of_the_table_in_the_same_words(made):
    _, claims, _, reports, _, _, text = made
    say, rows = reports.events.say, rows_by_event(reports)
    disputes = find_contradictions(claims)
    disputed = [
        told(item)
        for item in ET.ElementTree(report_table(reports, say)).iter("li")
        if item.get("class") == "im-disputed"
    ]
    assert len(set(disputed)) == len({say.disputed(metric) for metric in disputes["metric"]})
    shown = as_shown(section_of(text, say_record(say, "contradictions")))
    by_id = claims.set_index("claim_id")
    for dispute in disputes.to_dict("records"):
        line = next(
            line
            for line in shown.splitlines()
            if line.startswith(f"- {dispute['event_id']}, ") and say.term("metric", dispute["metric"]) in line
        )
        row = rows[dispute["event_id"]]
        items = [
            [told(span) for span in item if span.get("class") in {"im-said", "im-claimant"}] for item in row.iter("li")
        ]
        for claim in by_id.loc[dispute["claim_ids"].split("; ")].to_dict("records"):
            stated, who = plain_figure(say, claim), say.claimant(none(claim["claimant"]))
            assert f"{stated} ({who})" in " ".join(line.split()) or f"{stated} ({who})" in line
            assert any(" ".join(stated.split()) in item[0] and item[1] == who for item in items if len(item) > 1)


def none(value):
    return None if pd.isna(value) else value


def plain_figure(say, claim):
    values = [none(claim[name]) for name in ("value", "value_low", "value_high", "qualifier")]
    return say.figure(claim["metric"], *values) or claim["text"]


def say_record(say, key):
    from impactmap.telling.notes.note_words import RecordWords

    return RecordWords(say.language).text(f"record.{key}")


def test_computed_values_in_method_are_those_of_the_table(made):
    events, claims, _, reports, _, _, text = made
    say, rows = reports.events.say, rows_by_event(reports)
    compared = compare_reported(events, claims)
    differing = compared[~compared["agrees"].fillna(value=True)]
    shown = section_of(text, say_record(say, "compared"))
    for row in differing.to_dict("records"):
        computed = say.computed(
            row["metric"], *(none(row[name]) for name in ("computed", "computed_low", "computed_high"))
        )
        assert computed in shown
        marks = [told(span) for span in rows[row["event_id"]].iter("span") if span.get("class") == "im-differs"]
        assert " ".join(say.text("fact.differs", computed=computed).split()) in marks


def test_places_in_method_are_called_as_in_the_table(made):
    events, _, _, reports, _, _, text = made
    say, rows = reports.events.say, rows_by_event(reports)
    shown = as_shown(section_of(text, say_record(say, "fuzzy")))
    for row in events[events["place_status"] == "fuzzy"].to_dict("records"):
        around = say.around(row["place_name"], none(row["place_region"]), row["place_country"])
        assert f"{row['place_name']}, {around}" in shown
        if (events["event_id"] == row["event_id"]).sum() == 1:
            assert told(rows[row["event_id"]].find("th")).startswith(f"{row['place_name']}, {around}")


def test_the_note_of_the_page_and_method_say_the_same_sentences(made):
    _, _, project, reports, summary, note, text = made
    section = ET.Element("section")
    add_method(section, reports, summary, project=project, border=note)
    sentences = [told(part) for part in section.iter() if part.tag in {"h2", "h3", "p"}]
    assert len(sentences) > 12
    shown = " ".join(as_shown(text).split())
    assert [sentence for sentence in sentences if sentence not in shown] == []
    assert " ".join(summary.sentence.split()) in shown


def test_lists_beside_the_map_say_what_the_table_says(made):
    _, _, _, reports, _, _, _ = made
    aside, rows = ET.Element("aside"), report_table(reports, reports.events.say).findall("tbody/tr")
    beside_lists(reports, reports.events.say, aside)
    entries = list(aside.iter("li"))
    entries = [entry for entry in entries if entry.get("data-row")]
    assert entries
    for entry in entries:
        row = rows[int(entry.get("data-row"))]
        line = told(entry.find("p"))
        assert line.startswith(told(row.find("td[1]")))
        assert [told(item) for item in entry.findall("ul[@class='im-reported']/li")] == [
            told(item) for item in row.findall("td/ul[@class='im-reported']/li")
        ]


def test_no_english_is_left_on_a_page_of_another_language(made):
    _, _, project, reports, summary, _, _ = made
    if project.map.language == "en":
        return
    table = told(report_table(reports, reports.events.say))
    for word in ("Russia", "Ukraine", "Kenya", "Sudan,", "Settlement", "claimed", "said by", "about", "week", " km"):
        assert word not in re.sub("Port Sudan", "", table), word
    assert "Russia" not in summary.sentence


@pytest.mark.parametrize(
    "text", ["20% of it", "100 %", "AT&T", "5 < 6", "x" * 5000 + " 20%", "{% raw %} 20%", "&lt; is a sign"]
)
def test_corrections_are_whole_and_read_as_written(located, claims, project, text):
    corrected = Project.model_validate(
        project.model_dump()
        | {"corrections": [{"date": "2025-11-10", "text": text}, {"date": "2025-11-12", "text": "Later."}]}
    )
    reports = collect_reports(located, claims, project=corrected)
    written = method_text(located, claims, project=corrected, summary=summarise_reports(reports, project=corrected))
    lines = section_of(written, "Corrections", 2).strip().splitlines()
    assert lines[0] == "- 12 November 2025: Later."
    assert as_shown(lines[1]) == f"- 10 November 2025: {text}"
    if "{" not in text:
        assert "&#37;" not in written
        assert plain_markdown("20%") == "20%"
