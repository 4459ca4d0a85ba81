"""Figures show what was counted: ranges as ranges, each event once, every text as it stands."""

from __future__ import annotations

import io

import numpy as np
import pandas as pd
import pytest
from PIL import Image

import impactmap as im
from impactmap.look.theme import DARK
from impactmap.maps.charts.sheet import MOST_ROWS
from impactmap.model.errors import ColumnError, InputError

EVENTS = pd.DataFrame(
    {
        "event_id": ["a", "a", "b", "c", "d"],
        "place": ["Gao", "Kidal", "Mopti", None, "Ségou"],
        "side": ["North", "North", "South", None, "North"],
        "confirmation": ["confirmed", "confirmed", "claimed", None, "claimed"],
        "source_name": ["A", "A", "B", "A", None],
        "date_start": pd.to_datetime(["2024-05-01", "2024-05-01", "2024-05-02", "2024-05-02", "2024-05-04"]),
        "date_end": pd.to_datetime(["2024-05-01", "2024-05-01", "2024-05-03", "2024-05-02", "2024-05-04"]),
        "border_distance_km": [40.0, 90.0, None, 10.0, None],
        "border_distance_min_km": [None, None, 20.0, None, None],
        "border_distance_max_km": [None, None, 80.0, None, None],
        "place_radius_km": [5.0, 5.0, 30.0, 20.0, None],
    }
)
CLAIMS = im.claims_frame(
    [
        {"event_id": "a", "metric": "killed", "value": 7, "claimant": "North"},
        {"event_id": "a", "metric": "killed", "value": 9, "qualifier": "at least", "claimant": "South"},
        {"event_id": "b", "metric": "killed", "value": 10, "qualifier": "about", "claimant": "North"},
        {"event_id": "a", "metric": "border_distance_km", "value": 100, "claimant": "North"},
        {"event_id": "c", "metric": "border_distance_km", "value": 10, "qualifier": "about", "claimant": "North"},
    ]
)


def boxes(figure):
    """Return the bars: left, bottom, width, height."""
    (ax,) = figure.axes
    return [tuple(round(float(v), 3) for v in (*p.get_xy(), p.get_width(), p.get_height())) for p in ax.patches]


def texts(figure):
    (ax,) = figure.axes
    return [t.get_text() for t in (*figure.texts, *ax.texts, *ax.get_yticklabels(), *ax.get_xticklabels())]


FIGURES = {
    "timeline": lambda **o: im.plot_timeline(EVENTS, **o),
    "coverage": lambda **o: im.plot_coverage(EVENTS, **o),
    "distance": lambda **o: im.plot_border_distance(EVENTS, **o),
    "reported": lambda **o: im.plot_reported(EVENTS[EVENTS["event_id"] != "a"], CLAIMS, **o),
    "claims": lambda **o: im.plot_claims(EVENTS, CLAIMS, "killed", **o),
    "sources": lambda **o: im.plot_sources(CLAIMS, **o),
    "verification": lambda **o: im.plot_verification(EVENTS, **o),
}
TOLD = {
    "timeline": "T. 4 events from 2024-05-01 to 2024-05-04, by day.",
    "coverage": "T. 3 sources, 2024-05-01 to 2024-05-04, by day.",
    "distance": "T. 3 events between 0 and 80 km from the border, 2024-05-01 to 2024-05-03.",
    "reported": "T. Of 1 reported figure 1 lie within what was computed.",
    "claims": "T. 3 figures of 2 events by 2 parties.",
    "sources": "T. 2 parties, 1 figure that two of them give, 0 alike.",
    "verification": "T. 4 events: 1 confirmed, 2 claimed, 1 of which neither is said.",
}


@pytest.mark.parametrize("name", FIGURES)
def test_every_figure_says_what_it_shows_and_keeps_its_text(name, tmp_path):
    figure = FIGURES[name](title="T")
    assert figure.alt_text == TOLD[name]
    im.save_figure(figure, tmp_path / "a.png")
    with Image.open(tmp_path / "a.png") as image:
        assert image.info["Description"] == TOLD[name]
        assert len(image.convert("RGB").getcolors(1 << 20)) > 5
    im.save_figure(FIGURES[name](title="T"), tmp_path / "b.png")
    assert (tmp_path / "a.png").read_bytes() == (tmp_path / "b.png").read_bytes()


@pytest.mark.parametrize("name", FIGURES)
@pytest.mark.parametrize("title", ["T", "A headline of very many words " * 6])
def test_nothing_leaves_the_sheet_or_lies_over_another_text(name, title):
    figure = FIGURES[name](title=title, theme=DARK)
    figure.savefig(io.BytesIO(), format="png")
    sheet = figure.bbox
    (ax,) = figure.axes
    (left, right), (bottom, top) = ax.get_xlim(), sorted(ax.get_ylim())
    ticks = [t for t in ax.get_xticklabels() if left <= t.get_position()[0] <= right]
    ticks += [t for t in ax.get_yticklabels() if bottom <= t.get_position()[1] <= top]
    drawn = [t for t in (*figure.texts, *ticks) if t.get_text()]
    frames = [t.get_window_extent() for t in drawn]
    for text, frame in zip(drawn, frames, strict=True):
        inside = (frame.x0 - sheet.x0, frame.y0 - sheet.y0, sheet.x1 - frame.x1, sheet.y1 - frame.y1)
        assert min(inside) > -1, text.get_text()
    for number, frame in enumerate(frames):
        for other in frames[:number]:
            assert not frame.overlaps(other), (drawn[number].get_text(), other)


def test_an_event_of_two_days_is_in_the_open_part_of_both():
    found = boxes(im.plot_timeline(EVENTS))
    # North on the first and fourth day, nobody stated on the second; South's two days are open on both.
    assert sorted((left + 0.43, height) for left, _, _, height in found) == [
        (0, 1), (1, 1), (1, 1), (2, 1), (3, 1),
    ]  # fmt: skip
    assert im.plot_timeline(EVENTS, by="month").alt_text.endswith("by month.")


def test_distances_are_bars_from_least_to_greatest():
    few = im.plot_border_distance(EVENTS)
    assert [(left, width) for left, _, width, _ in boxes(few)] == [(35, 10), (20, 60), (0, 30)]
    assert "1 event without a distance or a day not shown." in " ".join(texts(few))
    many = pd.concat([EVENTS.assign(event_id=EVENTS["event_id"] + str(k)) for k in range(10)], ignore_index=True)
    figure = im.plot_border_distance(many)
    (ax,) = figure.axes
    corners = [path.vertices for each in ax.collections for path in each.get_paths()]
    assert len(corners) == 30
    assert {round(float(each[:, 1].max()), 1) for each in corners} == {45.0, 80.0, 30.0}
    week = [each for each in corners if each[:, 1].max() == 80]
    assert np.ptp(week[0][:, 0]) > 1.5 * np.ptp(corners[0][:, 0])


def test_open_claims_run_to_the_edge_with_an_arrow():
    figure = im.plot_claims(EVENTS, CLAIMS, "killed")
    (ax,) = figure.axes
    assert [(left, width > 1) for left, _, width, _ in boxes(figure)] == [(7, False), (9, True), (9, True)]
    assert len([line for line in ax.lines if line.get_marker() == ">"]) == 1
    assert texts(figure)[-20:] != []
    assert "Gao, 2024-05-01: South" in texts(figure)


def test_sides_are_alphabetical_and_alike():
    swapped = EVENTS.assign(side=EVENTS["side"].map({"North": "South", "South": "North"}))
    one, other = (im.plot_verification(frame) for frame in (EVENTS, swapped))
    names = [t for t in texts(one) if t.startswith("Attacking side")]
    assert names == [t for t in texts(other) if t.startswith("Attacking side")]
    assert names == ["Attacking side: North", "Attacking side: South", "Attacking side not stated"]
    assert sorted(width for *_, width, _ in boxes(one)) == sorted(width for *_, width, _ in boxes(other))


def test_what_finds_no_row_is_counted():
    rows = pd.DataFrame({"event_id": [str(k) for k in range(60)], "date_start": pd.Timestamp("2024-05-01")})
    claims = im.claims_frame([{"event_id": str(k), "metric": "killed", "value": k} for k in range(60)])
    figure = im.plot_claims(rows, claims, "killed")
    assert len(boxes(figure)) == MOST_ROWS
    assert "35 more claims are not shown." in " ".join(texts(figure))


def test_texts_of_the_data_are_no_markup():
    hostile = EVENTS.assign(place="$x^{y$ <b>", side="$\\frac$", source_name="{{1}} $a_b$")
    for figure in (
        im.plot_timeline(hostile, title="$a^$"),
        im.plot_coverage(hostile),
        im.plot_border_distance(hostile),
    ):
        figure.savefig(io.BytesIO(), format="png")
    assert "$a^$" in texts(im.plot_timeline(hostile, title="$a^$"))


@pytest.mark.parametrize(
    ("draw", "match"),
    [
        (lambda: im.plot_timeline(EVENTS.drop(columns=["date_start", "date_end"])), "date_start"),
        (lambda: im.plot_coverage(EVENTS, column="paper"), "expected the column 'paper'"),
        (lambda: im.plot_border_distance(EVENTS[["event_id", "date_start"]]), "expected distances to a border"),
        (lambda: im.plot_reported(EVENTS, CLAIMS, "population"), "figures of 'population' that are computed"),
        (lambda: im.plot_claims(EVENTS, CLAIMS, "injured"), "figures of the metric 'injured'"),
        (lambda: im.plot_sources(CLAIMS[2:]), "two of the column 'claimant'"),
        (lambda: im.plot_verification(EVENTS.drop(columns="side")), "missing side"),
    ],
)
def test_what_is_missing_is_said(draw, match):
    with pytest.raises(ColumnError, match=match):
        draw()


def test_a_picture_without_a_text_is_refused(tmp_path):
    from matplotlib.figure import Figure

    with pytest.raises(InputError, match="expected alternative text"):
        im.save_figure(Figure(), tmp_path / "a.png")
