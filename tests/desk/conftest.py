"""A table with one place of every kind of doubt, and the board of it."""

from __future__ import annotations

import datetime as dt
import threading

import pytest

from impactmap.desk.board import Board
from impactmap.desk.server import ReviewServer
from impactmap.places.geocoder import Gazetteer
from impactmap.workspace.doubts import open_doubts
from impactmap.workspace.opening import open_source

NOW = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)
TABLE = """date,place,region,country,summary,latitude,longitude
2025-11-08,Qwzyville,,Ukraine,A school was damaged.,,
2025-11-08,Oktyabrsky,,Russia,Power lines were damaged.,,
2025-11-09,Oktyabrsky,,Russia,A substation burned.,,
2025-11-08,Belgrod,,Russia,Drones were reported.,,
2025-11-09,Kharkiv,,Ukraine,Outages.,,
2025-11-09,=cmd()!A1,,,Nothing is known of it.,,
2025-11-09,Kharkiv,,Ukraine,A source that has them the other way round.,36.25,49.98
"""


@pytest.fixture(scope="session")
def gazetteer():
    return Gazetteer()


@pytest.fixture
def table(tmp_path):
    path = tmp_path / "november.csv"
    path.write_text(TABLE, encoding="utf-8")
    return path


@pytest.fixture
def make_board(table, gazetteer):
    """Read the table anew, as another run would."""

    def made():
        source = open_source(table, now=NOW)
        doubts = open_doubts(source, gazetteer=gazetteer, now=NOW)
        path = table.with_name("november.decisions.csv")
        return Board(doubts, path, gazetteer=gazetteer, today=lambda: dt.date(2025, 11, 10))

    return made


@pytest.fixture
def board(make_board):
    return make_board()


@pytest.fixture
def server(board):
    server = ReviewServer(board, title="November")
    thread = threading.Thread(target=server.serve, daemon=True)
    thread.start()
    yield server
    server.stop()
    thread.join(timeout=10)
    server.close()
