"""The polite client against a server that misbehaves on purpose."""

from __future__ import annotations

import dataclasses

import pandas as pd
import pytest

from impactmap.model.errors import InputError, ProviderRefused
from impactmap.model.sections.files import GeocoderOptions
from impactmap.places.geocode import geocode_events
from impactmap.places.online.opening import open_provider
from impactmap.places.online.provider import OnlineProvider
from impactmap.places.settle.decision import Decision, Query

FOUND = [
    {
        "lat": "49.5",
        "lon": "36.9",
        "display_name": "Mala Vovcha, Kharkiv Oblast",
        "boundingbox": ["49.48", "49.52", "36.88", "36.92"],
    }
]
OFFLINE = Decision("not_found", "No place has a name like that.", country="UA", region_code="UA-63")


def provider(server, gazetteer, clock, **options):
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


def test_an_answer(server, gazetteer, clock):
    server.answers = [server.ok(FOUND)]
    found = provider(server, gazetteer, clock).settle(Query("Mala Vovcha", "Kharkiv", "Ukraine"), OFFLINE)
    assert (found.status, found.precision, found.provider, found.name) == (
        "fuzzy",
        "settlement",
        "nominatim",
        "Mala Vovcha",
    )
    assert (found.latitude, found.longitude) == (49.5, 36.9)
    assert found.radius_km == pytest.approx(2.7, abs=0.1)
    assert server.agents == ["desk@example.org"]


def test_questions_are_counted_for_those_who_wait(server, gazetteer, clock):
    server.answers = [server.ok([]), (503, {}, b""), server.ok([])]
    told = []
    client = provider(server, gazetteer, clock, on_question=told.append)
    client.settle(Query("One"), OFFLINE)
    client.settle(Query("Two"), OFFLINE)
    assert (told, len(server.paths)) == ([1, 2], 3)


def test_no_answer_is_not_a_failure(server, gazetteer, clock):
    server.answers = [server.ok([])]
    assert provider(server, gazetteer, clock).settle(Query("Qwertyville"), OFFLINE) is OFFLINE


def test_one_request_a_second_retries_counted(server, gazetteer, clock):
    server.answers = [server.ok([]), (503, {}, b""), server.ok([])]
    client = provider(server, gazetteer, clock)
    client.settle(Query("One"), OFFLINE)
    client.settle(Query("Two"), OFFLINE)
    assert len(server.paths) == 3
    assert clock.slept == [1.0, 1.0]  # between the two, then before the second try
    client.settle(Query("Three"), OFFLINE)
    assert clock.slept == [1.0, 1.0, 1.0]


def test_retry_after_is_honoured(server, gazetteer, clock):
    server.answers = [(429, {"Retry-After": "7"}, b""), server.ok(FOUND)]
    assert provider(server, gazetteer, clock).settle(Query("Mala Vovcha"), OFFLINE).status == "fuzzy"
    assert clock.slept == [7.0]


def test_a_huge_retry_after_is_not_waited_for(server, gazetteer, clock):
    server.answers = [(429, {"Retry-After": "86400"}, b"")]
    client = provider(server, gazetteer, clock)
    found = client.settle(Query("Mala Vovcha"), OFFLINE)
    assert found.status == "unavailable"
    assert "asks to wait 24 hours" in found.reason
    assert clock.slept == []
    assert client.settle(Query("Other"), OFFLINE).status == "unavailable"
    assert len(server.paths) == 1


@pytest.mark.parametrize("status", [401, 403])
def test_a_refusal_stops(server, gazetteer, clock, status):
    server.answers = [(status, {}, b"")]
    with pytest.raises(ProviderRefused, match=f"status {status}"):
        provider(server, gazetteer, clock).settle(Query("Mala Vovcha"), OFFLINE)
    assert len(server.paths) == 1


@pytest.mark.parametrize("status", [500, 503])
def test_tries_are_bounded(server, gazetteer, clock, status):
    server.answers = [(status, {}, b"")]
    found = provider(server, gazetteer, clock).settle(Query("Mala Vovcha"), OFFLINE)
    assert (found.status, len(server.paths), clock.slept) == ("unavailable", 3, [1.0, 2.0])


def test_three_failures_in_a_row_end_the_asking(server, gazetteer, clock):
    server.answers = [(404, {}, b"")]
    client = provider(server, gazetteer, clock)
    found = [client.settle(Query(name), OFFLINE) for name in "abcdef"]
    assert [one.status for one in found] == ["unavailable"] * 6
    assert [one.reason.startswith("Not asked: 3 questions in a row failed") for one in found] == [False] * 3 + [
        True
    ] * 3
    assert len(server.paths) == 3


def test_a_page_sent_as_an_answer(server, gazetteer, clock):
    server.answers = [(200, {"Content-Type": "text/html"}, b"<html>busy</html>")]
    found = provider(server, gazetteer, clock).settle(Query("Mala Vovcha"), OFFLINE)
    assert found.status == "unavailable"
    assert "did not answer in JSON" in found.reason
    assert "<html>" not in found.reason


@pytest.mark.parametrize(
    ("latitude", "longitude"), [("91", "36"), ("nan", "36"), ("49", "200"), ("0", "0"), ("x", "36")]
)
def test_coordinates_that_cannot_be(server, gazetteer, clock, latitude, longitude):
    server.answers = [server.ok([{**FOUND[0], "lat": latitude, "lon": longitude}])]
    found = provider(server, gazetteer, clock).settle(Query("Mala Vovcha"), OFFLINE)
    assert found.status == "unavailable"


def test_a_redirect_to_another_host_is_refused(server, gazetteer, clock):
    server.answers = [(302, {"Location": "http://localhost:1/elsewhere"}, b"")]
    found = provider(server, gazetteer, clock).settle(Query("Mala Vovcha"), OFFLINE)
    assert found.status == "unavailable"
    assert "redirects to another host, 'localhost'" in found.reason


def test_a_time_out(server, gazetteer, clock):
    server.answers, server.pause = [server.ok(FOUND)], 0.3
    found = provider(server, gazetteer, clock, timeout_seconds=0.05, retries=1).settle(Query("Mala Vovcha"), OFFLINE)
    assert found.status == "unavailable"
    assert "could not be reached" in found.reason


def test_an_answer_outside_the_region_given(server, gazetteer, clock):
    server.answers = [server.ok([{**FOUND[0], "lat": "46.5", "lon": "30.7", "boundingbox": None}])]
    found = provider(server, gazetteer, clock).settle(Query("Mala Vovcha", "Kharkiv"), OFFLINE)
    assert (found.status, found.precision) == ("ambiguous", None)


def test_an_answer_that_is_an_area(server, gazetteer, clock):
    server.answers = [server.ok([{**FOUND[0], "boundingbox": ["49.3", "49.7", "36.6", "37.2"]}])]
    found = provider(server, gazetteer, clock).settle(Query("Vovcha district"), OFFLINE)
    assert (found.status, found.precision, found.circle) == ("area", "district", (49.5, 36.9))


def test_only_what_the_gazetteer_leaves_open_is_asked(server, gazetteer, clock):
    server.answers = [server.ok(FOUND)]
    rows = pd.DataFrame({"place": ["Kharkiv", "Qwertyville", "Qwertyville"], "country": "Ukraine", "region": "Kharkiv"})
    found = geocode_events(rows, gazetteer=gazetteer, online=provider(server, gazetteer, clock))
    assert found["place_provider"].tolist() == ["geonames", "nominatim", "nominatim"]
    assert found["coordinates_from"].tolist() == ["gazetteer", "nominatim", "nominatim"]
    assert len(server.paths) == 1


def test_wrong_settings(gazetteer):
    with pytest.raises(InputError, match="no geocoder 'atlantis'"):
        OnlineProvider("atlantis", areas=gazetteer.areas, user_agent="x")
    with pytest.raises(InputError, match=r"at least 1, found 0\.2"):
        OnlineProvider("nominatim", areas=gazetteer.areas, user_agent="x", min_delay_seconds=0.2)
    with pytest.raises(InputError, match="options: wheels"):
        OnlineProvider("nominatim", areas=gazetteer.areas, user_agent="x", options={"wheels": 4})


# --- what a service may do wrong ---


@pytest.mark.parametrize(
    ("raw", "reason"),
    [
        (
            b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 90\r\n\r\n[",
            "the connection broke off",
        ),
        (b"hello\r\n\r\n", "what answers there is no web server"),
        (b"", "the connection broke off"),
        (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n", "the connection broke off"),
    ],
)
def test_what_is_not_http(server, gazetteer, clock, raw, reason):
    server.raw = raw
    found = provider(server, gazetteer, clock).settle(Query("Mala Vovcha"), OFFLINE)
    assert (found.status, found.reason) == (
        "unavailable",
        f"127.0.0.1 could not be reached ({reason}). Try again later; what is done is kept.",
    )
    assert len(server.paths) == 3


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        ((200, {"Content-Type": "text/html"}, b"[]"), "with a web page"),
        ((200, {"Content-Type": "application/json"}, b"[" * 100_000), "did not answer in JSON"),
        ((200, {"Content-Type": "application/json"}, b'["a"'), "did not answer in JSON"),
        ((200, {"Content-Type": "application/json"}, b" " * 5_000_001), "more than 5,000,000 bytes"),
        ((200, {"Content-Type": "application/json; charset=klingon"}, b"[]"), "a character set that does not exist"),
        ((200, {"Content-Type": "application/json"}, b'["a", "b"]'), "an answer that could not be read"),
        ((200, {"Content-Type": "application/json"}, b'[{"lat": 1e999, "lon": 3}]'), "coordinates that cannot be"),
        ((200, {"Content-Type": "application/json"}, b"7"), "an answer that could not be read"),
    ],
)
def test_answers_that_are_none(server, gazetteer, clock, answer, reason):
    server.answers = [answer]
    found = provider(server, gazetteer, clock).settle(Query("Mala Vovcha"), OFFLINE)
    assert found.status == "unavailable"
    assert reason in found.reason
    assert len(server.paths) == 1


def test_an_answer_that_trickles_in_is_given_up(server, gazetteer):
    server.answers, server.trickle = [server.ok(FOUND)], 0.02
    client = OnlineProvider(
        "nominatim", areas=gazetteer.areas, user_agent="desk", options={"domain": server.domain, "scheme": "http"},
        retries=0, timeout_seconds=0.1,
    )  # fmt: skip
    found = client.settle(Query("Mala Vovcha"), OFFLINE)
    assert (found.status, found.reason[:49]) == ("unavailable", "127.0.0.1 could not be reached (no answer in time")


def test_nobody_there(gazetteer, clock, unused_port):
    client = OnlineProvider(
        "photon", areas=gazetteer.areas, user_agent="desk", options={"domain": f"127.0.0.1:{unused_port}"},
        clock=clock, sleep=clock.sleep, jitter=lambda: 0.0,
    )  # fmt: skip
    found = client.settle(Query("Mala Vovcha"), OFFLINE)
    assert found.status == "unavailable"
    assert "could not be reached (nothing answers at that address)" in found.reason


def test_a_redirect_within_the_server_is_a_request_like_any_other(server, gazetteer, clock):
    server.answers = [(302, {"Location": f"http://{server.domain}/elsewhere"}, b""), server.ok(FOUND)]
    found = provider(server, gazetteer, clock).settle(Query("Mala Vovcha"), OFFLINE)
    assert (found.status, clock.slept) == ("fuzzy", [1.0])


def test_redirects_without_end(server, gazetteer, clock):
    server.answers = [(302, {"Location": f"http://{server.domain}/again"}, b"")]
    found = provider(server, gazetteer, clock).settle(Query("Mala Vovcha"), OFFLINE)
    assert found.status == "unavailable"
    assert len(server.paths) <= 5


def test_a_redirect_to_another_scheme_says_which_address_to_give(server, gazetteer, clock):
    server.answers = [(301, {"Location": f"https://{server.domain}/"}, b"")]
    found = provider(server, gazetteer, clock).settle(Query("Mala Vovcha"), OFFLINE)
    assert "redirects from http to https. Give its address with https://." in found.reason


def test_jitter_only_lengthens(server, gazetteer, clock):
    server.answers = [(503, {}, b""), server.ok(FOUND)]
    client = OnlineProvider(
        "nominatim", areas=gazetteer.areas, user_agent="desk", options={"domain": server.domain, "scheme": "http"},
        clock=clock, sleep=clock.sleep, jitter=lambda: 1.0,
    )  # fmt: skip
    assert client.settle(Query("Mala Vovcha"), OFFLINE).status == "fuzzy"
    assert clock.slept == [1.25]


@pytest.mark.parametrize("wait", ["Wed, 21 Oct 2015 07:28:00 GMT", "-5", "soon", "0"])
def test_a_retry_after_that_says_nothing_is_as_none(server, gazetteer, clock, wait):
    server.answers = [(429, {"Retry-After": wait}, b""), server.ok(FOUND)]
    assert provider(server, gazetteer, clock).settle(Query("Mala Vovcha"), OFFLINE).status == "fuzzy"
    assert clock.slept == [1.0]


def test_an_answer_in_another_country_is_no_answer(server, gazetteer, clock):
    """It stays among the candidates, though: an editor may know better."""
    server.answers = [server.ok([{**FOUND[0], "lat": "48.8571", "lon": "2.3514"}])]
    offline = Decision("not_found", "No place has a name like that.", country="UA")
    found = provider(server, gazetteer, clock).settle(Query("Mala Vovcha", "", "Ukraine"), offline)
    assert (found.status, found.reason[:54]) == ("ambiguous", "nominatim gives a place outside the country given: Mal")
    assert found.alternatives[0].as_dict() == {
        "id": "nominatim", "name": "Mala Vovcha", "region": None, "country": "", "latitude": 48.86, "longitude": 2.35,
        "score": 0.3,
    }  # fmt: skip


# --- services by name ---

PHOTON = {
    "features": [
        {
            "type": "Feature",
            "geometry": {"type": "Point", "coordinates": [36.9, 49.5]},
            "properties": {"name": "Mala Vovcha", "state": "Kharkiv", "extent": [36.88, 49.52, 36.92, 49.48]},
        }
    ]
}
PELIAS = {
    "features": [
        {
            "type": "Feature",
            "geometry": {"type": "Point", "coordinates": [36.9, 49.5]},
            "properties": {"name": "Mala Vovcha", "label": "Mala Vovcha, Kharkiv"},
            "bbox": [36.88, 49.48, 36.92, 49.52],
        }
    ]
}


@pytest.mark.parametrize(
    ("service", "body", "path"),
    [
        ("nominatim", FOUND, "/base/search?q=Mala+Vovcha%2C+Kharkiv&format=json&limit=1"),
        ("photon", PHOTON, "/base/api?q=Mala+Vovcha%2C+Kharkiv&limit=1"),
        ("pelias", PELIAS, "/base/v1/search?text=Mala+Vovcha%2C+Kharkiv"),
    ],
)
def test_each_service_at_an_address_of_its_own(server, gazetteer, clock, service, body, path):
    server.answers = [server.ok(body)]
    chosen = GeocoderOptions(provider=service, domain=f"http://{server.domain}/base/", user_agent="desk@example.org")
    client = open_provider(chosen, areas=gazetteer.areas, clock=clock, sleep=clock.sleep)
    found = client.settle(Query("Mala Vovcha", "Kharkiv"), OFFLINE)
    assert server.paths == [path]
    assert server.agents == ["desk@example.org"]
    assert (found.status, found.provider, found.name, found.latitude, found.longitude) == (
        "fuzzy", service, "Mala Vovcha", 49.5, 36.9,
    )  # fmt: skip
    assert found.radius_km == pytest.approx(2.7, abs=0.1)


def test_a_recurring_run_asks_four_times_a_minute(server, gazetteer, clock):
    server.answers = [server.ok([])]
    chosen = GeocoderOptions(provider="nominatim", domain=f"http://{server.domain}", user_agent="desk", recurring=True)
    client = open_provider(chosen, areas=gazetteer.areas, clock=clock, sleep=clock.sleep)
    for name in ("One", "Two", "Three"):
        client.settle(Query(name), OFFLINE)
    assert clock.slept == [15.0, 15.0]


def test_a_key_from_the_environment_goes_nowhere_else(server, gazetteer, clock, caplog):
    caplog.set_level("DEBUG")
    server.answers = [(503, {}, b"")]
    chosen = GeocoderOptions(
        provider="pelias", domain=f"http://{server.domain}", user_agent="desk", api_key_env="KEY",
    )  # fmt: skip
    secret = "s3cret/key&"
    client = open_provider(
        chosen, environment={"KEY": f" {secret}\n"}, areas=gazetteer.areas, clock=clock, sleep=clock.sleep
    )
    found = client.settle(Query("Mala Vovcha"), OFFLINE)
    assert "api_key=s3cret%2Fkey%26" in server.paths[0]
    assert "Pelias.geocode_api: http://" in caplog.text
    assert "s3cret" not in caplog.text + found.reason


def test_options_from_the_environment():
    chosen = GeocoderOptions(
        provider="liveaddress", user_agent="desk", options={"auth_id": "env:ID", "auth_token": "env:TOKEN"}
    )
    with pytest.raises(InputError, match=r"geocoder\.options\.auth_token: expected the key .* 'TOKEN', found none"):
        open_provider(chosen, environment={"ID": "a"})
    assert open_provider(chosen, environment={"ID": "a", "TOKEN": "b"}).service == "liveaddress"


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"provider": "atlantis"}, "geopy knows no geocoder 'atlantis'"),
        ({"domain": "ftp://geo.example"}, "expected a server's address"),
        ({"domain": "geo.example:99999"}, "expected a server's address"),
        ({"domain": "https://user:pass@geo.example"}, "without a user's name"),
        ({"domain": "https://geo.example/?key=1"}, "without a user's name"),
        ({"domain": ""}, None),
        ({"provider": "baidu", "domain": "geo.example"}, "the address of 'baidu' cannot be chosen"),
        ({"provider": "pelias"}, r"lacks an option that it needs: .*its address \(--server, domain\)"),
        ({"provider": "geocodio"}, r"lacks an option that it needs: a key \(--api-key-env, api_key_env\)\.$"),
        ({"api_key_env": "KEY"}, "'nominatim' takes no key"),
        ({"provider": "pelias", "domain": "http://geo.example", "api_key_env": "KEY"}, "travel unencrypted to 'geo.ex"),
        ({"options": {"wheels": 4}}, "does not take these options: wheels"),
        ({"user_agent": " "}, "user_agent: expected a text in ASCII"),
        ({"user_agent": "a\r\nCookie: b"}, "user_agent: expected a text in ASCII"),
        ({"user_agent": "Редакция"}, "user_agent: expected a text in ASCII"),
    ],
)
def test_settings_that_cannot_be_used(changes, message):
    chosen = GeocoderOptions(**{"provider": "nominatim", "user_agent": "desk", **changes})
    if message is None:
        assert open_provider(chosen, environment={}).service == "nominatim"
        return
    with pytest.raises(InputError, match=message) as caught:
        open_provider(chosen, environment={"KEY": "s3cret"})
    assert "s3cret" not in str(caught.value)
    assert "pass@" not in str(caught.value)


COARSE = Decision(
    "area",
    "Known by its community.",
    precision="district",
    radius_km=20.0,
    score=0.8,
    name="Mala Vovcha",
    region_code="UA-63",
    country="UA",
    place_id="katottg:UA1",
    provider="katottg",
    circle=(49.45, 36.85),
    coarse=True,
)


def test_a_village_known_by_its_community_gets_the_point_inside_it(server, gazetteer, clock):
    server.answers = [server.ok(FOUND)]
    found = provider(server, gazetteer, clock).settle(Query("Mala Vovcha", "Kharkiv", "Ukraine"), COARSE)
    assert (found.status, found.precision, found.provider) == ("fuzzy", "settlement", "nominatim")
    assert (found.latitude, found.longitude) == (49.5, 36.9)


def test_a_namesake_outside_the_community_is_named_and_not_used(server, gazetteer, clock):
    server.answers = [server.ok(FOUND)]
    far = dataclasses.replace(COARSE, circle=(49.0, 36.9), radius_km=15.0)
    found = provider(server, gazetteer, clock).settle(Query("Mala Vovcha", "Kharkiv", "Ukraine"), far)
    assert (found.status, found.precision, found.circle) == ("area", "district", far.circle)
    assert found.reason == "Known by its community. nominatim gives Mala Vovcha, 56 km from its middle: not used."
    assert [one.place_id for one in found.alternatives] == ["nominatim"]


def test_a_village_stays_where_the_register_has_it_when_the_service_is_down(server, gazetteer, clock):
    server.answers = [(503, {}, b"")]
    found = provider(server, gazetteer, clock).settle(Query("Mala Vovcha"), COARSE)
    assert (found.status, found.circle) == ("area", COARSE.circle)
    assert "Not known more closely:" in found.reason


def test_the_region_given_counts_and_not_that_of_the_candidates(server, gazetteer, clock):
    server.answers = [server.ok(FOUND)]
    elsewhere = Decision("ambiguous", "Only elsewhere.", country="UA", region_code="UA-77", region="Chernivtsi region")
    found = provider(server, gazetteer, clock).settle(Query("Mala Vovcha", "Kharkiv region", "Ukraine"), elsewhere)
    assert (found.status, found.region_code, found.region) == ("fuzzy", "UA-63", "Kharkiv region")


def test_who_is_asked_about(gazetteer):
    asked = []

    class Recorder:
        def settle(self, query, offline):
            asked.append(query.place)
            return offline

    names = ["Robotyne", "Kharkiv region", "Kupiansk raion", "Ukraine", "Kharkiv", "Qwzyville"]
    rows = pd.DataFrame({"place": names, "country": ["Ukraine"] * 3 + [""] + ["Ukraine"] * 2})
    geocode_events(rows, gazetteer=gazetteer, online=Recorder())
    assert asked == ["Robotyne", "Qwzyville"]


def test_a_reason_that_asks_ends_with_its_question_mark(server, gazetteer, clock):
    server.answers = [(200, {"Content-Type": "text/html"}, b"<html>login</html>")]
    found = provider(server, gazetteer, clock).settle(Query("Mala Vovcha"), OFFLINE)
    assert found.reason.endswith("but with a web page. Is its address right?")
