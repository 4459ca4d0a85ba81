"""The polite client against a server that misbehaves on purpose."""

from __future__ import annotations

import contextlib
import json
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pandas as pd
import pytest

from impactmap.errors import InputError, ProviderRefused
from impactmap.places import Gazetteer, OnlineProvider, geocode_events
from impactmap.places.decision import Decision, Query

FOUND = [
    {
        "lat": "49.5",
        "lon": "36.9",
        "display_name": "Mala Vovcha, Kharkiv Oblast",
        "boundingbox": ["49.48", "49.52", "36.88", "36.92"],
    }
]
OFFLINE = Decision("not_found", "No place has a name like that.", country="UA", region_code="UA-63")


class Clock:
    def __init__(self) -> None:
        self.now, self.slept = 1000.0, []

    def __call__(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.now += seconds


class Server:
    """Gives its answers one after the other, the last for ever."""

    def __init__(self) -> None:
        self.answers: list[tuple[int, dict[str, str], bytes]] = []
        self.paths: list[str] = []
        self.agents: list[str | None] = []
        self.pause = 0.0
        outer = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                outer.paths.append(self.path)
                outer.agents.append(self.headers["User-Agent"])
                status, headers, body = outer.answers.pop(0) if len(outer.answers) > 1 else outer.answers[0]
                time.sleep(outer.pause)
                self.send_response(status)
                for name, value in headers.items():
                    self.send_header(name, value)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                with contextlib.suppress(BrokenPipeError, ConnectionResetError):  # the client did not wait
                    self.wfile.write(body)

            def log_message(self, *_: Any) -> None:
                pass

        self.http = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.domain = f"127.0.0.1:{self.http.server_port}"
        threading.Thread(target=self.http.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()


@pytest.fixture
def server() -> Iterator[Server]:
    server = Server()
    yield server
    server.http.shutdown()
    server.http.server_close()


def provider(server: Server, gazetteer: Gazetteer, clock: Clock, **options: Any) -> OnlineProvider:
    return OnlineProvider(
        "nominatim",
        areas=gazetteer.areas,
        user_agent="desk@example.org",
        options={"domain": server.domain, "scheme": "http"},
        clock=clock,
        sleep=clock.sleep,
        jitter=lambda: 0.0,
        **options,
    )


def ok(body: Any) -> tuple[int, dict[str, str], bytes]:
    return 200, {"Content-Type": "application/json"}, json.dumps(body).encode()


def test_an_answer(server: Server, gazetteer: Gazetteer) -> None:
    server.answers = [ok(FOUND)]
    found = provider(server, gazetteer, Clock()).settle(Query("Mala Vovcha", "Kharkiv", "Ukraine"), OFFLINE)
    assert (found.status, found.precision, found.provider, found.name) == (
        "fuzzy",
        "settlement",
        "nominatim",
        "Mala Vovcha",
    )
    assert (found.latitude, found.longitude) == (49.5, 36.9)
    assert found.radius_km == pytest.approx(2.7, abs=0.1)
    assert server.agents == ["desk@example.org"]


def test_no_answer_is_not_a_failure(server: Server, gazetteer: Gazetteer) -> None:
    server.answers = [ok([])]
    assert provider(server, gazetteer, Clock()).settle(Query("Qwertyville"), OFFLINE) is OFFLINE


def test_one_request_a_second_retries_counted(server: Server, gazetteer: Gazetteer) -> None:
    clock = Clock()
    server.answers = [ok([]), (503, {}, b""), ok([])]
    client = provider(server, gazetteer, clock)
    client.settle(Query("One"), OFFLINE)
    client.settle(Query("Two"), OFFLINE)
    assert len(server.paths) == 3
    assert clock.slept == [1.0, 1.0]  # between the two, then before the second try
    client.settle(Query("Three"), OFFLINE)
    assert clock.slept == [1.0, 1.0, 1.0]


def test_retry_after_is_honoured(server: Server, gazetteer: Gazetteer) -> None:
    clock = Clock()
    server.answers = [(429, {"Retry-After": "7"}, b""), ok(FOUND)]
    assert provider(server, gazetteer, clock).settle(Query("Mala Vovcha"), OFFLINE).status == "fuzzy"
    assert clock.slept == [7.0]


def test_a_huge_retry_after_is_not_waited_for(server: Server, gazetteer: Gazetteer) -> None:
    clock = Clock()
    server.answers = [(429, {"Retry-After": "86400"}, b"")]
    client = provider(server, gazetteer, clock)
    found = client.settle(Query("Mala Vovcha"), OFFLINE)
    assert found.status == "unavailable"
    assert "asks to wait 86400 seconds" in found.reason
    assert clock.slept == []
    assert client.settle(Query("Other"), OFFLINE).status == "unavailable"
    assert len(server.paths) == 1


@pytest.mark.parametrize("status", [401, 403])
def test_a_refusal_stops(server: Server, gazetteer: Gazetteer, status: int) -> None:
    server.answers = [(status, {}, b"")]
    with pytest.raises(ProviderRefused, match=f"status {status}"):
        provider(server, gazetteer, Clock()).settle(Query("Mala Vovcha"), OFFLINE)
    assert len(server.paths) == 1


@pytest.mark.parametrize("status", [500, 503])
def test_tries_are_bounded(server: Server, gazetteer: Gazetteer, status: int) -> None:
    clock = Clock()
    server.answers = [(status, {}, b"")]
    found = provider(server, gazetteer, clock).settle(Query("Mala Vovcha"), OFFLINE)
    assert (found.status, len(server.paths), clock.slept) == ("unavailable", 3, [1.0, 2.0])


def test_three_failures_in_a_row_end_the_asking(server: Server, gazetteer: Gazetteer) -> None:
    server.answers = [(404, {}, b"")]
    client = provider(server, gazetteer, Clock())
    assert [client.settle(Query(name), OFFLINE).status for name in "abcdef"] == ["unavailable"] * 6
    assert len(server.paths) == 3


def test_a_page_sent_as_an_answer(server: Server, gazetteer: Gazetteer) -> None:
    server.answers = [(200, {"Content-Type": "text/html"}, b"<html>busy</html>")]
    found = provider(server, gazetteer, Clock()).settle(Query("Mala Vovcha"), OFFLINE)
    assert found.status == "unavailable"
    assert "did not answer in JSON" in found.reason
    assert "<html>" not in found.reason


@pytest.mark.parametrize(
    ("latitude", "longitude"), [("91", "36"), ("nan", "36"), ("49", "200"), ("0", "0"), ("x", "36")]
)
def test_coordinates_that_cannot_be(server: Server, gazetteer: Gazetteer, latitude: str, longitude: str) -> None:
    server.answers = [ok([{**FOUND[0], "lat": latitude, "lon": longitude}])]
    found = provider(server, gazetteer, Clock()).settle(Query("Mala Vovcha"), OFFLINE)
    assert found.status == "unavailable"


def test_a_redirect_to_another_host_is_refused(server: Server, gazetteer: Gazetteer) -> None:
    server.answers = [(302, {"Location": "http://localhost:1/elsewhere"}, b"")]
    found = provider(server, gazetteer, Clock()).settle(Query("Mala Vovcha"), OFFLINE)
    assert found.status == "unavailable"
    assert "redirects to another host, 'localhost'" in found.reason


def test_a_time_out(server: Server, gazetteer: Gazetteer) -> None:
    server.answers, server.pause = [ok(FOUND)], 0.3
    found = provider(server, gazetteer, Clock(), timeout_seconds=0.05, retries=1).settle(Query("Mala Vovcha"), OFFLINE)
    assert found.status == "unavailable"
    assert "could not be reached" in found.reason


def test_an_answer_outside_the_region_given(server: Server, gazetteer: Gazetteer) -> None:
    server.answers = [ok([{**FOUND[0], "lat": "46.5", "lon": "30.7", "boundingbox": None}])]
    found = provider(server, gazetteer, Clock()).settle(Query("Mala Vovcha", "Kharkiv"), OFFLINE)
    assert (found.status, found.precision) == ("ambiguous", None)


def test_an_answer_that_is_an_area(server: Server, gazetteer: Gazetteer) -> None:
    server.answers = [ok([{**FOUND[0], "boundingbox": ["49.3", "49.7", "36.6", "37.2"]}])]
    found = provider(server, gazetteer, Clock()).settle(Query("Vovcha district"), OFFLINE)
    assert (found.status, found.precision, found.circle) == ("area", "district", (49.5, 36.9))


def test_only_what_the_gazetteer_leaves_open_is_asked(server: Server, gazetteer: Gazetteer) -> None:
    server.answers = [ok(FOUND)]
    rows = pd.DataFrame({"place": ["Kharkiv", "Qwertyville", "Qwertyville"], "country": "Ukraine", "region": "Kharkiv"})
    found = geocode_events(rows, gazetteer=gazetteer, online=provider(server, gazetteer, Clock()))
    assert found["place_provider"].tolist() == ["geonames", "nominatim", "nominatim"]
    assert found["coordinates_from"].tolist() == ["gazetteer", "nominatim", "nominatim"]
    assert len(server.paths) == 1


def test_wrong_settings(gazetteer: Gazetteer) -> None:
    with pytest.raises(InputError, match="no geocoder 'atlantis'"):
        OnlineProvider("atlantis", areas=gazetteer.areas, user_agent="x")
    with pytest.raises(InputError, match=r"at least 1, found 0\.2"):
        OnlineProvider("nominatim", areas=gazetteer.areas, user_agent="x", min_delay_seconds=0.2)
    with pytest.raises(InputError, match="options: wheels"):
        OnlineProvider("nominatim", areas=gazetteer.areas, user_agent="x", options={"wheels": 4})
