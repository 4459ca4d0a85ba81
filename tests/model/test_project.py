"""The project file: what is valid, what is refused and in which words, and what a table alone becomes."""

from __future__ import annotations

import tomllib

import pandas as pd
import pytest

from impactmap.model.errors import ProjectError, PublishError
from impactmap.model.project import Project, load_project, project_for_table
from impactmap.workspace.starting import new_project


def write(folder, text):
    path = folder / "project.toml"
    path.write_text(text, encoding="utf-8")
    return path


def test_everything_has_a_default(tmp_path):
    project = load_project(write(tmp_path, ""))
    assert project.folder == tmp_path
    assert project.map.embargo_hours == 24
    assert project.border is None
    assert not project.publish.exact_positions


def test_a_full_file(tmp_path):
    project = load_project(
        write(
            tmp_path,
            """
            [map]
            title = "Б"
            language = "uk"
            timezone = "Europe/Kyiv"
            period_start = 2025-11-08
            [[sides]]
            key = "A"
            name = "Side A"
            color = "#112233"
            [border]
            countries = ["RU", "UA"]
            [[corrections]]
            date = 2025-11-10
            text = "One figure was wrong."
            """,
        )
    )
    assert (project.map.title, project.sides[0].color, project.border.view) == ("Б", "#112233", "un")
    assert project.corrections[0].date.isoformat() == "2025-11-10"


TRANSLATED = """
[map]
title = "Blackouts"
subtitle = "A week"
credit = "Desk"
language = "{language}"
[[sides]]
key = "north"
name = "North"
[[sides]]
key = "south"
name = "South"
[translations.uk]
title = "Знеструмлення"
credit = "Редакція"
sides = {{ north = "Північ" }}
"""


@pytest.mark.parametrize(
    ("language", "words", "names"),
    [
        ("en", ("Blackouts", "A week", "Desk"), ["North", "South"]),
        ("uk", ("Знеструмлення", "A week", "Редакція"), ["Північ", "South"]),
        ("ru", ("Blackouts", "A week", "Desk"), ["North", "South"]),
    ],
)
def test_translations_stand_in_for_what_they_translate(tmp_path, language, words, names):
    project = load_project(write(tmp_path, TRANSLATED.format(language=language)))
    assert (project.map.title, project.map.subtitle, project.map.credit) == words
    assert [side.name for side in project.sides] == names
    assert Project.model_validate(project.model_dump()) == project.model_copy(update={"folder": Project().folder})


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("[map]\ntitel = 'x'", r"map.titel: unknown key. Did you mean 'title'\?"),
        ("[translations.uk]\ntitel = 'x'", r"translations.uk.titel: unknown key."),
        ("[translations.nl]\ntitle = 'x'", r"translations.nl"),
        (
            "[map]\nlanguage='uk'\n[translations.uk]\nsides = {West = 'Захід'}",
            r"expected translations of sides by their keys; found West",
        ),
        ("[mpa]\ntitle = 'x'", r"mpa: unknown key. Did you mean 'map'\?"),
        ("[border]\ncountries = ['RU', 'UA']\nveiw = 'un'", r"border.veiw: unknown key. Did you mean 'view'\?"),
        ("[map]\nembargo_hours = '24'", r"map.embargo_hours: expected a valid number. Found '24'"),
        ("[publish]\nexact_positions = 'yes'", r"publish.exact_positions: expected a valid boolean. Found 'yes'"),
        ("[[sides]]\nkey = 'a'\nname = 'A'\ncolour = '#112233'", "sides.1.colour: unknown key.*'color'"),
        ("[map]\nzzz = 1", "map.zzz: unknown key. Known here: title, subtitle"),
        ("[map]\nlanguage = 'xx'", "map.language: expected a language out of en, .*; found 'xx'"),
        ("[map]\nembargo_hours = inf", "map.embargo_hours: expected less than or equal to 876000. Found inf"),
        ("[map]\nembargo_hours = 1e300", "map.embargo_hours: expected less than or equal to 876000"),
        ("a = " + "[" * 50_000, "lists within lists without end"),
        ("[map]\nembargo_hours = -1", "map.embargo_hours: expected greater than or equal to 0. Found -1"),
        ("[map]\ntimezone = 'Kyiv'", "map.timezone: expected a time zone"),
        (
            "[map]\nperiod_start = 2025-11-09\nperiod_end = 2025-11-08",
            "expected a period_end that is not before period_start",
        ),
        ("[border]\ncountries = ['RUS', 'UA']", "border.countries.1"),
        ("[[sides]]\nname = 'A'", "sides.1.key: missing"),
        (
            "[[sides]]\nkey = 'a'\nname = 'A'\n[[sides]]\nkey = 'a'\nname = 'B'",
            "expected a key of its own for each side",
        ),
        ("[publish]\nexact_positions = true", "expected exact_positions_reason beside exact_positions = true"),
        ("[publish]\nbase_url = 'javascript:x'", "publish.base_url: expected an address that begins with https"),
        ("[publish]\ntiles = 'https://x/{z}/{x}/{y}.png'", "expected tiles_attribution beside tiles"),
        ("[map\n", "not valid TOML"),
    ],
)
def test_faults_are_named(tmp_path, text, words):
    with pytest.raises(ProjectError, match=words):
        load_project(write(tmp_path, text))


def test_all_faults_at_once(tmp_path):
    with pytest.raises(ProjectError, match="2 faults") as caught:
        load_project(write(tmp_path, "[map]\nlanguage = 'xx'\nembargo = 3"))
    assert "map.language" in str(caught.value)
    assert "Did you mean 'embargo_hours'" in str(caught.value)


def test_files_that_are_not_there_or_not_text(tmp_path):
    with pytest.raises(ProjectError, match=r"no such project file.*impactmap new"):
        load_project(tmp_path / "project.toml")
    (tmp_path / "project.toml").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(ProjectError, match="cannot be read as UTF-8"):
        load_project(tmp_path / "project.toml")


def test_a_folder_cannot_be_smuggled_in(tmp_path):
    assert load_project(write(tmp_path, "folder = '/etc'")).folder == tmp_path


def frame(*sides):
    return pd.DataFrame({"side": pd.array(list(sides), dtype="str")})


def test_a_table_alone(tmp_path):
    project = project_for_table(tmp_path / "night_of 9-november.csv", frame("South", None, "North", "South"))
    assert project.map.title == "Night of 9 november"
    assert [side.key for side in project.sides] == ["North", "South"]
    assert project.border is None
    assert project.folder == tmp_path


@pytest.mark.parametrize("border", ["RU:UA", "ru:ua", " ru : ua "])
def test_what_the_user_chose_for_a_table(border):
    project = project_for_table("x.csv", frame(), title="T", language="ru", border=border, view="crimea_apart")
    assert (project.map.title, project.map.language) == ("T", "ru")
    assert (project.border.countries, project.border.view) == (("RU", "UA"), "crimea_apart")


def test_choices_for_a_table_are_checked_as_a_file_is():
    with pytest.raises(ProjectError, match=r"map\.language"):
        project_for_table("x.csv", frame(), language="xx")
    with pytest.raises(ProjectError, match=r"border\.countries"):
        project_for_table("x.csv", frame(), border="RU")


@pytest.mark.parametrize(
    ("language", "others"), [("en", "Other sides"), ("uk", "Інші сторони"), ("ru", "Другие стороны")]
)
def test_of_more_than_six_sides_those_with_most_events_are_named(language, others):
    events = frame(*"gfedcba", *"abcde", *"ggg").assign(event_id=[*"1234567", *"abcde", *"111"])
    sides = project_for_table("x.csv", events, language=language).sides
    # "g" has most rows, of one event.
    assert [(side.key, side.name) for side in sides] == [*zip("abcde", "abcde", strict=True), ("*", others)]


def test_swapping_the_sides_names_changes_only_the_order_of_names():
    one = project_for_table("x.csv", frame("A", "B"))
    other = project_for_table("x.csv", frame("B", "A"))
    assert one == other


def test_a_new_project_is_valid_and_explains_itself(tmp_path):
    files = new_project(tmp_path / "my map")
    assert [path.name for path in files] == ["project.toml", "events.csv"]
    project = load_project(files[0])
    assert {side.key for side in project.sides} <= set(pd.read_csv(files[1])["side"].dropna())
    text = files[0].read_text(encoding="utf-8")
    shown = tomllib.loads(_switched_on(text))
    assert set(Project.model_fields) - {"folder"} == set(shown)
    assert {"title", "embargo_hours", "period_start"} <= set(shown["map"])


def _switched_on(text):
    """Take away the # from every setting that is off."""
    lines = []
    for line in text.splitlines():
        bare = line.removeprefix("# ")
        lines.append(bare if bare.startswith("[") or " = " in bare else line)
    return "\n".join(lines)


def test_every_setting_that_is_off_in_a_new_project_is_valid_when_on(tmp_path):
    path = new_project(tmp_path / "map")[0]
    text = _switched_on(path.read_text(encoding="utf-8")).replace('= "population.tif"', '= "p.tif"')
    assert load_project(write(tmp_path, text)).publish.exact_positions


def test_nothing_is_overwritten(tmp_path):
    (tmp_path / "events.csv").write_text("mine")
    with pytest.raises(PublishError, match=r"events.csv: exists already"):
        new_project(tmp_path)
    assert (tmp_path / "events.csv").read_text() == "mine"
    assert not (tmp_path / "project.toml").exists()


def test_a_folder_that_cannot_be_made(tmp_path):
    (tmp_path / "file").write_text("x")
    with pytest.raises(PublishError, match="cannot be written"):
        new_project(tmp_path / "file" / "map")
