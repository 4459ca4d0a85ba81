"""A table with one place of every kind of doubt, and the board of it."""

from __future__ import annotations

import datetime as dt
import http.client
import json
import threading
from urllib.parse import quote, urlsplit

import pytest

from impactmap.desk.board import Board
from impactmap.desk.desk_server import DeskServer
from impactmap.desk.look import Surroundings
from impactmap.desk.server import ReviewServer
from impactmap.desk.session import Session
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


@pytest.fixture
def desk(tmp_path):
    """Serve an empty folder; give back the server, with what asks it."""
    session = Session(tmp_path / "desk", Surroundings(lambda: NOW), editor="")
    server = DeskServer(session)
    thread = threading.Thread(target=server.serve, daemon=True)
    thread.start()
    yield Asking(server)
    server.stop()
    thread.join(timeout=10)
    server.close()


class Asking:
    """Sends requests as the page does."""

    def __init__(self, server):
        self.server, self.session, self.folder = server, server.session, server.session.folder
        self.address = urlsplit(server.url)
        self.origin = f"http://127.0.0.1:{self.address.port}"

    def send(self, method, path, *, body=None, headers=None, inside=True):
        connection = http.client.HTTPConnection("127.0.0.1", self.address.port, timeout=60)
        connection.request(method, (self.address.path if inside else "/") + path, body, headers or {})
        answer = connection.getresponse()
        data = answer.read()
        connection.close()
        return answer.status, answer.headers, data

    def get(self, path):
        status, _, body = self.send("GET", path)
        assert status == 200, body
        return json.loads(body)

    def post(self, path, value, *, status=200):
        headers = {"Content-Type": "application/json", "Origin": self.origin}
        found, _, body = self.send("POST", path, body=json.dumps(value), headers=headers)
        assert found == status, body
        return json.loads(body)

    def file(self, path, data, *, status=200):
        headers = {"Content-Type": "application/octet-stream", "Origin": self.origin}
        found, _, body = self.send("POST", path, body=data, headers=headers)
        assert found == status, body
        return json.loads(body)

    def bring(self, text, name="reports.csv"):
        self.file(f"file?name={quote(name)}", text.encode())
        return self.looked()

    def looked(self):
        """Wait until the files have been looked at as they are now."""
        self.session.wait()
        return self.get("state.json")

    def question(self, kind, where="open"):
        return next(each for each in self.get("questions.json")[where] if each["kind"] == kind)

    def answer(self, question, answer="", *, status=200, editor="Ana", **given):
        told = {"key": question["key"], "seen": question["seen"], "editor": editor, "answer": answer, **given}
        return self.post("answer", told, status=status)
