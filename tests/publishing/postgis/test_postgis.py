"""Events in a real PostgreSQL with PostGIS: what stands in it, what comes back, what is refused."""

from __future__ import annotations

import datetime as dt
import doctest
import functools
import inspect
import sqlite3
import sys

import geopandas as gpd
import pandas as pd
import psycopg
import pytest
import sqlalchemy

import impactmap
from impactmap.model.errors import (
    ColumnError,
    CrsError,
    ImpactMapError,
    InputError,
    PublishError,
    TableError,
    TermsWarning,
)

pytestmark = pytest.mark.database

#: Days of the sheet are past, so that what is tested here is everything else.
to_postgis = functools.partial(impactmap.to_postgis, embargo_hours=0)

SHEET = """\
event_id,date_start,place,region,side,summary,latitude,longitude,killed,note,=cmd
00123,2025-11-09,NA,,A,-5,,,7-9,=1+1,-5
b,2025-11-08,Kharkiv,,,"two
lines, ""quoted"" here",49.98765,36.25432,3,@SUM(A1),+1
c,2025-11-08,Київ,,B,<b>&amp;</b> 😀,,,,'=x,"a,b"
"""


@pytest.fixture
def reading(tmp_path):
    path = tmp_path / "sheet.csv"
    path.write_text(SHEET, encoding="utf-8")
    return impactmap.read_events(path)


@pytest.fixture
def geocoded(reading):
    return impactmap.geocode_events(reading.events)


def ask(address, query):
    with psycopg.connect(address) as connection:
        return connection.execute(query).fetchall()


def plain(frame):
    return pd.DataFrame(frame).drop(columns="geometry", errors="ignore")


def test_events_and_claims_come_back_equal(reading, address):
    assert to_postgis(reading.events, address, claims=reading.claims, exact_positions=True) == ()
    back = impactmap.from_postgis(address)
    pd.testing.assert_frame_equal(plain(back.events), reading.events)
    pd.testing.assert_frame_equal(back.claims, reading.claims)
    assert back.rejected.empty


def test_geocoded_events_come_back_equal_with_their_shapes(geocoded, address):
    to_postgis(geocoded, address, exact_positions=True)
    back = impactmap.from_postgis(address).events
    pd.testing.assert_frame_equal(plain(back), plain(geocoded))
    assert back.crs.to_epsg() == 4326
    assert back.geometry.isna().tolist() == geocoded.geometry.isna().tolist()
    present = geocoded.geometry.notna()
    assert back.geometry[present].geom_equals_exact(geocoded.geometry[present], tolerance=0).all()


def test_areas_come_back(located, address):
    to_postgis(located, address, exact_positions=True)
    back = impactmap.from_postgis(address).events
    kinds = back.geometry.geom_type.fillna("none").tolist()
    assert kinds == located.geometry.geom_type.fillna("none").tolist()
    assert "Polygon" in kinds


def test_the_table_is_what_a_database_expects(geocoded, reading, address):
    to_postgis(geocoded, address, claims=reading.claims)
    columns = dict(
        ask(address, "SELECT column_name, data_type FROM information_schema.columns WHERE table_name = 'events'")
    )
    assert (columns["event_id"], columns["place_number"], columns["date_start"]) == ("text", "bigint", "date")
    assert columns["latitude"] == "double precision"
    assert ask(address, "SELECT type, srid FROM geometry_columns WHERE f_table_name = 'events'") == [("GEOMETRY", 4326)]
    indexes = [row[0] for row in ask(address, "SELECT indexdef FROM pg_indexes WHERE tablename = 'events'")]
    assert any("USING gist (geometry)" in index for index in indexes)
    assert any("UNIQUE" in index and "row_order" in index for index in indexes)
    near = "SELECT event_id FROM events WHERE ST_DWithin(geometry::geography, ST_Point(36.25, 49.99)::geography, 100)"
    assert ask(address, near) == [("b",)]
    assert ask(address, "SELECT count(*) FROM events_claims JOIN events USING (event_id)") == [(2,)]
    about = "SELECT col_description('events'::regclass, attnum) FROM pg_attribute WHERE attrelid = 'events'::regclass"
    assert ("first day",) in ask(address, f"{about} AND attname = 'date_start'")


def test_geopandas_reads_it(geocoded, address):
    engine = sqlalchemy.create_engine(address.replace("postgresql", "postgresql+psycopg"))
    to_postgis(geocoded, engine)
    with engine.connect() as connection:
        frame = gpd.read_postgis(sqlalchemy.text("SELECT * FROM events ORDER BY row_order"), connection, "geometry")
    engine.dispose()
    assert frame["event_id"].tolist() == ["00123", "b", "c"]
    assert frame.crs.to_epsg() == 4326
    assert frame.geometry.isna().tolist() == [True, False, False]


ODD = {
    "=1": "a",
    'quote " and %s %(x)s {} :x': "b",
    "row_order": "c",
    "geom": "d",
    "Note": "e",
    "a\nb": "f",
    "Населений пункт, у якому стався удар по об'єкту": "g",
    "Населений пункт, у якому стався удар по об'єкту, друга": "h",
    "; DROP TABLE events; --": "i",
}
TEXTS = ["=1+1", "'", "\\", "\\N", "\\.", "\t", "a\r\nb", "\x01", "\u2028", "{}", "%s", "NA", "null", "\U0001f600", ""]


def test_names_and_texts_of_any_kind_come_back(reading, address):
    events = reading.events.assign(**{header: pd.array([text] * 3, dtype="str") for header, text in ODD.items()})
    events = pd.concat([events.iloc[[0]].assign(summary=text) for text in TEXTS], ignore_index=True)
    to_postgis(events, address, exact_positions=True)
    pd.testing.assert_frame_equal(plain(impactmap.from_postgis(address).events), events)


def test_nul_is_replaced_and_noted(reading, address):
    notes = to_postgis(reading.events.assign(summary="a\x00b"), address, exact_positions=True)
    assert [note for note in notes if note.startswith("Texts with characters that this format cannot hold: 3.")]
    assert impactmap.from_postgis(address).events["summary"].tolist() == ["a\ufffdb"] * 3


def test_positions_leave_coarse_and_terms_are_told(reading, address):
    reading.events.attrs["terms"] = "Do not pass raw rows on."
    with pytest.warns(TermsWarning, match="Do not pass"):
        notes = to_postgis(reading.events, address)
    assert notes[0].startswith("Positions rounded to two decimals of a degree, about a kilometre: 1.")
    back = impactmap.from_postgis(address).events
    assert (back["latitude"][1], back.geometry[1].wkt) == (49.99, "POINT (36.25 49.99)")


def test_every_kind_of_connection(reading, address):
    engine = sqlalchemy.create_engine(address.replace("postgresql", "postgresql+psycopg"))
    with psycopg.connect(address) as driver, engine.connect() as connection:
        for number, each in enumerate((address, driver, engine, connection)):
            to_postgis(reading.events, each, table=f"events{number}")
            assert len(impactmap.from_postgis(each, table=f"events{number}").events) == 3
    engine.dispose()


def test_the_callers_transaction_decides(reading, address):
    with psycopg.connect(address) as connection:
        connection.execute("SELECT 1")
        to_postgis(reading.events, connection)
        connection.rollback()
    with pytest.raises(TableError, match="expected a table 'events' in the database, found none"):
        impactmap.from_postgis(address)


def test_a_table_of_another_schema(reading, address):
    with psycopg.connect(address) as connection:
        connection.execute("CREATE SCHEMA other")
    to_postgis(reading.events, address, table="other.reports", claims=reading.claims)
    assert len(impactmap.from_postgis(address, table="other.reports").claims) == 2


def test_ours_is_replaced_with_its_claims_and_anothers_is_not(reading, address):
    to_postgis(reading.events, address, claims=reading.claims)
    to_postgis(reading.events.iloc[:1], address)
    back = impactmap.from_postgis(address)
    assert (len(back.events), len(back.claims)) == (1, 0)
    with psycopg.connect(address) as connection:
        connection.execute("CREATE TABLE theirs (a int)")
        connection.execute("CREATE TABLE mine_claims (a int)")
    with pytest.raises(PublishError, match="theirs: the database has a table of this name that impactmap did not"):
        to_postgis(reading.events, address, table="theirs")
    with pytest.raises(PublishError, match="mine_claims: the database has"):
        to_postgis(reading.events, address, table="mine", claims=reading.claims)
    assert ask(address, "SELECT to_regclass('mine'), count(*) FROM theirs") == [(None, 0)]
    to_postgis(reading.events, address, table="theirs", force=True)
    assert len(impactmap.from_postgis(address, table="theirs").events) == 3


def test_what_fails_leaves_what_was_there(reading, address):
    to_postgis(reading.events, address, claims=reading.claims)
    wide = pd.DataFrame({f"c{number}": ["x"] * 3 for number in range(1700)}, dtype="str")
    with pytest.raises(PublishError, match="the database refused: tables can have at most 1600 columns"):
        to_postgis(pd.concat([reading.events, wide], axis=1), address)
    assert len(impactmap.from_postgis(address).claims) == 2


def test_a_table_that_is_not_ours_is_read_where_it_has_the_columns(address):
    with psycopg.connect(address) as connection:
        connection.execute(
            "CREATE TABLE simple (event_id int, date_start timestamp, n numeric, g geometry(Point, 3857))"
        )
        connection.execute(
            "INSERT INTO simple VALUES (7, '2025-11-09', 1.50, ST_Transform(ST_SetSRID(ST_Point(30, 50), 4326), 3857))"
        )
        connection.execute("CREATE TABLE bare (a int)")
    events = impactmap.from_postgis(address, table="simple").events
    assert (events["event_id"][0], events["n"][0]) == ("7", "1.50")
    assert events["date_start"][0] == pd.Timestamp("2025-11-09")
    assert (round(events.geometry[0].x, 9), round(events.geometry[0].y, 9)) == (30, 50)
    with pytest.raises(ColumnError, match="missing event_id, date_start"):
        impactmap.from_postgis(address, table="bare")


def test_a_database_without_postgis_is_told_so(reading, address):
    with psycopg.connect(address, autocommit=True) as connection:
        connection.execute("DROP DATABASE IF EXISTS bare")
        connection.execute("CREATE DATABASE bare TEMPLATE template0")
    with pytest.raises(PublishError, match="Run in it: CREATE EXTENSION postgis"):
        to_postgis(reading.events, address.removesuffix("postgres") + "bare")


def test_what_is_no_connection_or_no_name_is_refused(reading, geocoded, address):
    with pytest.raises(InputError, match="the database refused: connection"):
        impactmap.from_postgis("postgresql://postgres@127.0.0.1:1/x")
    connection = sqlite3.connect(":memory:")
    with pytest.raises(InputError, match=r"expected a psycopg 3 connection.*found sqlite3\.Connection"):
        to_postgis(reading.events, connection)
    connection.close()
    with pytest.raises(InputError, match="expected the name of a table"):
        to_postgis(reading.events, address, table='a"b')
    with pytest.raises(CrsError, match="EPSG:4326"):
        to_postgis(geocoded.to_crs("EPSG:3857"), address)


def test_without_the_driver_the_message_says_what_to_install(reading, monkeypatch):
    monkeypatch.setitem(sys.modules, "psycopg", None)
    with pytest.raises(ImpactMapError, match=r'pip install "impactmap-newsroom\[postgis\]"'):
        to_postgis(reading.events, "postgresql://x")


def test_what_the_embargo_keeps_back_does_not_enter_the_database(reading, address):
    now = dt.datetime(2025, 11, 10, 12, tzinfo=dt.UTC)
    notes = impactmap.to_postgis(reading.events, address, claims=reading.claims, now=now)
    assert "Held back by the embargo, and not in what was written: 1 events." in notes
    back = impactmap.from_postgis(address)
    assert sorted(back.events["event_id"]) == ["b", "c"]
    assert "00123" not in set(back.claims["event_id"])


def test_the_embargo_is_left_out_only_where_that_is_said(reading, address):
    today = reading.events.assign(date_start=pd.Timestamp.now("UTC").tz_localize(None).normalize(), date_end=pd.NaT)
    assert impactmap.to_postgis(today, address)[0].startswith("Held back by the embargo")
    assert impactmap.from_postgis(address).events.empty


@pytest.mark.parametrize("function", [impactmap.to_postgis, impactmap.from_postgis], ids=lambda each: each.__name__)
def test_the_examples_of_the_docstrings_run_against_a_database(address, function):
    marked = inspect.getdoc(function)
    assert marked.count("# doctest: +SKIP")
    text = marked.replace("# doctest: +SKIP", "")
    example = doctest.DocTestParser().get_doctest(text, {"address": address}, function.__name__, None, None)
    result = doctest.DocTestRunner().run(example)
    assert result.failed == 0
    assert result.attempted == text.count(">>> ")
