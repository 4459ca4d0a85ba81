"""Kept answers: shared by processes, whole after a kill, rebuilt when corrupt, and never a failure among them."""

from __future__ import annotations

import contextlib
import csv
import json
import random
import sqlite3
import subprocess
import sys
import time

import pandas as pd
import pytest

from impactmap import cli
from impactmap.model.errors import InputError, ProviderRefused, ProviderUnavailable
from impactmap.model.sections.files import GeocoderOptions
from impactmap.places.geocode import geocode_events
from impactmap.places.online.cache import Answer, AnswerCache
from impactmap.places.online.opening import open_provider
from impactmap.places.settle.decision import Decision, Query

FOUND = [
    {"lat": "49.5", "lon": "36.9", "display_name": "Mala Vovcha", "boundingbox": ["49.48", "49.52", "36.88", "36.92"]}
]
OFFLINE = Decision("not_found", "No place has a name like that.")
ANSWER = Answer("Mala Vovcha", 49.5, 36.9, 2.7)
DAY = 86_400.0
ROWS = pd.DataFrame({"place": ["Qwertyville", "Kharkiv", "Zxcvbograd", "Qwertyville"], "country": "Ukraine"})


def opened(server, clock, folder, gazetteer, **options):
    chosen = GeocoderOptions(provider="nominatim", domain=f"http://{server.domain}", user_agent="desk", **options)
    return open_provider(
        chosen, cache_folder=folder, areas=gazetteer.areas, clock=clock, wall_clock=clock, sleep=clock.sleep,
        jitter=lambda: 0.0,
    )  # fmt: skip


def by_name(server):
    """Answer Q... with a place, all else with nothing."""
    return lambda path: server.ok(FOUND if "Q" in path else [])


# --- what is kept ---


def test_a_second_run_of_the_same_table_asks_nothing(server, clock, tmp_path, gazetteer):
    server.reply = by_name(server)
    with opened(server, clock, tmp_path, gazetteer) as online:
        first = geocode_events(ROWS, gazetteer=gazetteer, online=online)
    assert len(server.paths) == 2
    with opened(server, clock, tmp_path, gazetteer) as online:
        second = geocode_events(ROWS, gazetteer=gazetteer, online=online)
    assert len(server.paths) == 2
    pd.testing.assert_frame_equal(first, second)
    assert second["place_status"].tolist() == ["fuzzy", "matched", "not_found", "fuzzy"]


def test_what_was_not_found_is_asked_again_after_a_month(server, clock, tmp_path, gazetteer):
    server.answers = [server.ok([])]
    for days, requests in ((0, 1), (29, 1), (2, 2), (1, 2)):
        clock.now += days * DAY
        with opened(server, clock, tmp_path, gazetteer) as online:
            assert online.settle(Query("Zxcvbograd"), OFFLINE) is OFFLINE
        assert len(server.paths) == requests


@pytest.mark.parametrize("answer", [(503, {}, b""), (200, {"Content-Type": "text/html"}, b"<p>"), (404, {}, b"")])
def test_a_failure_is_not_kept_and_the_next_run_goes_on(server, clock, tmp_path, gazetteer, answer):
    server.answers = [answer]
    with opened(server, clock, tmp_path, gazetteer) as online:
        assert online.settle(Query("Qwertyville"), OFFLINE).status == "unavailable"
    with AnswerCache(tmp_path) as cache:
        assert cache.entries() == []
    server.answers = [server.ok(FOUND)]
    with opened(server, clock, tmp_path, gazetteer) as online:
        assert online.settle(Query("Qwertyville"), OFFLINE).status == "fuzzy"


def test_a_refusal_keeps_what_was_done(server, clock, tmp_path, gazetteer):
    server.answers = [server.ok(FOUND), (403, {}, b"")]
    with opened(server, clock, tmp_path, gazetteer) as online, pytest.raises(ProviderRefused, match="what is done is"):
        geocode_events(ROWS, gazetteer=gazetteer, online=online)
    assert len(server.paths) == 2
    with AnswerCache(tmp_path) as cache:
        assert [entry["question"] for entry in cache.entries()] == ["Qwertyville, Ukraine"]


def test_a_long_pause_binds_later_runs_too(server, clock, tmp_path, gazetteer):
    server.answers = [(429, {"Retry-After": "7200"}, b""), server.ok(FOUND)]
    with opened(server, clock, tmp_path, gazetteer) as online:
        assert "asks to wait 2 hours" in online.settle(Query("Qwertyville"), OFFLINE).reason
    clock.now += 3600
    with opened(server, clock, tmp_path, gazetteer) as online:
        found = online.settle(Query("Qwertyville"), OFFLINE)
        assert found.status == "unavailable"
        assert found.reason.startswith(f"{server.domain} asked an earlier run to wait; 60 minutes of it are left.")
    assert len(server.paths) == 1
    clock.now += 3600
    with opened(server, clock, tmp_path, gazetteer) as online:
        assert online.settle(Query("Qwertyville"), OFFLINE).status == "fuzzy"


def test_a_clock_put_back_makes_nobody_wait_for_years(server, clock, tmp_path, gazetteer):
    server.answers = [server.ok([])]
    clock.now += 1000 * DAY
    with opened(server, clock, tmp_path, gazetteer) as online:
        online.settle(Query("One"), OFFLINE)
    clock.now -= 1000 * DAY
    with opened(server, clock, tmp_path, gazetteer) as online:
        online.settle(Query("Two"), OFFLINE)
    assert clock.slept == [1.0]


def test_the_next_run_keeps_its_distance_to_the_last(server, clock, tmp_path, gazetteer):
    server.answers = [server.ok([])]
    for name in ("One", "Two"):
        with opened(server, clock, tmp_path, gazetteer, recurring=True) as online:
            online.settle(Query(name), OFFLINE)
        clock.now += 5
    assert clock.slept == [10.0]


def test_servers_of_one_service_are_kept_apart(tmp_path):
    with AnswerCache(tmp_path) as cache:
        cache.put("nominatim", "one.example", "X", ANSWER)
        assert cache.get("nominatim", "one.example", "X") == (True, ANSWER)
        assert cache.get("nominatim", "two.example", "X") == (False, None)
        assert cache.get("photon", "one.example", "X") == (False, None)


def test_no_key_and_no_name_of_the_asker_is_kept(server, clock, tmp_path, gazetteer):
    server.answers = [server.ok({"features": []})]
    chosen = GeocoderOptions(
        provider="pelias", domain=f"http://{server.domain}/p4th", user_agent="wh0asks", api_key_env="KEY"
    )
    with open_provider(
        chosen, environment={"KEY": "s3cret"}, cache_folder=tmp_path, areas=gazetteer.areas, clock=clock,
        wall_clock=clock, sleep=clock.sleep,
    ) as online:  # fmt: skip
        online.settle(Query("Zxcvbograd"), OFFLINE)
    assert "s3cret" in server.paths[0]
    kept = b"".join(path.read_bytes() for path in tmp_path.iterdir())
    assert b"Zxcvbograd" in kept
    assert b"s3cret" not in kept
    assert b"wh0asks" not in kept
    assert b"p4th" not in kept


# --- processes ---

ASKS = """
import sys
from impactmap.places.online.opening import open_provider
from impactmap.places.settle.decision import Decision, Query
from impactmap.model.sections.files import GeocoderOptions

folder, domain, *names = sys.argv[1:]
chosen = GeocoderOptions(provider="nominatim", domain=f"http://{domain}", user_agent="desk")
with open_provider(chosen, cache_folder=folder) as online:
    for name in names:
        print(online.settle(Query(name), Decision("not_found", "")).status)
"""
WRITES = """
import sys
from impactmap.places.online.cache import AnswerCache
from impactmap.places.online.cache import Answer

with AnswerCache(sys.argv[1]) as cache:
    number = first = int(sys.argv[2])
    while True:
        cache.put("s", "d", f"q{number}", Answer("x" * 500, number % 90, number % 180, 1.0))
        if number == first:
            print("ready", flush=True)
        number += 1
"""


@pytest.mark.slow
def test_several_processes_ask_nothing_twice_and_once_a_second(server, tmp_path):
    server.reply = by_name(server)
    names = ["Q1", "Q2", "N3"]
    running = [
        subprocess.Popen(
            [sys.executable, "-c", ASKS, tmp_path, server.domain, *random.Random(seed).sample(names, 3)],
            stdout=subprocess.PIPE,
            text=True,
        )
        for seed in range(4)
    ]
    printed = [process.communicate(timeout=60)[0].split() for process in running]
    assert [process.returncode for process in running] == [0] * 4
    assert all(sorted(words) == ["fuzzy", "fuzzy", "not_found"] for words in printed)
    assert len(server.paths) == len(set(server.paths)) == 3
    apart = [after - before for before, after in zip(server.times, server.times[1:], strict=False)]
    assert min(apart) > 0.5  # a second when sent; a busy machine may receive one late


@pytest.mark.parametrize("rounds", [pytest.param(6, marks=pytest.mark.slow), pytest.param(200, marks=pytest.mark.soak)])
def test_a_process_that_is_killed_leaves_whole_answers(tmp_path, rounds):
    for round_ in range(rounds):
        with subprocess.Popen(
            [sys.executable, "-c", WRITES, tmp_path, str(round_ * 1_000_000)], stdout=subprocess.PIPE
        ) as process:
            process.stdout.readline()
            time.sleep(0.02 + 0.03 * (round_ % 6))
            process.kill()
        with AnswerCache(tmp_path) as cache:
            entries = cache.entries()
            assert entries
            assert all(entry["answer"]["address"] == "x" * 500 for entry in entries)
            numbers = sorted(int(entry["question"][1:]) for entry in entries)
            mine = [number for number in numbers if number >= round_ * 1_000_000]
            assert mine == list(range(round_ * 1_000_000, round_ * 1_000_000 + len(mine)))  # none is missing between
    assert [path.name for path in tmp_path.iterdir() if "unreadable" in path.name] == []


@pytest.mark.slow
def test_a_process_killed_while_it_asks_gives_its_turn_back(server, tmp_path, clock, gazetteer):
    server.reply, server.pause = by_name(server), 30
    with subprocess.Popen([sys.executable, "-c", ASKS, tmp_path, server.domain, "Q1"], stdout=subprocess.PIPE) as one:
        deadline = time.monotonic() + 30
        while not server.paths and time.monotonic() < deadline:
            time.sleep(0.01)
        with AnswerCache(tmp_path, turn_seconds=0.05) as cache, pytest.raises(ProviderUnavailable, match="Another run"):
            cache.turn().__enter__()
        one.kill()
    server.pause = 0
    with opened(server, clock, tmp_path, gazetteer) as online:
        assert online.settle(Query("Q1"), OFFLINE).status == "fuzzy"


# --- files that are not as they should be ---


@pytest.mark.parametrize("kind", ["garbage", "truncated", "overwritten", "other tables", "empty"])
def test_a_corrupt_file_is_set_aside_and_begun_anew(tmp_path, kind, caplog):
    with AnswerCache(tmp_path) as cache:
        for number in range(500):
            cache.put("s", "d", f"q{number}", ANSWER)
        path = cache.path
    data = path.read_bytes()
    if kind == "garbage":
        path.write_bytes(b"not a data base at all" * 100)
    elif kind == "truncated":
        path.write_bytes(data[: len(data) // 2])
    elif kind == "overwritten":
        path.write_bytes(data[:4096] + b"\x55" * 20_000 + data[24_096:])
    elif kind == "other tables":
        path.unlink()
        with contextlib.closing(sqlite3.connect(path)) as other:
            other.executescript("CREATE TABLE answers (a); PRAGMA user_version = 1;")
    else:
        path.write_bytes(b"")
    broken = path.read_bytes()
    with AnswerCache(tmp_path) as cache:
        assert cache.get("s", "d", "q1") == (False, None)
        cache.put("s", "d", "q1", ANSWER)
        assert cache.get("s", "d", "q1") == (True, ANSWER)
    aside = tmp_path / "answers.unreadable-1.sqlite"
    if kind == "empty":  # nothing to keep
        assert not aside.exists()
    else:
        assert aside.read_bytes() == broken
        assert "set aside as answers.unreadable-1.sqlite and are asked for anew" in caplog.text


def test_a_file_that_goes_bad_while_it_is_open(tmp_path):
    with AnswerCache(tmp_path) as cache:
        cache.put("s", "d", "q", ANSWER)
        for path in tmp_path.glob("answers*"):
            path.write_bytes(b"\x55" * 100_000)
        cache.put("s", "d", "q", ANSWER)
        assert cache.get("s", "d", "q") == (True, ANSWER)
    assert (tmp_path / "answers.unreadable-1.sqlite").is_file()


def test_a_file_of_a_newer_version_is_refused_and_left_alone(tmp_path):
    with AnswerCache(tmp_path) as cache:
        path = cache.path
    with contextlib.closing(sqlite3.connect(path)) as other:
        other.execute("PRAGMA user_version = 2")
    before = path.read_bytes()
    with pytest.raises(InputError, match="expected answers of version 1, found version 2, written by a newer"):
        AnswerCache(tmp_path)
    assert path.read_bytes() == before


def test_an_answer_that_somebody_meddled_with_is_asked_for_again(tmp_path):
    with AnswerCache(tmp_path) as cache:
        for number, text in enumerate(
            ('{"address": "x"}', "[1]", '{"address":"x","latitude":91,"longitude":0,"radius_km":1}')
        ):
            cache.run("INSERT INTO answers VALUES ('s', 'd', ?, 1.0, ?)", (f"q{number}", text))
            assert cache.get("s", "d", f"q{number}") == (False, None)


def test_a_folder_that_cannot_be_used(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(InputError, match="expected a folder for the answers"):
        AnswerCache(tmp_path / "file")


# --- the command ---


def command(capsys, *words):
    with pytest.raises(SystemExit) as leaving:
        cli.main([str(word) for word in words])
    out, err = capsys.readouterr()
    return leaving.value.code, out, err


def test_the_command_line_asks_keeps_shows_exports_and_clears(server, tmp_path, capsys, monkeypatch):
    server.reply = by_name(server)
    folder = tmp_path / "kept"
    monkeypatch.setenv("IMPACTMAP_CACHE", str(folder))
    table = tmp_path / "places.csv"
    table.write_text("place,country\nQwertyville,\n=Q()ertyville,\nKharkiv,Ukraine\n", encoding="utf-8")
    assert command(capsys, "cache", "show")[1] == f"0 answers in {folder}\n"
    assert not folder.exists()
    geocode = ["geocode", table, "-o", tmp_path / "out.csv", "--force"]
    online = ["--provider", "nominatim", "--server", f"http://{server.domain}", "--user-agent", "desk@example.org"]
    assert command(capsys, *geocode)[0] == 0
    assert server.paths == []  # nobody asked for it
    assert command(capsys, *geocode, *online)[1].startswith("3 rows: 2 fuzzy, 1 matched.")
    assert command(capsys, *geocode, *online)[1].startswith("3 rows: 2 fuzzy, 1 matched.")
    assert len(server.paths) == 2
    code, out, _ = command(capsys, "cache", "show")
    assert (code, out.splitlines()[:2]) == (
        0,
        [f"2 answers in {folder}", f"  nominatim at {server.domain}: 2, 0 of them 'not found'"],
    )
    assert json.loads(command(capsys, "cache", "show", "--json")[1])["services"] == [
        {"service": "nominatim", "server": server.domain, "answers": 2, "nothing_found": 0}
    ]
    assert command(capsys, "cache", "export", "-o", tmp_path / "answers.csv")[0] == 0
    with (tmp_path / "answers.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert [row["question"] for row in rows] == ["Qwertyville", "'=Q()ertyville"]
    assert (rows[0]["address"], rows[0]["latitude"], rows[0]["found"]) == ("Mala Vovcha", "49.5", "True")
    assert command(capsys, "cache", "export", "-o", tmp_path / "answers.json", "--json")[0] == 0
    assert json.loads((tmp_path / "answers.json").read_text(encoding="utf-8"))[1]["question"] == "=Q()ertyville"
    assert command(capsys, "cache", "export", "-o", tmp_path / "answers.txt")[0] == 1
    assert command(capsys, "cache", "clear", "--yes")[1] == f"Forgot 2 answers in {folder}\n"
    assert command(capsys, "cache", "clear", "--yes", "--json")[0] == 0
    assert json.loads(command(capsys, "cache", "show", "--json")[1])["answers"] == 0


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["--provider", "nominatim"], "--provider needs --user-agent"),
        (["--server", "geo.example"], "need --provider"),
    ],
)
def test_options_that_need_each_other(tmp_path, capsys, words, message):
    table = tmp_path / "places.csv"
    table.write_text("place\nKharkiv\n", encoding="utf-8")
    code, _, err = command(capsys, "geocode", table, "-o", tmp_path / "out.csv", *words)
    assert code == 2
    assert message in err


def test_a_refusal_is_told_and_leaves_with_1(server, tmp_path, capsys):
    server.answers = [(403, {}, b"")]
    table = tmp_path / "places.csv"
    table.write_text("place\nQwertyville\n", encoding="utf-8")
    code, _, err = command(
        capsys, "geocode", table, "-o", tmp_path / "out.csv", "--provider", "nominatim", "--user-agent", "desk",
        "--server", f"http://{server.domain}", "--cache", tmp_path / "kept",
    )  # fmt: skip
    assert code == 1
    assert "refused the request (status 403)" in err
    assert not (tmp_path / "out.csv").exists()


def test_a_damaged_file_and_a_silent_service_are_told(monkeypatch, capsys, tmp_path, unused_port):
    folder = tmp_path / "kept"
    monkeypatch.setenv("IMPACTMAP_CACHE", str(folder))
    folder.mkdir()
    (folder / "answers.sqlite").write_text("garbage", encoding="utf-8")
    table = tmp_path / "places.csv"
    table.write_text("place\nQwertyville\n", encoding="utf-8")
    code, out, _ = command(
        capsys, "geocode", table, "-o", tmp_path / "out.csv", "--provider", "nominatim",
        "--server", f"http://127.0.0.1:{unused_port}", "--user-agent", "desk@example.org",
    )  # fmt: skip
    assert code == 0
    assert "1 unavailable" in out
    assert "The next run asks again." in out
    assert command(capsys, "cache", "show")[1].splitlines() == [
        f"0 answers in {folder}",
        "Damaged, set aside and begun anew: answers.unreadable-1.sqlite",
    ]
    assert json.loads(command(capsys, "cache", "show", "--json")[1])["damaged"] == ["answers.unreadable-1.sqlite"]
