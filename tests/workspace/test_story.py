"""A story of steps: what is refused, what each step shows, and that its text is never markup."""

from __future__ import annotations

import datetime as dt
import re

import pytest
from click.testing import CliRunner

from impactmap.cli import app
from impactmap.model.errors import ProjectError
from impactmap.model.project import load_project
from impactmap.scene.author.story_text import story_blocks
from impactmap.workspace.build import build
from impactmap.workspace.editions.step_pictures import draw_steps

NOW = dt.datetime(2025, 4, 1, tzinfo=dt.UTC)
PROJECT = """
[map]
title = "Two lakes"
languages = ["en", "uk"]
[data]
events = "events.csv"
[[sides]]
key = "North"
name = "North"
[[sides]]
key = "South"
name = "South"
[[steps]]
title = "First"
text = "A **depot** burned; [the paper](https://paper.example/a) says so.\\n\\n- one\\n- <script>two</script>"
[[steps]]
title = "Erdenet"
places = ["Erdenet"]
date_from = 2025-03-01
date_to = 2025-03-02
sides = ["North"]
[[steps]]
title = "A report"
event = "e2"
sector = "power"
bounds = [100, 45, 110, 52]
[translations.uk]
title = "Два озера"
sides = {North = "Північ", South = "Південь"}
[[translations.uk.steps]]
title = "Спершу"
text = "Згорів склад."
[[translations.uk.steps]]
title = "Ерденет"
[[translations.uk.steps]]
title = "Повідомлення"
"""
TABLE = """event_id,date,place,country,side,sectors,summary,summary_uk
e1,2025-03-01,Erdenet,Mongolia,North,fuel,A depot burned.,Згорів склад.
e2,2025-03-05,Darkhan,Mongolia,South,power,A line fell.,Впала лінія.
"""


@pytest.fixture
def project(tmp_path):
    (tmp_path / "events.csv").write_text(TABLE, encoding="utf-8")
    (tmp_path / "project.toml").write_text(PROJECT, encoding="utf-8")
    return tmp_path / "project.toml"


@pytest.fixture
def drawn_quickly(monkeypatch):
    monkeypatch.setattr("impactmap.publishing.editions.PICTURES", ())


def test_the_page_lists_the_steps_with_their_pictures(project, tmp_path, drawn_quickly):
    report = build(project, tmp_path / "map", now=NOW)
    page = (tmp_path / "map" / "map.html").read_text(encoding="utf-8")
    steps = re.search(r'<section id="im-steps".*?</section>', page, re.DOTALL)[0]
    assert re.findall(r"<h3[^>]*>(.*?)</h3>", steps) == ["First", "Erdenet", "A report"]
    assert steps.count("data:image/webp;base64,") == 2  # the first shows the whole map, as the page does
    assert "<strong>depot</strong>" in steps
    assert '<a href="https://paper.example/a" rel="noopener" target="_blank">the paper</a>' in steps
    assert "&lt;script&gt;two&lt;/script&gt;" in steps
    uk = (tmp_path / "map" / "map.uk.html").read_text(encoding="utf-8")
    told = re.search(r'<section id="im-steps".*?</section>', uk, re.DOTALL)[0]
    assert re.findall(r"<h3[^>]*>(.*?)</h3>", told) == ["Спершу", "Ерденет", "Повідомлення"]
    assert report.untranslated == []


@pytest.mark.parametrize(
    ("before", "after", "fault"),
    [
        ('places = ["Erdenet"]', 'places = ["Erdnet"]', r"steps\.2\.places\.1: .*Erdnet"),
        ('sides = ["North"]', 'sides = ["Nort"]', r"steps\.2\.sides: expected sides of the map, found 'Nort'"),
        ('event = "e2"', 'event = "e9"', r"steps\.3\.event: expected the event_id of a report, found 'e9'"),
        ('sector = "power"', 'sector = "tea"', r"steps\.3\.sector: .*'tea'"),
        ("bounds = [100, 45, 110, 52]", 'bounds = [100, 45, 110, 52]\nplaces = ["Erdenet"]', "either bounds or places"),
        ("date_to = 2025-03-02", "date_to = 2025-02-02", "date_to that is not before"),
        ('[[translations.uk.steps]]\ntitle = "Ерденет"\n', "", "translations of steps in their order: 3; found 2"),
        ('title = "First"', 'titel = "First"', "unknown key"),
        ('event = "e2"', "note = 1", r"steps\.3\.note: expected the number of a callout .* 0; found 1"),
        ('event = "e2"', 'note = "1"', r"steps\.3\.note"),
    ],
)
def test_what_does_not_fit_is_refused(project, tmp_path, before, after, fault, drawn_quickly):
    project.write_text(PROJECT.replace(before, after, 1), encoding="utf-8")
    with pytest.raises(ProjectError, match=fault):
        build(project, tmp_path / "map", now=NOW)


WAITING = """
[[notes]]
text = "Callout ahead of time"
event = "later-77"
"""
HELD = (b"later-77", b"ahead of time", "наперед".encode())


def wait_for(project):
    """Let the second report be one that may not be published yet, told in a step and a callout."""
    project.with_name("events.csv").write_text(TABLE.replace("e2,", "later-77,"), encoding="utf-8")
    text = PROJECT.replace('"A report"', '"Step ahead of time"').replace('"e2"', '"later-77"')
    text = text.replace('"Повідомлення"', '"Крок наперед"').replace(
        "sector =", 'text = "Words ahead of time"\nsector ='
    )
    project.write_text(text + WAITING, encoding="utf-8")
    return dt.datetime(2025, 3, 5, 12, tzinfo=dt.UTC)


def test_a_report_that_is_held_back_is_told_by_no_step_and_no_callout(project, tmp_path, drawn_quickly):
    report = build(project, tmp_path / "map", now=wait_for(project))
    assert report.held_back == 1
    assert "Events left out by embargo or period, with their callouts and steps: 1." in report.notes
    page = (tmp_path / "map" / "map.html").read_text(encoding="utf-8")
    assert len(re.findall(r"<li data-step=", page)) == 2
    for file in (tmp_path / "map").iterdir():
        data = file.read_bytes()
        assert [held for held in HELD if held in data] == [], file.name
    assert not any("later-77" in note for note in report.notes)


def test_the_step_of_a_callout_of_a_report_that_is_held_back_is_not_told(project, tmp_path, drawn_quickly):
    now = wait_for(project)
    text = project.read_text(encoding="utf-8").replace('title = "Erdenet"\n', 'title = "Erdenet"\nnote = 1\n', 1)
    project.write_text(text, encoding="utf-8")
    build(project, tmp_path / "map", now=now)
    page = (tmp_path / "map" / "map.html").read_text(encoding="utf-8")
    assert len(re.findall(r"<li data-step=", page)) == 1


def test_a_story_of_reports_that_are_held_back_is_none(project, tmp_path, drawn_quickly):
    now = wait_for(project)
    text = project.read_text(encoding="utf-8")
    first = text.index('[[steps]]\ntitle = "First"')
    text = text[:first] + text[text.index('[[steps]]\ntitle = "Step ahead') :]
    text = text.replace('[[translations.uk.steps]]\ntitle = "Спершу"\ntext = "Згорів склад."\n', "")
    text = text.replace('[[translations.uk.steps]]\ntitle = "Ерденет"\n', "")
    project.write_text(text, encoding="utf-8")
    build(project, tmp_path / "map", now=now)
    assert "im-steps" not in re.sub(
        r"<style.*?</style>|<script.*?</script>",
        "",
        (tmp_path / "map" / "map.html").read_text(encoding="utf-8"),
        flags=re.DOTALL,
    )
    assert draw_steps(project, tmp_path / "story.png", now=now) == []


def test_a_picture_a_step(project, tmp_path):
    files = draw_steps(project, tmp_path / "story.png", now=NOW, preset="square")
    assert [file.name for file in files] == ["story-1.png", "story-2.png", "story-3.png"]
    assert all(file.read_bytes().startswith(b"\x89PNG") for file in files)


def test_a_strip_is_one_picture_of_all_steps(project, tmp_path):
    from PIL import Image

    (file,) = draw_steps(project, tmp_path / "story.png", now=NOW, preset="square", strip=True)
    one = draw_steps(project, tmp_path / "one.png", now=NOW, preset="square")
    with Image.open(file) as strip, Image.open(one[1]) as second:
        width, height = second.size
        assert strip.size == (3 * width, height)
        part = strip.crop((width, 0, 2 * width, height)).convert("RGB")
        assert part.tobytes() == second.convert("RGB").tobytes()
        assert strip.text["Description"].count("Erdenet") >= 2


def test_a_strip_without_steps_is_no_wish(project, tmp_path):
    result = CliRunner().invoke(app, ["image", str(project), "-o", str(tmp_path / "s.png"), "--strip"])
    assert result.exit_code == 2
    assert "--steps" in result.output


def test_a_map_without_steps_says_so(project, tmp_path):
    project.write_text(PROJECT.partition("[[steps]]")[0], encoding="utf-8")
    result = CliRunner().invoke(app, ["image", str(project), "-o", str(tmp_path / "s.png"), "--steps"])
    assert isinstance(result.exception, ProjectError)
    assert "[[steps]]" in str(result.exception)


def test_the_words_of_steps_that_lack_a_translation_are_named(project, tmp_path, drawn_quickly):
    project.write_text(PROJECT.partition("[[translations.uk.steps]]")[0], encoding="utf-8")
    report = build(project, tmp_path / "map", now=NOW)
    assert [(each.language, each.what) for each in report.untranslated] == [("uk", "steps")]


def test_steps_of_a_project_are_read_whole(project):
    second = load_project(project).steps[1]
    assert (second.places, second.date_from, second.sides) == (("Erdenet",), dt.date(2025, 3, 1), ("North",))


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("a\nb\n\nc", [("paragraph", "a b"), ("paragraph", "c")]),
        ("- a\n- b\nmore", [("item", "a"), ("item", "b more")]),
        ("**a** *b*", [("paragraph", "a b")]),
        ("[x](javascript:alert(1))", [("paragraph", "[x](javascript:alert(1))")]),
        ("# no heading", [("paragraph", "# no heading")]),
        ("![x](https://a.example/p.png)", [("paragraph", "!x")]),
        ("<img src=x onerror=y>", [("paragraph", "<img src=x onerror=y>")]),
        ("2 * 3 * 4", [("paragraph", "2 * 3 * 4")]),
        ("", []),
    ],
)
def test_only_a_small_part_of_markdown_is_understood(text, said):
    blocks = story_blocks(text)
    assert [(block.kind, "".join(run.text for run in block.runs)) for block in blocks] == said
    assert all(run.url is None or run.url.startswith(("https://", "http://")) for block in blocks for run in block.runs)
