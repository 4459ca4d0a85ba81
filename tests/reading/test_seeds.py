"""The first map's tables hold every reported fact, each with the party that said it."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pandas as pd
import pytest

from impactmap.model.claims import find_contradictions, interval
from impactmap.reading.read import check_events, read_events

SEEDS = Path(__file__).parents[2] / "seeds" / "first-map"
MAP = "2025-11-0"


@pytest.fixture(scope="module")
def reading():
    return read_events(SEEDS / "events.csv", places=SEEDS / "places.csv", claims=SEEDS / "claims.csv")


def claimed(reading, event, metric):
    found = reading.claims[(reading.claims["event_id"] == event) & (reading.claims["metric"] == metric)]
    return [
        tuple(None if pd.isna(cell) else cell for cell in row)
        for row in found[["value", "qualifier", "text", "claimant", "claimant_side"]].itertuples(index=False)
    ]


GLADKOV = ("Vyacheslav Gladkov, governor of Belgorod region", "Russia")
GUSEV = ("Alexander Gusev, governor of Voronezh region", "Russia")
ARTICLE = ("the article", None)
COMPANY = ("Tsentrenergo", "Ukraine")
MINISTRY = ("Russian Defence Ministry", "Russia")

FACTS = [
    # event, day or days, side, sectors, means, places
    ("2025-11-09-belgorod", ("09", "09"), "Ukraine", "power; heating", "missiles", ["Belgorod"]),
    ("2025-11-09-voronezh", ("09", "09"), "Ukraine", "power; heating; utilities", "drones", ["Voronezh"]),
    ("2025-11-09-taganrog", ("09", "09"), None, "power", None, ["Taganrog"]),
    ("2025-11-09-ukraine-substations", ("08", "09"), "Russia", "power", "drones; missiles", ["Ukraine"]),
    ("2025-11-09-kharkiv-region", ("09", "09"), "Russia", "power", None, ["Kharkiv region"]),
    ("2025-11-09-tsentrenergo", ("09", "09"), "Russia", "power", None, ["Kyiv region", "Kharkiv region"]),
    ("2025-11-09-ukraine-energy", ("08", "09"), "Russia", "energy", "drones", ["Ukraine"]),
    ("2025-11-09-russia-drones", ("08", "09"), "Ukraine", None, "drones", ["Russia"]),
    (
        "2025-11-08-ukraine-strike", ("08", "08"), "Russia", "weapons industry; gas; energy",
        "air-launched weapons; ground-launched weapons; sea-launched weapons", ["Ukraine"],
    ),
]  # fmt: skip

CLAIMS = [
    ("2025-11-09-belgorod", "households_without_power", [(20000.0, "about", None, *GLADKOV)]),
    ("2025-11-09-belgorod", "damage", [(None, None, "Serious damage to the supply of power and heat", *GLADKOV)]),
    ("2025-11-09-belgorod", "cause", [(None, None, "Missile strikes", *GLADKOV)]),
    ("2025-11-09-belgorod", "outage", [(None, None, "Power and heating interrupted", *ARTICLE)]),
    ("2025-11-09-belgorod", "border_distance_km", [(None, None, "Near the border", *ARTICLE)]),
    ("2025-11-09-voronezh", "border_distance_km", [(300.0, "nearly", None, *ARTICLE)]),
    ("2025-11-09-voronezh", "population", [(1e6, "more than", None, *ARTICLE)]),
    # Jammed is not shot down.
    ("2025-11-09-voronezh", "statement", [
        (None, None, "Several drones were jammed electronically over the city", *GUSEV),
    ]),
    ("2025-11-09-voronezh", "damage", [(None, None, "A fire at a utility facility, soon put out", *GUSEV)]),
    ("2025-11-09-voronezh", "outage", [(None, None, "Power and heating interrupted", *ARTICLE)]),
    ("2025-11-09-taganrog", "population", [(240000.0, "about", None, *ARTICLE)]),
    ("2025-11-09-taganrog", "outage", [(None, None, "Several hours", "Local authorities in Rostov region", "Russia")]),
    ("2025-11-09-taganrog", "cause", [
        (None, None, "A power line shut down in an emergency", "Local authorities in Rostov region", "Russia"),
        (None, None, "Fire at a transformer substation nearby", "Local media", None),
    ]),
    ("2025-11-09-ukraine-substations", "killed", [(7.0, None, None, "Ukrainian officials, to Reuters", "Ukraine")]),
    ("2025-11-09-kharkiv-region", "people_without_power", [(100000.0, "about", None, None, None)]),
    ("2025-11-09-tsentrenergo", "outage", [(None, None, "Operations halted at plants in both regions", *COMPANY)]),
    ("2025-11-09-tsentrenergo", "statement", [
        (None, None, "The largest attacks on its facilities since February 2022", *COMPANY),
    ]),
    ("2025-11-09-ukraine-energy", "drones_launched", [(69.0, None, None, "Ukrainian air force", "Ukraine")]),
    ("2025-11-09-ukraine-energy", "drones_downed", [(34.0, None, None, "Ukrainian air force", "Ukraine")]),
    ("2025-11-09-russia-drones", "drones_downed", [(44.0, None, None, *MINISTRY)]),
    ("2025-11-09-russia-drones", "statement", [
        (None, None, "Names neither the Voronezh nor the Belgorod area", *MINISTRY),
    ]),
    ("2025-11-08-ukraine-strike", "statement", [
        (None, None, "Calls it a massive strike with long-range weapons launched from air, ground and sea", *MINISTRY),
        (None, None, "The targets were arms plants, gas facilities and energy facilities", *MINISTRY),
    ]),
]  # fmt: skip


def test_the_tables_read_without_a_fault_or_warning(reading):
    assert check_events(reading) == []
    assert len(reading.events) == 10


@pytest.mark.parametrize(
    ("event", "days", "side", "sectors", "means", "places"), FACTS, ids=[fact[0] for fact in FACTS]
)
def test_every_report_is_there(reading, event, days, side, sectors, means, places):
    rows = reading.events[reading.events["event_id"] == event]
    assert rows["place"].tolist() == places
    first = rows.iloc[0]
    assert (f"{first['date_start']:%Y-%m-%d}", f"{first['date_end']:%Y-%m-%d}") == (MAP + days[0][1], MAP + days[1][1])
    assert [None if pd.isna(first[name]) else first[name] for name in ("side", "sectors", "means")] == [
        side,
        sectors,
        means,
    ]
    assert first["side_basis"] == ("not_stated" if side is None else "stated")
    assert first["confirmation"] == "claimed"


def test_there_is_no_other_report(reading):
    assert set(reading.events["event_id"]) == {fact[0] for fact in FACTS}


@pytest.mark.parametrize(("event", "metric", "said"), CLAIMS, ids=[f"{claim[0]}:{claim[1]}" for claim in CLAIMS])
def test_every_figure_and_statement_has_its_claimant(reading, event, metric, said):
    assert claimed(reading, event, metric) == said


def test_no_position_and_no_address_is_made_up(reading):
    assert reading.events[["latitude", "longitude", "source_url"]].isna().all(axis=None)
    assert reading.claims[["source_url", "date_retrieved"]].isna().all(axis=None)
    assert set(reading.claims["source_name"]) == {"News article dated 2025-11-09"}
    assert set(reading.claims["date_published"]) == {pd.Timestamp("2025-11-09")}


def test_the_disputed_cause_is_the_one_contradiction(reading):
    found = find_contradictions(reading.claims)
    assert found[["event_id", "metric", "kind", "claim_ids"]].to_numpy().tolist() == [
        ["2025-11-09-taganrog", "cause", "texts", "2025-11-09-taganrog:cause:1; 2025-11-09-taganrog:cause:2"]
    ]


def test_nearly_300_km_does_not_reach_the_computed_distance(reading):
    claim = reading.claims.set_index("claim_id").loc["2025-11-09-voronezh:border_distance_km:1"]
    assert interval(claim) == (270.0, 300.0)


def test_the_overlapping_reports_point_at_each_other(reading):
    notes = reading.events.set_index("event_id")["note"]
    assert "drones launched overnight against energy facilities" in notes["2025-11-09-ukraine-substations"]
    assert "substations that feed two nuclear power plants" in notes["2025-11-09-ukraine-energy"]


def test_the_project_names_both_sides_alike():
    project = tomllib.loads((SEEDS / "project.toml").read_text(encoding="utf-8"))
    assert project["sides"] == [{"key": "Russia", "name": "Russia"}, {"key": "Ukraine", "name": "Ukraine"}]
    assert project["border"] == {"countries": ["RU", "UA"], "view": "un"}
    assert "symbols" not in project


@pytest.mark.parametrize(
    ("event", "teller"),
    [
        ("2025-11-09-belgorod", "the governor speaks of missile strikes"),
        ("2025-11-09-voronezh", "the governor speaks of drones"),
        ("2025-11-09-taganrog", "The local authorities report"),
        ("2025-11-09-ukraine-substations", "Ukrainian officials speak of"),
        ("2025-11-09-kharkiv-region", "is reported"),
        ("2025-11-09-tsentrenergo", "Tsentrenergo reports"),
        ("2025-11-09-ukraine-energy", "The Ukrainian air force reports"),
        ("2025-11-09-russia-drones", "The Russian Defence Ministry reports"),
        ("2025-11-08-ukraine-strike", "The Russian Defence Ministry speaks of"),
    ],
)
def test_no_summary_asserts_what_a_party_only_claimed(reading, event, teller):
    assert teller in reading.events.set_index("event_id").loc[[event], "summary"].iloc[0]
