"""Who gets an answer from the review page's server, and who does not."""

from __future__ import annotations

import http.client
import json
import socket
import subprocess
import sys
from urllib.parse import urlsplit

import pytest

from impactmap.desk.server import ReviewServer
from impactmap.model.errors import InputError
from impactmap.places.overrides.decision_file import read_decisions

REJECT = {"place": 0, "kind": "reject", "editor": "Olena", "reason": "no such place"}


@pytest.fixture
def ask(server):
    """Send a request; give back its status, headers and body."""
    address = urlsplit(server.url)

    def asked(method, path, *, body=None, headers=None, inside=True):
        connection = http.client.HTTPConnection("127.0.0.1", address.port, timeout=20)
        connection.request(method, (address.path if inside else "/") + path, body, headers or {})
        answer = connection.getresponse()
        data = answer.read()
        connection.close()
        return answer.status, answer.headers, data

    asked.origin = f"http://127.0.0.1:{address.port}"
    return asked


def post(ask, path, value, **headers):
    given = {"Content-Type": "application/json", "Origin": ask.origin, **headers}
    return ask("POST", path, body=json.dumps(value), headers={name: text for name, text in given.items() if text})


def test_it_listens_to_this_computer_alone(server):
    assert urlsplit(server.url).hostname == "127.0.0.1"
    assert server._http.server_address[0] == "127.0.0.1"
    assert len(urlsplit(server.url).path) > 30


def test_the_page_loads_nothing_from_elsewhere(ask):
    status, headers, body = ask("GET", "")
    assert (status, headers["Content-Type"]) == (200, "text/html; charset=utf-8")
    policy = headers["Content-Security-Policy"]
    assert policy.startswith("default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self';")
    assert "frame-ancestors 'none'" in policy
    assert "unsafe" not in policy
    assert (headers["Referrer-Policy"], headers["Cache-Control"]) == ("no-referrer", "no-store")
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert b"http" not in body
    assert "Python" not in headers["Server"]


@pytest.mark.parametrize(
    "name", ["review.js", "reviewmap.js", "chooser.js", "places.js", "dom.js", "geometry.js", "basemap.js"]
)
def test_scripts(ask, name):
    status, headers, body = ask("GET", f"web/{name}")
    assert (status, headers["Content-Type"]) == (200, "text/javascript; charset=utf-8")
    for forbidden in (b"innerHTML", b"insertAdjacentHTML", b"document.write", b"eval(", b"localStorage", b"cookie"):
        assert forbidden not in body


@pytest.mark.parametrize(
    "path", ["web/card.js", "web/../board.py", "web/..%2fboard.py", "web/review.html2", "board", "../", "web/"]
)
def test_nothing_else_is_served(ask, path):
    status, _, body = ask("GET", path)
    assert (status, json.loads(body)["error"][:21]) == (404, "There is nothing here")


@pytest.mark.parametrize("path", ["", "favicon.ico", "wrong-token/", "wrong-token/places.json", "%00/", "%D0%B6/"])
def test_a_wrong_token_finds_nothing(ask, path):
    assert ask("GET", path, inside=False)[0] == 404


@pytest.mark.parametrize("host", ["evil.example", "127.0.0.1", "127.0.0.1:1", "evil.example:80", "[::1]:80", ""])
def test_a_foreign_host_is_refused(ask, host):
    """A web site that points its own name at this computer sends that name."""
    assert ask("GET", "places.json", headers={"Host": host})[0] == 403


def test_a_request_of_another_site_is_refused(ask):
    assert ask("GET", "places.json", headers={"Sec-Fetch-Site": "cross-site"})[0] == 403
    assert ask("GET", "places.json", headers={"Sec-Fetch-Site": "same-origin"})[0] == 200


@pytest.mark.parametrize("origin", ["https://evil.example", "null", "", "http://127.0.0.1:1"])
def test_only_the_page_changes_something(ask, server, origin):
    assert post(ask, "decide", REJECT, Origin=origin)[0] == 403
    assert not server.board.path.exists()


def test_a_form_of_another_site_cannot_decide(ask, server):
    assert post(ask, "decide", REJECT, **{"Content-Type": "text/plain"})[0] == 415
    assert not server.board.path.exists()


def test_deciding_and_taking_back(ask, server):
    status, _, body = post(ask, "decide", REJECT)
    assert status == 200
    assert json.loads(body)["decided"]["way"] == "reject"
    (entry,) = read_decisions(server.board.path)
    assert (entry.place, entry.editor, entry.reason) == ("Oktyabrsky", "Olena", "no such place")
    told = json.loads(ask("GET", "places.json")[2])
    assert (told["editor"], [bool(place["decided"]) for place in told["places"]]) == ("Olena", [True, *[False] * 4])
    assert json.loads(post(ask, "undo", {"place": 0})[2])["decided"] is None
    assert len(read_decisions(server.board.path)) == 0


def test_a_file_changed_by_hand_is_read_again_and_a_broken_one_is_told(ask, server):
    server.board.path.write_text("place,country,decision,editor\nOktyabrsky,Russia,reject,Petro\n", encoding="utf-8")
    told = json.loads(ask("GET", "places.json")[2])
    assert "Petro" in told["places"][0]["decided"]["sentence"]
    broken = "place,country,decision,editor\nOktyabrsky,Russia,perhaps,Petro\n"
    server.board.path.write_text(broken, encoding="utf-8")
    status, _, body = post(ask, "decide", REJECT)
    assert status == 422
    assert "line 2: decision: expected accept" in json.loads(body)["error"]
    assert server.board.path.read_text(encoding="utf-8") == broken


@pytest.mark.parametrize(
    ("value", "status", "message"),
    [
        ({**REJECT, "place": "0"}, 422, "place: expected a number, found '0'"),
        ({**REJECT, "place": True}, 422, "place: expected a number"),
        ({**REJECT, "place": 10**30}, 422, "place: expected a number from 0 to 4"),
        ({**REJECT, "editor": 5}, 422, "editor: expected a text"),
        ({**REJECT, "kind": "pin", "latitude": "50"}, 422, "latitude: expected a number"),
        ({**REJECT, "kind": "pin", "latitude": float("nan"), "longitude": 1}, 422, "latitude: expected degrees"),
        ({**REJECT, "editor": ""}, 422, "editor: expected your name"),
        ([1], 400, "Expected an object"),
    ],
)
def test_requests_that_make_no_sense(ask, server, value, status, message):
    found, _, body = post(ask, "decide", value)
    assert found == status
    assert message in json.loads(body)["error"]
    assert not server.board.path.exists()


def test_bodies_are_small_and_json(ask):
    headers = {"Content-Type": "application/json", "Origin": ask.origin}
    assert ask("POST", "decide", body="x" * 20_000, headers=headers)[0] == 413
    assert ask("POST", "decide", body="{", headers=headers)[0] == 400
    assert ask("POST", "decide", body="[" * 10_000, headers=headers)[0] == 400
    assert ask("POST", "decide", body=iter([b"{}"]), headers={**headers, "Transfer-Encoding": "chunked"})[0] == 411
    assert ask("PUT", "decide", body="{}", headers=headers)[0] == 501


def test_the_ground(ask):
    status, _, body = ask("GET", "ground.json?west=35&south=49&east=38&north=51&width=600")
    found = json.loads(body)
    assert (status, found["bounds"]) == (200, [35.0, 49.0, 38.0, 51.0])
    assert found["land"]
    assert any(label["name"] == "Kharkiv" for label in found["labels"])
    for wrong in (
        "",
        "?west=a&south=0&east=1&north=1",
        "?west=5&south=0&east=1&north=1",
        "?west=nan&south=0&east=1&north=1",
    ):
        assert ask("GET", f"ground.json{wrong}")[0] in {400, 422}


def test_looking_up_and_outlines(ask):
    found = json.loads(ask("GET", "look-up.json?name=Belgorod&country=Russia")[2])
    assert (found["options"][0]["name"], found["options"][0]["country"]) == ("Belgorod", "Russia")
    assert ask("GET", "look-up.json?name=")[0] == 422
    assert len(json.loads(ask("GET", "outline.json?area=iso:UA-63")[2])["rings"]) >= 1
    assert json.loads(ask("GET", "outline.json?area=iso:UA")[2])["rings"] == []


def test_a_silent_connection_holds_nobody_up(ask, server):
    with socket.create_connection(("127.0.0.1", urlsplit(server.url).port)):
        assert ask("GET", "places.json")[0] == 200


def test_a_port_that_is_taken(server, board):
    with pytest.raises(InputError, match="cannot be used"):
        ReviewServer(board, title="", port=urlsplit(server.url).port)


@pytest.mark.slow
def test_the_program_serves_until_done(table):
    with subprocess.Popen(
        [sys.executable, "-m", "impactmap", "review", table, "--no-open", "--json", "--now", "2026-01-01T00:00:00Z"],
        stdout=subprocess.PIPE,
        text=True,
    ) as program:
        text = ""
        while not text.endswith("}\n"):
            line = program.stdout.readline()
            assert line, text
            text += line
        told = json.loads(text)
        assert (told["doubtful"], told["open"]) == (5, 5)
        address = urlsplit(told["url"])
        connection = http.client.HTTPConnection("127.0.0.1", address.port, timeout=20)
        headers = {"Content-Type": "application/json", "Origin": f"http://127.0.0.1:{address.port}"}
        connection.request("POST", address.path + "done", "{}", headers)
        assert json.loads(connection.getresponse().read()) == {"open": 5}
        connection.close()
        assert program.wait(timeout=20) == 0
    assert table.with_name("november.review.xlsx").is_file()
