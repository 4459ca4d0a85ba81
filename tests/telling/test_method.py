"""METHOD.md: what it says, in three languages, and that no text of a table becomes markup in it."""

from __future__ import annotations

import re

import pandas as pd
import pytest

from impactmap.model.languages import language_codes, read_catalog
from impactmap.telling import method
from impactmap.telling.markdown import plain_markdown
from impactmap.telling.method import method_text
from impactmap.telling.notes.note_words import RecordWords
from impactmap.telling.summary import summarise

REJECTED = pd.DataFrame(
    {
        "file": ["t.csv", "t.csv", "t.csv"],
        "row": [5, 5, 9],
        "column": ["date", None, "lat, lng"],
        "expected": ["a date", "a place", "latitude first, between −90 and 90"],
        "found": ["'31.02.2025'", "nothing", "37.123456, 48.654321"],
        "fix": ["", "", "48.654321, 37.123456 would be possible."],
    }
)


@pytest.fixture
def comparison(claims):
    frame = claims.loc[[1, 2], ["claim_id", "event_id"]].reset_index(drop=True)
    return frame.assign(
        computed=[179.9, 848752.0],
        computed_low=None,
        computed_high=None,
        agrees=pd.array([False, False], dtype="boolean"),
    )


@pytest.fixture
def write(located, claims, project, comparison):
    def written(language="en", events=located, **options):
        chosen = project.model_copy(update={"map": project.map.model_copy(update={"language": language})})
        options = {"comparison": comparison, **options}
        return method_text(events, claims, project=chosen, summary=summarise(events, claims, chosen), **options)

    return written


def section(text, title):
    """The lines under a heading, up to the next."""
    return re.split(r"^#+ ", text.split(f"# {title}\n", 1)[1], maxsplit=1, flags=re.MULTILINE)[0]


def test_it_counts_and_lists(write):
    text = write(rejected=REJECTED, notes=["events.csv: read as cp1251."], held_back=3, outside_period=1)
    assert text.startswith("# How this map was made\n")
    assert "9 claims. In 1 it is not said who says so." in text
    assert "- e8 (row 10): Oktyabrsky" in section(text, "Places that are in doubt")
    assert section(text, "Places found, but not with certainty").strip() == "None."
    assert "3 newer reports are held back and not shown." in text
    assert "1 event lies outside the map's period and is left out." in text
    assert "- events.csv: read as cp1251." in text
    assert re.search(r"^- .*: 4$", section(text, "Places"), flags=re.MULTILINE)  # four places matched


def test_a_position_that_fits_no_place_of_the_name_is_called_what_it_is(write, located):
    events = located.copy()
    found = '[{"name": "Kharkiv", "region": "Kharkiv region", "country": "UA"}, {"id": "source", "name": "Kharkiv"}]'
    events.loc[events["place_status"] == "ambiguous", "place_alternatives"] = found
    listed = section(write(events=events), "Places that are in doubt")
    assert listed.count("may be: Kharkiv, Kharkiv region, Ukraine; coordinates that the source gave") == 1


def test_contradictions_are_shown_with_their_claimants(write):
    lines = section(write(), "Contradictory claims").strip().splitlines()
    assert len(lines) == 2
    assert "a power line shut down (said by Local authorities)" in lines[0]
    assert "2 (1–4) (said by Monitor); at least\xa09 (said by City council)" in lines[1]


def test_reported_figures_that_differ_stand_beside_the_computed_ones(write):
    found = section(write(), "Reported against computed")
    assert "- e2, distance to the border" in found
    assert "nearly\xa0300 km (said by News article), computed 179.9 km" in found
    assert "more than\xa01,000,000 (said by News article), computed 848,752" in found


def test_rejected_rows_are_listed_without_their_coordinates(write):
    found = section(write(rejected=REJECTED), "Rows that could not be used")
    assert "2 rows could not be used" in found
    assert "- t.csv, row 5, date: a date – '31.02.2025'" in found
    assert "- t.csv, row 9, lat, lng: latitude first, between −90 and 90 – the value is not repeated here" in found
    assert "48.654321" not in found
    assert "37.123456" not in found


def test_long_lists_end_with_a_count(write, monkeypatch):
    monkeypatch.setattr(method, "MOST", 1)
    text = write(rejected=REJECTED)
    assert "- and 2 more rows like these" in text
    assert "- and 1 more, in events.csv" in section(text, "Contradictory claims")


def test_nothing_to_report_is_said_so(write):
    assert section(write(), "Rows that could not be used").strip() == "None."
    assert "Nothing is held back by the embargo." in write()


def test_the_opt_in_to_exact_positions_is_printed_with_its_reason(write, project, located, claims):
    publish = project.publish.model_copy(
        update={"exact_positions": True, "exact_positions_reason": "All were [named](x)."}
    )
    chosen = project.model_copy(update={"publish": publish})
    text = method_text(located, claims, project=chosen, summary=summarise(located, claims, chosen))
    assert r"All were \[named\](x)." in text


@pytest.mark.parametrize(
    ("language", "row", "note"),
    [
        ("en", "t.csv, row 5, date: a date – '31.02.2025'", "events.csv: Read as cp1251."),
        ("uk", "t.csv, рядок 5, date: дата – '31.02.2025'", "events.csv: Прочитано як cp1251."),
        ("ru", "t.csv, строка 5, date: дата – '31.02.2025'", "events.csv: Прочитано как cp1251."),
        ("pl", "t.csv, wiersz 5, date: a date – '31.02.2025'", "events.csv: Read as cp1251."),
    ],
)
def test_reasons_and_notes_are_in_the_maps_language_where_they_are_translated(write, language, row, note):
    text = write(language, rejected=REJECTED, notes=["events.csv: Read as cp1251."])
    assert f"- {row}" in text
    assert f"- {note}" in text


@pytest.mark.parametrize(("language", "word"), [("uk", "Як зроблено цю карту"), ("ru", "Как сделана эта карта")])
def test_it_speaks_the_maps_language(write, language, word):
    text = write(language, rejected=REJECTED)
    assert text.startswith("# ")
    title = RecordWords(language).text("method.title")
    assert text.splitlines()[0] == f"# {title}"
    assert re.search("[а-яіїєґ]", word)
    english = [message for message in _english() if len(message) > 25 and message in text]
    assert english == []


def _english():
    """English sentences without placeholders."""
    found = [value for key, value in RecordWords("en")._messages.items() if key.startswith("record.")]
    return [text for text in found if isinstance(text, str) and "{" not in text]


@pytest.mark.parametrize("language", language_codes()[1:])
def test_the_catalogs_are_complete_and_keep_their_placeholders(language):
    english, other = read_catalog("en", notes=True), read_catalog(language, notes=True)
    keys = {message.context for message in english if message.id}
    assert {message.context for message in other if message.id} == keys
    for message in other:
        if not message.id:
            continue
        texts = message.string if isinstance(message.string, tuple) else (message.string,)
        source = message.id if isinstance(message.id, str) else message.id[-1]
        assert len(texts) == (1 if isinstance(message.id, str) else other.num_plurals)
        for text in texts:
            assert text
            assert set(re.findall(r"{\w+}", text)) == set(re.findall(r"{\w+}", source)), message.context


HOSTILE = [
    "<script>alert(1)</script>",
    "[x](javascript:alert(1))",
    "![x](http://evil.example/x.png)",
    "{{ 7*7 }} {% raw %} ${x} <%= x %>",
    "# heading",
    "- item",
    "1. item",
    "`code` ~~~ ***",
    "a\n\n## b\n---\n",
    "| a | b |",
    "&lt;b&gt; &amp;",
    "\u202eright to left\u200b",
    "x" * 10_000,
]


@pytest.mark.parametrize("text", HOSTILE)
def test_text_stays_text(text):
    """Every character that could begin markup is escaped, and nothing but a line is left."""
    shown = plain_markdown(text)
    assert "\n" not in shown
    assert len(shown) < 1000
    bare = shown.replace("&#37;", "").replace("\\\\", "")
    assert not re.search(r"[<>]|(?<!\\)[`*_{}\[\]#|~!$]|[{<]%|%[}>]|^[-+=]|^\d+[.)]", bare)
    assert all(ch.isprintable() for ch in shown)


@pytest.mark.parametrize(
    "text", ["Belgorod", "12 km", "St. Petersburg", "−5", "a - b", "2025-11-09", "20%", "20 % of AT&T", "R&D"]
)
def test_plain_text_is_left_alone(text):
    assert plain_markdown(text) == text


def test_hostile_texts_in_every_column_stay_texts(write, located):
    for name in ("event_id", "place", "place_name", "place_reason"):
        located[name] = "<script>{{7*7}}</script>"
    rejected = REJECTED.assign(found="<b>", file="[a](b)", column="<i>")
    text = write(events=located, notes=["<img src=x>"], rejected=rejected)
    assert "<" not in text
    assert "{{" not in text
    assert "[a](b)" not in text


@pytest.mark.parametrize(
    ("language", "heading", "note", "day", "nothing"),
    [
        (
            "en",
            "Places that an editor settled",
            "goes before the gazetteer",
            "10 November 2025",
            "no place of this name",
        ),
        ("uk", "Місця, визначені редактором", "має перевагу над газетиром", "10 листопада 2025", "не знайдено"),
        ("ru", "Места, определённые редактором", "имеет преимущество перед", "10 ноября 2025", "не найден"),
    ],
)
def test_it_says_which_places_an_editor_settled_who_and_why(write, located, language, heading, note, day, nothing):
    events = located.copy()
    pin = "A pin was set on the map by an editor, <b>Olena</b> on 2025-11-10: the council's map."
    none = "No place that could be located was found by an editor, Petro on 2025-11-10."
    rows = [events.columns.get_loc(name) for name in ("place_provider", "place_reason", "place_status", "place_name")]
    events.iloc[0, rows] = ["decision", pin, "matched", "Belgorod"]
    events.iloc[1, rows] = ["decision", none, "not_found", None]
    text = write(language, events)
    told = section(text, heading)
    assert note in told
    assert "Belgorod. &lt;b&gt;Olena&lt;/b&gt;, " in told
    assert told.count(day) == 2
    assert "the council's map." in told
    assert nothing in told
    assert "Petro" in told
    assert "<b>" not in text


@pytest.mark.parametrize(
    ("language", "said"),
    [("en", "one mark stands for all of them"), ("uk", "їх замінює одна"), ("ru", "их заменяет один")],
)
def test_it_says_that_marks_gather_reports(write, language, said):
    assert said in write(language)


def test_only_rows_that_are_listed_are_put_into_words(write, located, monkeypatch):
    monkeypatch.setattr(method, "MOST", 2)
    ids = [f"x{number}" for number in range(50)]
    many = pd.concat([located.iloc[:1]] * 50).assign(event_id=ids, place_status="not_found")
    made = []
    shown = method.plain_markdown
    monkeypatch.setattr(method, "plain_markdown", lambda text, **kept: made.append(text) or shown(text, **kept))
    text = write(events=many)
    assert "- x0 " in text
    assert re.search(r"^- .*\b48\b", text, flags=re.MULTILINE)
    assert len([name for name in made if str(name).startswith("x")]) == 2
