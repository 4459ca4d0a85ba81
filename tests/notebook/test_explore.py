"""A map in a cell: what is chosen, set and read back, and what travels to the page."""

from __future__ import annotations

import base64
import datetime as dt
import importlib.util
import io
import json
import re
import struct
import zlib
from types import SimpleNamespace

import geopandas as gpd
import ipywidgets
import numpy as np
import pandas as pd
import pytest
from PIL import Image
from shapely import LineString

import impactmap as im
from impactmap.maps.page import viewer_code
from impactmap.model.errors import ColumnError, CrsError, InputError
from impactmap.model.words import Words
from impactmap.notebook import explore as exploring
from impactmap.notebook.cell_widget import shared_code


def days_frame(count=4, **columns):
    """Return events at Lake Baikal, one a day from 1 March 2025, under labels of their own."""
    return gpd.GeoDataFrame(
        {"date": pd.date_range("2025-03-01", periods=count), "n": range(count), **columns},
        geometry=gpd.points_from_xy(104 + np.arange(count) % 50 / 10, 52 + np.arange(count) % 7 / 10),
        crs=4326,
        index=[f"row-{number}" for number in range(count)],
    )


def header_of(data):
    raw = zlib.decompress(data)
    (length,) = struct.unpack_from("<I", raw)
    return json.loads(raw[4 : 4 + length])


def bits(*rows, count=4):
    mask = np.zeros(count, dtype=bool)
    mask[list(rows)] = True
    return np.packbits(mask, bitorder="little").tobytes()


def labels(shown):
    return [int(label.removeprefix("row-")) for label in shown.index]


# --- what is chosen


def test_the_frame_is_not_changed_and_all_is_chosen_at_first():
    frame = days_frame()
    before = frame.copy()
    shown = im.explore(frame)
    assert shown.selection.equals(before)
    assert frame.equals(before)
    assert shown.period is None


@pytest.mark.parametrize(
    ("period", "rows"),
    [
        (("2025-03-02", "2025-03-03"), [1, 2]),
        ((None, "2025-03-01"), [0]),
        ((dt.date(2025, 3, 4), None), [3]),
        ((pd.Timestamp("2025-03-02 15:00", tz="UTC"), dt.datetime(2025, 3, 2, 23)), [1]),  # noqa: DTZ001 -- as people give it
        (("2025-04-01", "2025-04-02"), []),
        (("2020-01-01", "2030-01-01"), [0, 1, 2, 3]),
        (None, [0, 1, 2, 3]),
    ],
)
def test_a_period_is_read_back_at_once(period, rows):
    shown = im.explore(days_frame())
    shown.period = period
    assert labels(shown.selection) == labels(shown.shown) == rows


def test_a_period_takes_in_what_reaches_into_it_and_leaves_out_what_has_no_day():
    frame = days_frame().rename(columns={"date": "date_start"})
    frame["date_end"] = frame["date_start"] + pd.Timedelta(days=2)
    frame.loc["row-3", ["date_start", "date_end"]] = pd.NaT
    shown = im.explore(frame)
    shown.period = ("2025-03-03", "2025-03-03")
    assert labels(shown.selection) == [0, 1, 2]
    shown.period = ("2025-03-05", "2025-03-05")
    assert labels(shown.selection) == [2]
    shown.period = (None, None)
    assert shown.period is None
    assert labels(shown.selection) == [0, 1, 2, 3]


@pytest.mark.parametrize(
    ("period", "message"),
    [
        ("2025-03-01", "expected a pair of days, found '2025-03-01'"),
        (("2025-03-03", "2025-03-01"), "expected the first day before the last"),
        (("March", None), "expected a day such as '2025-11-01', found 'March'"),
    ],
)
def test_a_period_that_is_none_is_refused(period, message):
    shown = im.explore(days_frame())
    with pytest.raises(InputError, match=message):
        shown.period = period


def test_a_period_of_a_frame_without_days_is_refused():
    shown = im.explore(days_frame().drop(columns="date"))
    with pytest.raises(InputError, match="expected dated reports, found none"):
        shown.period = ("2025-03-01", None)


@pytest.mark.parametrize(
    "rows",
    [
        lambda frame: frame[frame["n"] > 1],
        lambda frame: frame["n"] > 1,
        lambda frame: (frame["n"] > 1).tolist(),
        lambda frame: (frame["n"] > 1).to_numpy(),
        lambda frame: ["row-3", "row-2"],
        lambda frame: frame.index[2:],
        lambda frame: pd.Series(["row-2", "row-3"]),
    ],
)
def test_a_selection_is_set_by_rows_labels_or_a_mask(rows):
    frame = days_frame()
    shown = im.explore(frame)
    shown.selection = rows(frame)
    assert labels(shown.selection) == [2, 3]
    shown.period = ("2025-03-01", "2025-03-03")
    assert labels(shown.selection) == [2]
    shown.selection = None
    assert labels(shown.selection) == [0, 1, 2]


def test_labels_that_are_none_of_the_frame_and_masks_of_another_length_are_refused():
    shown = im.explore(days_frame())
    with pytest.raises(InputError, match="expected labels of the frame's index, found 'row-9'"):
        shown.selection = ["row-1", "row-9"]
    with pytest.raises(InputError, match="expected a mask of 4 rows, found one of 2"):
        shown.selection = [True, False]


def test_what_the_page_says_is_read_back_and_told_on():
    shown = im.explore(days_frame())
    told = []
    shown.on_change(lambda one: told.append(labels(one.selection)))
    page = shown.widget
    page.set_state({"picked": memoryview(bits(1, 3))})
    page.set_state({"kept": memoryview(bits(2, 3))})
    page.set_state({"period": [20151, 20152]})  # 2025-03-04, 2025-03-05
    assert told == [[1, 3], [3], [3]]
    assert shown.period == (dt.date(2025, 3, 4), dt.date(2025, 3, 5))
    assert labels(shown.shown) == [3]
    page.set_state({"picked": memoryview(b""), "period": [], "kept": memoryview(b"")})
    assert labels(shown.selection) == [0, 1, 2, 3]


def test_what_python_sets_goes_to_the_page_and_is_not_told_back():
    frame = days_frame()
    shown = im.explore(frame)
    told = []
    shown.on_change(told.append)
    shown.selection = ["row-0"]
    page = shown.widget
    assert page.picked == bits(0)
    shown.selection = frame["n"] == 2
    shown.period = ("2025-03-03", None)
    assert (page.picked, page.period) == (bits(2), [20150, 20151])
    assert told == []


def test_the_view_is_what_the_page_shows_and_follows_a_wish_made_twice():
    frame = days_frame()
    shown = im.explore(frame)
    west, south, east, north = shown.view
    assert west <= 104
    assert east >= 104.3
    assert south <= 52
    assert north >= 52.3
    shown.fit((100, 50, 110, 55))
    first = list(shown.widget.bounds)
    assert shown.view == (100, 50, 110, 55)
    shown.widget.set_state({"seen": [1.0, 2.0, 3.0, 4.0]})
    assert shown.view == (1, 2, 3, 4)
    shown.view = (100, 50, 110, 55)
    assert shown.view == (100, 50, 110, 55)
    assert shown.widget.bounds != first
    shown.fit(frame.to_crs(32648).iloc[:2])
    assert shown.view == pytest.approx((104, 52, 104.1, 52.1), abs=1e-6)
    shown.fit()
    assert shown.view == (west, south, east, north)


@pytest.mark.parametrize(
    ("target", "message"),
    [
        ((1, 2, 3), "expected west, south, east and north"),
        ((0, 0, 0, 91), "found 0, 0, 0, 91"),
        ("Irkutsk", "'Irkutsk'"),
    ],
)
def test_a_target_that_is_no_place_is_refused(target, message):
    with pytest.raises(InputError, match=message):
        im.explore(days_frame()).fit(target)


def test_colours_are_set_by_name():
    shown = im.explore(days_frame(side=["A", "B", "A", None]))
    assert shown.colors == {"A": "#0a7959", "B": "#8d53a5"}
    shown.colors = {"B": "black"}
    assert shown.colors == {"A": "#0a7959", "B": "#000000"}
    assert shown.widget.colors == {"2": "#000000"}
    with pytest.raises(InputError, match="expected names out of 'A', 'B', found 'C'"):
        shown.colors = {"C": "red"}
    with pytest.raises(InputError, match="expected colours that matplotlib knows"):
        shown.colors = {"A": "no colour"}


# --- what is drawn


def test_a_column_colours_the_marks_and_the_side_is_told_beside_it():
    shown = im.explore(days_frame(side=["A", "B", "A", None], status=["x", "y", "x", None]), column="status")
    header = header_of(shown.widget.data)
    assert [(side["name"], side["shape"]) for side in header["sides"]] == [("x", "disc"), ("y", "diamond")]
    assert header["messages"]["side_line"] == "status: {side}"
    assert header["messages"]["side_none"] == "No value"
    assert shown.colors == {"x": "#0a7959", "y": "#8d53a5"}
    assert [field["label"] for field in header["fields"]] == ["status", "Attacking side"]
    # What is told of the attacking sides stays theirs.
    assert "attacking side: A" in repr(shown)


def test_an_event_of_several_values_is_of_none():
    frame = days_frame(event_id=["a", "a", "b", "c"], km=[1.0, 90.0, 1.0, None])
    header = header_of(im.explore(frame, column="km", breaks=[50, 100]).widget.data)
    assert [side["name"] for side in header["sides"]] == ["1", "90", "Several values"]


def test_too_many_classes_are_refused():
    with pytest.raises(InputError, match="expected at most 6 classes on a map, found 9"):
        im.explore(days_frame(20), column="n", k=9)


def test_tips_and_cards_tell_columns():
    frame = days_frame(note_of_mine=["p", "q", "r", "s"])
    shown = im.explore(frame, tooltip={"n": "Number"}, popup=True)
    header = header_of(shown.widget.data)
    assert header["tips"] == ["Number"]
    assert {field["label"] for field in header["fields"]} == {"note_of_mine"}  # numbers are no filter
    assert "tips" not in header_of(im.explore(frame, column="n", tooltip=False).widget.data)
    with pytest.raises(ColumnError, match="tooltip: expected a column of the frame, found 'm'"):
        im.explore(frame, tooltip="m")


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"tooltips": "n"}, "Did you mean 'tooltip'"),
        ({"colunm": "n"}, "Did you mean 'column'"),
        ({"hight": 3}, "'height'"),
    ],
)
def test_a_wrong_keyword_is_an_error(options, message):
    with pytest.raises(TypeError, match=message):
        im.explore(days_frame(), **options)


def test_a_column_that_is_none_and_a_frame_that_says_no_reference_system_are_refused():
    with pytest.raises(ColumnError, match="column: expected a column of the frame, found 'm'"):
        im.explore(days_frame(), column="m")
    with pytest.raises(CrsError, match="expected events with a coordinate reference system"):
        im.explore(days_frame().set_crs(None, allow_override=True))


def test_a_frame_of_coordinates_becomes_points():
    frame = pd.DataFrame({"event_id": ["a", "b"], "latitude": [52.25, None], "longitude": [104.25, None]})
    shown = im.explore(frame)
    assert shown.selection.geometry.x.tolist()[0] == pytest.approx(104.25)
    assert shown.selection.geometry.isna().tolist() == [False, True]


def test_a_workspace_is_explored_with_its_claims_and_border(tmp_path):
    sheet = pd.DataFrame({"date": ["2025-11-08", "2025-11-09"], "place": ["Erdenet", "Irkutsk"]})
    work = im.open(sheet, border="MN:RU", title="Two towns")
    shown = im.explore(work)
    assert shown.selection.index.equals(work.events.index)
    assert header_of(shown.widget.data)["page"]["border"] == {"names": ["Mongolia", "Russia"]}
    assert "Two towns" in shown.widget.document


def test_many_texts_wait_in_the_kernel_until_the_page_asks(monkeypatch):
    monkeypatch.setattr(exploring, "TEXTS_SENT", 3)
    shown = im.explore(days_frame())
    page = shown.widget
    assert page.texts == b""
    assert header_of(page.data)["texts"]["files"] == ["0"]
    sent = []
    monkeypatch.setattr(type(page), "send", lambda _self, content, buffers: sent.append((content, buffers)))
    for name in ("0", "1", "../x", "²", ""):
        page._handle_custom_msg({"ask": "texts", "name": name}, [])
    assert [content["name"] for content, _ in sent] == ["0", "1"]
    assert header_of(sent[0][1][0])["events"] == 4
    assert sent[1][1] == [b""]
    page._handle_custom_msg({"ask": "code"}, [])
    assert sent[2][1][0] == shared_code().code
    page._handle_custom_msg({"ask": "anything"}, [])
    assert len(sent) == 3


# --- what travels, and what stands for it


def test_no_text_of_the_data_is_markup():
    text = "<script>hit()</script><!--im:code-2-->{{ 7 }}</script>"
    frame = days_frame(side=[text, text, "B", None], **{text: [text] * 4})
    shown = im.explore(frame, popup=True, title=text, tooltip={text: text})
    for markup in (shown.widget.document, shown._repr_mimebundle_()["text/html"]):
        assert "<script>hit" not in markup
        assert "hit()&lt;/script" in markup
    assert len(re.findall("<!--im:code-", shown.widget.document)) == 4


def test_the_page_allows_its_own_code_and_nothing_else():
    document = im.explore(days_frame()).widget.document
    (policy,) = re.findall(r'Content-Security-Policy" content="([^"]*)"', document)
    assert policy.startswith("default-src 'none'; script-src 'sha256-")
    assert "http" not in policy
    assert "unsafe" not in policy
    tiled = im.explore(
        days_frame(), tiles="https://tiles.example.org/{z}/{x}/{y}.png", attribution="Tiles"
    ).widget.document
    assert "img-src data: https://tiles.example.org;" in tiled


def test_where_no_widget_runs_a_map_is_a_sentence_a_picture_and_a_table(located, claims):
    bundle = im.explore(located, claims)._repr_mimebundle_()
    assert bundle["text/plain"].startswith("9 reports, 7–9 November 2025 (attacking side: Russia 5")
    picture = Image.open(io.BytesIO(base64.b64decode(bundle["image/png"])))
    assert (picture.format, picture.size) == ("PNG", (720, 450))
    assert len(picture.convert("RGB").getcolors()) > 20
    page = bundle["text/html"]
    assert "<script" not in page
    assert 'alt="Map: ' in page
    assert page.count("<tr data-row=") == 10
    assert "Voronezh" in page
    assert set(bundle) == {"text/plain", "image/png", "text/html"}


def test_a_kernel_shows_the_picture_and_the_map_that_takes_its_place(monkeypatch):
    shown, displayed = im.explore(days_frame()), []
    monkeypatch.setattr("IPython.display.display", lambda bundle, raw: displayed.append(bundle))
    monkeypatch.setattr("IPython.core.getipython.get_ipython", lambda: SimpleNamespace(kernel="one"))
    shown._ipython_display_()
    view, still = displayed
    assert still == shown._repr_mimebundle_()
    assert view["application/vnd.jupyter.widget-view+json"]["model_id"] == shown.widget.model_id
    assert f'class="{shown.widget.still}"' in still["text/html"]
    assert shown.widget.model_id in shown.widget.still


def test_a_terminal_shows_the_sentence(capsys):
    im.explore(days_frame())._ipython_display_()
    assert capsys.readouterr().out.startswith("4 reports")


def test_a_long_table_says_how_much_it_leaves_out():
    page = im.explore(days_frame(25))._repr_mimebundle_()["text/html"]
    assert page.count("<tr data-row=") == 10
    assert "The first 10 of 25 rows." in page


def test_without_anywidget_the_map_is_still_to_be_seen(monkeypatch):
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
    bundle = im.explore(days_frame())._repr_mimebundle_()
    assert set(bundle) == {"text/plain", "image/png", "text/html"}


def test_a_notebook_of_ten_maps_holds_one_viewer_and_under_three_megabytes(located, claims):
    maps = [im.explore(located, claims, title=f"Map {number}") for number in range(10)]
    bundles = [one._repr_mimebundle_() for one in maps]
    assert len({one.widget.viewer.model_id for one in maps}) == 1
    widgets = [shared_code(), *(one.widget for one in maps)]
    state = json.dumps(ipywidgets.Widget.get_manager_state(widgets=widgets))
    assert state.count(base64.b64encode(shared_code().code).decode()) == 1
    assert viewer_code.leaflet_script() in json.loads(zlib.decompress(shared_code().code))
    assert len(state) + len(json.dumps(bundles)) < 3e6


def test_the_words_of_a_cell_are_there_in_every_language():
    for language in ("en", "uk", "ru", "ar"):
        assert {"cell_lasso", "cell_clear", "cell_picked"} <= set(Words(language).viewer_messages(["cell"]))
    assert "вибрано" in json.dumps(
        header_of(im.explore(days_frame(), language="uk").widget.data)["messages"], ensure_ascii=False
    )


def test_another_frame_is_drawn_on_a_map_made_before():
    shown = im.explore(days_frame())
    shown.selection = ["row-1"]
    document = shown.widget.document
    lines = gpd.GeoDataFrame(geometry=[LineString([(104, 52), (105, 53)])], crs=4326)
    assert im.explore(lines, m=shown, title="A line", attribution="A survey") is shown
    assert len(header_of(shown.widget.data)["layers"]) == 1
    assert shown.widget.document != document
    assert "A line (source: A survey)" in shown.widget.document
    assert labels(shown.selection) == [1]
