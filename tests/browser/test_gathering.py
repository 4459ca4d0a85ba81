"""What marks hold, what they are called and how large they are: rules on generated places, and the page's words."""

from __future__ import annotations

import itertools
import math
import random
import re

import geopandas as gpd
import pandas as pd
import pytest
import shapely
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from impactmap.maps.page.event_map import build_map
from impactmap.model.project import Project
from impactmap.scene import areas, gathering

pytestmark = pytest.mark.browser

PHONE = {"width": 390, "height": 844}
#: Keeps what is written on a canvas.
WRITTEN = """
window.written = [];
const write = CanvasRenderingContext2D.prototype.fillText;
CanvasRenderingContext2D.prototype.fillText = function (text, x, y) {
  window.written.push(text);
  return write.call(this, text, x, y);
};
"""
GREEN, PLUM = (0x0A, 0x79, 0x59), (0x8D, 0x53, 0xA5)


@pytest.fixture(scope="module")
def rules(module_page):
    """Call an exported function of the viewer's modules, as they are."""
    # JSON has no NaN: a figure that is missing travels as null.
    module_page.evaluate(
        """async () => {
            const { countRadius, countReach, countUnit, figureReach, gatherGroups, leastReach, limitUnit, sizeRadius,
                standApart } = await import("/gather.js");
            const { areaStrength } = await import("/areas.js");
            const { holding } = await import("/names.js");
            window.rules = {
                gather(places, room, largest) {
                    const groups = places.map(({ x, y, count, territory, sum }, i) =>
                        ({ x, y, count, territory, sum: sum ?? NaN, places: [i], weights: [count] }));
                    const total = places.reduce((sum, { count }) => sum + count, 0);
                    const spread = leastReach(places.length, room);
                    const unit = countUnit(total, room);
                    const reach = largest ? figureReach(largest, spread) : countReach(unit, spread);
                    return gatherGroups(groups, reach).map((group) =>
                        ({ ...group, sum: Number.isNaN(group.sum) ? null : group.sum }));
                },
                scale(total, room, counts) {
                    const unit = limitUnit(countUnit(total, room), Math.max(...counts));
                    return counts.map((count) => countRadius(count, unit));
                },
                spread: leastReach,
                strength: areaStrength,
                radii: (sums, largest) => sums.map((sum) => sizeRadius(sum ?? NaN, largest)),
                holding,
                apart(marks) {
                    standApart(marks);
                    return marks;
                },
            };
        }"""
    )
    return lambda name, *values: module_page.evaluate(f"values => window.rules.{name}(...values)", list(values))


PLACES = st.lists(
    st.fixed_dictionaries(
        {
            "x": st.floats(-20, 400),
            "y": st.floats(-20, 300),
            "count": st.integers(1, 2000),
            "territory": st.integers(0, 3),
            "sum": st.none() | st.floats(0, 1e6),
        }
    ),
    max_size=60,
)
GENERATED = settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)


@given(places=PLACES, sized=st.booleans())
@GENERATED
def test_no_group_crosses_a_border_and_nothing_is_lost(rules, places, sized):
    groups = rules("gather", places, 1e5, 1e6 if sized else 0)
    assert sorted(itertools.chain.from_iterable(group["places"] for group in groups)) == list(range(len(places)))
    for group in groups:
        members = [places[place] for place in group["places"]]
        assert {member["territory"] for member in members} == {group["territory"]}
        assert group["weights"] == [member["count"] for member in members]
        assert group["count"] == sum(group["weights"])
        figures = [member["sum"] for member in members if member["sum"] is not None]
        assert group["sum"] == (pytest.approx(sum(figures)) if figures else None)
        busiest = max(group["weights"])
        assert (group["x"], group["y"]) in {(one["x"], one["y"]) for one in members if one["count"] == busiest}


@given(places=PLACES, sized=st.booleans(), room=st.sampled_from([3e4, 4e5]))
@GENERATED
def test_the_page_and_the_pictures_gather_alike(rules, places, sized, room):
    """Both are written twice, in two languages; on the same places they say the same."""
    groups = [
        gathering.Group(
            one["x"], one["y"], [number], [one["count"]], one["count"], one["territory"],
            math.nan if one["sum"] is None else one["sum"],
        )
        for number, one in enumerate(places)
    ]  # fmt: skip
    spread = gathering.least_reach(len(places), room)
    scale = gathering.count_scale(sum(one["count"] for one in places), len(places), room)

    def radius(total):
        return 5.0 if math.isnan(total) else max(5.0, 26.0 * math.sqrt(total / 1e6))

    reach = gathering.figure_reach(radius, spread) if sized else scale.reach
    ours = gathering.gather_groups(groups, reach)
    theirs = rules("gather", places, room, 1e6 if sized else 0)
    assert [group.places for group in ours] == [group["places"] for group in theirs]
    assert [(group.x, group.y) for group in ours] == [(group["x"], group["y"]) for group in theirs]


@given(counts=st.lists(st.integers(1, 5000), min_size=1, max_size=20), room=st.sampled_from([3e4, 4e5, 2e6]))
@GENERATED
def test_the_page_and_the_pictures_size_alike(rules, counts, room):
    scale = gathering.count_scale(sum(counts), len(counts), room).limited(max(counts))
    assert rules("scale", sum(counts), room, counts) == pytest.approx([scale.radius(count) for count in counts])
    most = max(counts)
    assert [rules("strength", count, most) for count in counts[:3]] == pytest.approx(
        [areas.area_strength(count, most) for count in counts[:3]], abs=1e-4
    )


@pytest.mark.parametrize(("places", "room"), [(250, 4e5), (251, 4e5), (9000, 3e4)])
def test_of_very_many_places_few_marks_are_left_alike(rules, places, room):
    assert rules("spread", places, room) == pytest.approx(gathering.least_reach(places, room))


@given(
    marks=st.lists(
        st.tuples(st.floats(0, 60), st.floats(0, 60), st.floats(5, 28), st.integers(0, 2)), min_size=1, max_size=8
    )
)
@example(
    marks=[(0.0, 0.0, 18.0, 1), (0.0, 0.0, 18.0, 1), (0.0, 1.0, 10.0, 1), (6.0, 3.0, 10.0, 0), (6.0, 3.0, 10.0, 0)]
)
@GENERATED
def test_the_page_and_the_pictures_move_marks_apart_alike(rules, marks):
    x, y, radii, territories = zip(*marks, strict=True)
    ours = gathering.stand_apart(list(zip(x, y, strict=True)), radii, territories)
    theirs = rules("apart", [dict(zip(("x", "y", "radius", "territory"), mark, strict=True)) for mark in marks])
    assert [(mark["x"], mark["y"]) for mark in theirs] == [pytest.approx(one, abs=1e-6) for one in ours]


def test_near_places_are_gathered_unless_a_border_lies_between(rules):
    near = [{"x": 10 + i, "y": 10, "count": 2, "territory": 1, "sum": None} for i in range(4)]
    assert [group["places"] for group in rules("gather", near, 1e5, 0)] == [[0, 1, 2, 3]]
    for place, territory in zip(near, (1, 2, 0, 1), strict=True):
        place["territory"] = territory
    assert sorted(group["places"] for group in rules("gather", near, 1e5, 0)) == [[0, 3], [1], [2]]


@given(sums=st.lists(st.none() | st.floats(0, 1e6), min_size=2, max_size=30))
@GENERATED
def test_sizes_are_in_the_order_of_the_sums(rules, sums):
    radii = rules("radii", sums, max((value or 0 for value in sums), default=0) or 1)
    order = sorted(range(len(sums)), key=lambda i: sums[i] or 0)
    assert all(radii[a] <= radii[b] for a, b in itertools.pairwise(order))


def test_area_and_not_width_stands_for_the_sum(rules):
    quarter, whole = rules("radii", [250, 1000], 1000)
    assert whole == 2 * quarter


@pytest.mark.parametrize(
    ("counts", "leading"),
    [
        ({"Belgorod": 5}, "Belgorod"),
        ({"Belgorod": 3, "Kursk": 1, "Shebekino": 1}, "Belgorod"),
        ({"Belgorod": 2, "Kursk": 1, "Shebekino": 1}, ""),
        ({"Belgorod": 1, "Kursk": 1}, ""),
        ({"": 1}, ""),
        ({"": 5, "Kursk": 1}, ""),
    ],
)
def test_a_place_leads_where_it_holds_more_than_half(rules, counts, leading):
    found = rules("holding", [{"key": name, "name": name, "count": count} for name, count in counts.items()])
    assert found["places"] == len(counts)
    assert found["leading"] == leading
    assert sorted(found["names"]) == sorted(counts)


@given(
    marks=st.lists(
        st.fixed_dictionaries(
            {"x": st.floats(0, 60), "y": st.floats(0, 60), "radius": st.floats(5, 40), "territory": st.integers(0, 2)}
        ),
        max_size=12,
    )
)
@GENERATED
def test_marks_on_both_sides_move_a_little_and_of_one_side_stand_still(rules, marks):
    moved = rules("apart", marks)
    for before, after in zip(marks, moved, strict=True):
        assert abs(complex(after["x"] - before["x"], after["y"] - before["y"])) <= 12.001
    alone = [{**mark, "territory": 1} for mark in marks]
    assert rules("apart", alone) == alone


def test_marks_at_one_spot_on_both_sides_are_both_seen(rules):
    marks = [{"x": 50, "y": 50, "radius": 9, "territory": territory} for territory in (1, 2)]
    (one, other) = rules("apart", marks)
    assert abs(one["x"] - other["x"]) == pytest.approx(1.1 * 18, abs=0.01)


# --- in a page ---


def reports(rows, *, border=()):
    """Return a located frame of rows ``(place, country, lat, lon, side)``."""
    frame = pd.DataFrame(rows, columns=["place_name", "place_country", "latitude", "longitude", "side"])
    frame["event_id"] = [f"e{number}" for number in range(len(frame))]
    frame["date_start"] = frame["date_end"] = pd.Timestamp("2025-03-01").as_unit("s")
    frame["place_precision"] = "settlement"
    if border:
        frame["border_country"] = frame["place_country"].where(frame["place_country"].isin(border))
    geometry = shapely.points(frame["longitude"], frame["latitude"])
    return gpd.GeoDataFrame(frame, geometry=geometry, crs="EPSG:4326")


def opened(open_page, tmp_path, events, claims=None, **project):
    path = tmp_path / "map.html"
    build_map(events, claims, project=Project.model_validate({"map": {"title": "Map"}} | project)).save(path)
    tab = open_page("about:blank", ready=False, viewport=PHONE)
    tab.requests.clear()
    tab.page.add_init_script(WRITTEN)
    tab.page.goto(path.as_uri())
    tab.page.wait_for_selector('html[data-im-ready="true"]', state="attached")
    tab.rest()
    return tab


def walk(tab):
    """Return what a screen reader is told of every mark in view, and that the tip says the same."""
    tab.page.locator("#map_impactmap").focus()
    told = []
    while True:
        tab.page.keyboard.press("n")
        said = tab.page.locator("#im-live").inner_text()
        position, total, text = re.fullmatch(r"(\d+) \S+ (\d+): (.*)", said).groups()
        assert tab.page.locator(".im-tip").inner_text() == text
        told.append(text)
        if position == total:
            return told


def written(tab):
    return set(tab.page.evaluate("window.written"))


EUROPE = [
    ("Belgorod", "RU", 50.61, 36.58, "Ukraine"),
    ("Belgorod", "RU", 50.61, 36.58, "Ukraine"),
    ("Belgorod", "RU", 50.61, 36.58, "Ukraine"),
    ("Shebekino", "RU", 50.41, 36.91, "Ukraine"),
    ("Grayvoron", "RU", 50.48, 35.67, "Ukraine"),
    ("Kharkiv", "UA", 49.98, 36.25, "Russia"),
    ("Kharkiv", "UA", 49.98, 36.25, "Russia"),
    ("Chuhuiv", "UA", 49.84, 36.68, "Russia"),
    ("Merefa", "UA", 49.82, 36.05, "Russia"),
    ("Orsk", "RU", 51.23, 58.47, "Ukraine"),
]
SAHEL = [
    ("Geneina", "SD", 13.45, 22.45, "RSF"),
    ("Geneina", "SD", 13.45, 22.45, "SAF"),
    ("Geneina", "SD", 13.45, 22.45, "SAF"),
    ("Kereneik", "SD", 13.37, 22.80, "RSF"),
    ("Adré", "TD", 13.47, 22.20, "SAF"),
    ("Farchana", "TD", 13.60, 22.05, None),
    ("Port Sudan", "SD", 19.62, 37.22, "RSF"),
]
INDOCHINA = [
    ("Aranyaprathet", "TH", 13.69, 102.50, "Cambodia"),
    ("Watthana Nakhon", "TH", 13.75, 102.32, "Cambodia"),
    ("Poipet", "KH", 13.66, 102.56, "Thailand"),
    ("Sisophon", "KH", 13.59, 102.97, "Thailand"),
    ("Sisophon", "KH", 13.59, 102.97, "Thailand"),
    ("Songkhla", "TH", 7.20, 100.60, None),
]


PLACES_OF = {name: country for rows in (EUROPE, SAHEL, INDOCHINA) for name, country, *_ in rows}


@pytest.mark.parametrize(
    ("rows", "border", "told", "labels"),
    [
        (
            EUROPE, ("RU", "UA"),
            {
                "3 places: Kharkiv, Chuhuiv, Merefa · 4 reports · Attacking side: Russia 4",
                "Belgorod and 2 more places · 5 reports · Attacking side: Ukraine 5",
                "Orsk · 1 March 2025 · Attacking side: Ukraine",
            },
            {"Belgorod +2", "3 places", "Orsk"},
        ),
        (
            SAHEL, (),
            {
                "2 places: Adré, Farchana · 2 reports · Attacking side: SAF 1, not stated 1",
                "Geneina and 1 more place · 4 reports · Attacking side: RSF 2, SAF 2",
                "Port Sudan · 1 March 2025 · Attacking side: RSF",
            },
            {"Geneina +1", "Port Sudan"},
        ),
        (
            INDOCHINA, (),
            {
                "2 places: Aranyaprathet, Watthana Nakhon · 2 reports · Attacking side: Cambodia 2",
                "Poipet · 1 March 2025 · Attacking side: Thailand",
                "Sisophon · 2 reports · Attacking side: Thailand 2",
                "Songkhla · 1 March 2025 · Attacking side: not stated",
            },
            {"2 places", "Sisophon", "Songkhla"},
        ),
    ],
)  # fmt: skip
def test_marks_of_both_sides_of_a_border_in_a_narrow_column(open_page, tmp_path, rows, border, told, labels):
    """One far place makes the map so small that everything near the border would be one mark."""
    tab = opened(open_page, tmp_path, reports(rows, border=border))
    assert set(walk(tab)) == told
    assert labels <= written(tab)
    # No place of a mark that holds several is named alone, by its mark or by the ground.
    gathered = {text.split(" · ")[0] for text in told if "place" in text.split(" · ")[0]}
    members = {name for name in PLACES_OF if any(name in text for text in gathered)}
    assert not members & written(tab)


@pytest.mark.parametrize(
    ("language", "label", "told"),
    [
        ("en", "Belgorod +2", "Belgorod and 2 more places · 5 reports · Attacking side: Ukraine 5"),
        ("uk", "Belgorod +2", "Belgorod і ще 2 місця · 5 повідомлень · Сторона, що атакувала: Україна 5"),
        ("ru", "Belgorod +2", "Belgorod и ещё 2 места · 5 сообщений · Атаковавшая сторона: Украина 5"),
    ],
)
def test_names_in_every_language(open_page, tmp_path, language, label, told):
    tab = opened(open_page, tmp_path, reports(EUROPE), map={"title": "Map", "language": language})
    assert told in walk(tab)
    assert label in written(tab)


def test_the_border_that_distances_refer_to_parts_places_of_one_country(open_page, tmp_path):
    """As where a view of the border counts a part of a country to neither side."""
    rows = [("Aaa", "UA", 45.0, 34.0, "X"), ("Bbb", "UA", 45.1, 34.1, "X"), ("Ccc", "UA", 60.0, 80.0, "X")]
    events = reports(rows)
    events["border_country"] = pd.Series(["UA", pd.NA, "UA"], dtype="str")
    assert [text.split(" · ")[0] for text in walk(opened(open_page, tmp_path, events))] == ["Aaa", "Bbb", "Ccc"]
    events["border_country"] = "UA"
    assert len(walk(opened(open_page, tmp_path, events))) == 2


def test_places_without_a_country_are_gathered_by_themselves(open_page, tmp_path):
    rows = [("Aaa", None, 45.0, 34.0, "X"), ("Bbb", None, 45.1, 34.1, "X"), ("Ccc", "UA", 45.05, 34.05, "X")]
    tab = opened(open_page, tmp_path, reports([*rows, ("Ddd", "UA", 60.0, 80.0, "X")]))
    assert sorted(text.split(" · ")[0] for text in walk(tab)) == ["2 places: Aaa, Bbb", "Ccc", "Ddd"]


def test_positions_of_one_place_have_its_name_and_places_of_one_position_have_not(open_page, tmp_path):
    rows = [
        ("Omdurman", "SD", 15.64, 32.47, "X"), ("Omdurman", "SD", 15.66, 32.49, "X"),
        ("Adré", "TD", 13.47, 22.20, "X"), ("Farchana", "TD", 13.47, 22.20, "X"), ("Far", "SD", 30.0, 10.0, "X"),
    ]  # fmt: skip
    tab = opened(open_page, tmp_path, reports(rows))
    assert {
        "Omdurman · 2 reports · Attacking side: X 2",
        "2 places: Adré, Farchana · 2 reports · Attacking side: X 2",
    } <= {*walk(tab)}


@pytest.mark.parametrize("seed", [1, 2])
def test_generated_places_on_both_sides(open_page, tmp_path, seed):
    """Each mark tells of one country, and every report is at a mark."""
    chance = random.Random(seed)
    west = {"SD": 22.0, "TD": 18.2}
    rows = [
        (f"{country}{number}", country, chance.uniform(13, 17), west[country] + chance.uniform(0, 3.8), side)
        for number in range(60)
        for country, side in zip(west, chance.choices(["RSF", "SAF", None], k=2), strict=True)
    ]
    tab = opened(open_page, tmp_path, reports(rows))
    told = walk(tab)
    names = [set(re.findall(r"(SD|TD)\d+", text.split(" · ")[0])) for text in told]
    assert all(len(countries) <= 1 for countries in names)
    counted = [re.search(r" · (\d+) reports", text) for text in told]
    assert sum(int(found[1]) if found else 1 for found in counted) == len(rows)
    # Each place has one report: a name alone never stands beside the number of several.
    assert not [text for text in told if re.match(r"\S+ · \d+ reports", text)]
    assert len(told) < len(rows)


def claims_of(figures):
    frame = pd.DataFrame({"event_id": [f"e{number}" for number, value in enumerate(figures) if value is not None]})
    frame["metric"] = "households_without_power"
    frame["value"] = [float(value) for value in figures if value is not None]
    frame["claim_id"] = [f"c{number}" for number in range(len(frame))]
    frame[["value_low", "value_high"]] = float("nan")
    for name in ("text", "qualifier", "claimant"):
        frame[name] = pd.Series(pd.NA, index=frame.index, dtype="str")
    return frame


def coloured(tab, lat, lon, size=64):
    """Return how many pixels about a place have a side's colour or lie inside its shape."""
    return sum(
        min(sum(abs(a - b) for a, b in zip(colour, side, strict=True)) for side in (GREEN, PLUM)) < 90
        for colour in tab.colours(lat, lon, size)
    )


def test_size_is_the_sum_of_what_is_gathered(open_page, tmp_path):
    """A hundred thousand households at two gathered places are drawn larger than one household at one place."""
    rows = [
        ("Aaa", "SD", 13.0, 24.0, "X"), ("Bbb", "SD", 13.1, 24.1, "X"), ("Ccc", "SD", 22.0, 36.0, "X"),
        ("Ddd", "SD", 13.0, 36.0, "X"), ("Eee", "SD", 22.0, 24.0, "X"),
    ]  # fmt: skip
    events = reports(rows)
    events["confirmation"] = "confirmed"
    tab = opened(
        open_page,
        tmp_path,
        events,
        claims_of([50_000, 50_000, 1, 60_000, None]),
        symbols={"size": "households_without_power"},
    )
    both, one, middle, none = (
        coloured(tab, lat, lon) for lat, lon in ((13.0, 24.0), (22.0, 36.0), (13.0, 36.0), (22.0, 24.0))
    )
    assert both > middle > one > 0
    assert none == pytest.approx(one, abs=6)
    # The number in the mark lies over a part of it.
    assert both / middle == pytest.approx(100 / 60, rel=0.2)
    key = tab.page.locator("#im-key").inner_text()
    assert "100,000" in key
    assert "A mark of several reports: the sum of their figures." in key


def test_without_a_figure_no_size_differs_by_it(open_page, tmp_path):
    rows = [("Aaa", "SD", 13.0, 24.0, "X"), ("Ccc", "SD", 22.0, 36.0, "X")]
    events = reports(rows)
    events["confirmation"] = "confirmed"
    tab = opened(open_page, tmp_path, events, claims_of([50_000, 1]))
    assert coloured(tab, 13.0, 24.0) == pytest.approx(coloured(tab, 22.0, 36.0), abs=6)


def test_several_sides_at_one_place_are_one_glyph_about_it(open_page, tmp_path):
    rows = [("Aaa", "SD", 13.0, 24.0, side) for side in ("X", "Y", "Y")]
    events = reports([*rows, ("Far", "SD", 22.0, 36.0, "X")])
    events["confirmation"] = "confirmed"
    tab = opened(open_page, tmp_path, events)
    size = 40
    colours = tab.colours(13.0, 24.0, size)

    def columns(side):
        return [
            i % size
            for i, colour in enumerate(colours)
            if sum(abs(a - b) for a, b in zip(colour, side, strict=True)) < 60
        ]

    left, right = columns(GREEN), columns(PLUM)
    assert left
    assert right
    assert max(left) <= size / 2 + 1 <= min(right) + 2
    assert size / 2 - min(left) == pytest.approx(max(right) - size / 2, abs=5)
    tab.click_map(13.0, 24.0)
    tab.page.locator("#im-card .im-entry").nth(2).wait_for()
    assert tab.page.locator("#im-card .im-entry").count() == 3


# --- the side beside a place ---


def test_the_side_is_told_as_the_attacking_one(open_page, tmp_path):
    rows = [("Kyiv", "UA", 50.45, 30.52, "Russia"), ("Kyiv", "UA", 50.45, 30.52, None)]
    tab = opened(open_page, tmp_path, reports(rows))
    assert walk(tab) == ["Kyiv · 2 reports · Attacking side: Russia 1, not stated 1"]
    tab.click_map(50.45, 30.52)
    tab.page.locator("#im-card .im-entry").nth(1).wait_for()
    entries = tab.page.locator("#im-card .im-entry").all_inner_texts()
    assert "Attacking side: Russia" in entries[0]
    assert "Attacking side: not stated" in entries[1]
    for position, said in enumerate(("Attacking side: Russia", "Attacking side: not stated")):
        tab.page.locator("#im-card .im-entry").nth(position).click()
        tab.until(lambda: tab.page.locator("#im-card .im-kicker").inner_text(), said)
        tab.page.locator("#im-card .im-pager button").last.click()
    name = tab.page.locator('tr[data-row="0"] button.im-details')
    name.focus()
    assert "Attacking side: Russia" in name.get_attribute("aria-label")


def test_a_side_switched_off_fades_and_is_not_struck_out(open_page, first_page):
    tab = open_page(first_page)
    button = tab.page.locator("button.im-switch").first
    button.click()
    style = "b => { const s = getComputedStyle(b); return [s.textDecorationLine, s.fontWeight, s.borderTopStyle]; }"
    tab.until(lambda: button.evaluate(style), ["none", "400", "dashed"])
    assert float(button.locator(".im-mark").evaluate("m => getComputedStyle(m).opacity")) < 0.5
