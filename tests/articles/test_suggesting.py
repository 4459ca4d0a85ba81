"""Suggesters that lie: nothing of what the text does not say gets through the gate, and each drop is counted."""

from __future__ import annotations

import contextlib
import datetime as dt
import json
import sys
import threading
import time
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest

from impactmap.articles import DraftBoard
from impactmap.articles.confirmed import with_confirmed
from impactmap.articles.suggesting.gate import check_suggestions
from impactmap.articles.suggesting.suggesters import command_suggester, http_suggester, suggester_name
from impactmap.articles.texts import make_article
from impactmap.cli import main
from impactmap.model.errors import InputError
from impactmap.reading.read import read_events

TEXT = (
    "Israeli air strikes hit a depot in Tyre on Sunday, killing three people, officials said. Hezbollah fired nothing."
)
TRUE = {
    "quote": TEXT.split(". ", maxsplit=1)[0],
    "place": "Tyre",
    "date": "on Sunday",
    "side": "Israeli air strikes",
    "claims": [{"metric": "killed", "quote": "killing three people", "claimant": "officials"}],
}
ARTICLE = make_article("a.txt", TEXT, published=dt.date(2025, 11, 9), language="en")


def check(*suggestions):
    drafts, dropped = check_suggestions(ARTICLE, {"drafts": list(suggestions)}, "a program")
    return drafts, dict(dropped)


def test_what_the_text_says_gets_through():
    [draft], dropped = check(TRUE)
    assert not dropped
    assert (draft.places[0].name, draft.date.start, draft.side.value, draft.drafter) == (
        "Tyre",
        "2025-11-09",
        "Israel",
        "a program",
    )
    [claim] = draft.claims
    assert (claim.metric, claim.value, claim.claimant, claim.span.exact) == ("killed", 3.0, "officials", "three people")


@pytest.mark.parametrize(
    ("lie", "why"),
    [
        ({"side": "Hezbollah fired"}, "side: not in the text"),
        ({"side": "officials"}, "side: its words do not say who attacked"),
        ({"side": "Hezbollah air strikes"}, "side: not in the text"),
        ({"date": "on Monday"}, "date: not in the text"),
        ({"date": "killing"}, "date: not read as one day"),
        ({"summary": "<script>alert(1)</script>"}, "field: not asked for"),
        ({"claims": [{"metric": "killed", "quote": "killing thirty people"}]}, "claim: not in the text"),
        ({"claims": [{"metric": "injured", "quote": "killing three people"}]}, "claim: not read as such"),
        ({"claims": [{"metric": "killed", "quote": "three people", "value": 300}]}, "claim: not asked for"),
        (
            {"claims": [{"metric": "killed", "quote": "three people", "claimant": "Hezbollah"}]},
            "claimant: not in the text",
        ),
        ({"claims": "many"}, "claims: not a list"),
        ({"sectors": ["power"]}, "sectors: not in the text"),
        ({"means": ["depot"]}, "means: not read as one"),
    ],
)
def test_a_lie_is_dropped_and_counted(lie, why):
    [draft], dropped = check(TRUE | lie)
    assert dropped == {why: 1}
    assert draft.side is None or draft.side.value == "Israel"
    assert all(claim.value == 3.0 for claim in draft.claims if claim.metric == "killed")
    assert "script" not in json.dumps(draft.as_dict())


@pytest.mark.parametrize(
    ("suggestion", "why"),
    [
        (TRUE | {"quote": "Russia attacked."}, "draft: not in the text"),
        (TRUE | {"quote": 7}, "draft: no quote"),
        (TRUE | {"quote": "a" * 5000}, "draft: a quote that is too long"),
        (TRUE | {"place": "Beirut"}, "place: not in the text"),
        (TRUE | {"place": "depot"}, "place: not read as one"),
        ("drafts", "draft: not an object"),
    ],
)
def test_an_invented_event_is_none(suggestion, why):
    drafts, dropped = check(suggestion)
    assert drafts == []
    assert dropped[why] == 1


@pytest.mark.parametrize("answer", [None, [], {"drafts": {}}, "x", {"drafts": None}])
def test_an_answer_of_another_form_is_none(answer):
    assert check_suggestions(ARTICLE, answer, "a program")[0] == []


def test_too_many_drafts_are_counted():
    drafts, dropped = check(*[TRUE] * 1000)
    assert len(drafts) == 1
    assert dropped == {"draft: more than 200": 800}


def program(tmp_path, body):
    path = tmp_path / "suggest.py"
    path.write_text(f"import json, sys\nasked = json.load(sys.stdin)\n{body}\n", encoding="utf-8")
    return f"{sys.executable} {path}"


def test_a_program_is_asked(tmp_path):
    ask = command_suggester(program(tmp_path, "print(json.dumps({'drafts': [asked['text']]}))"))
    assert ask(ARTICLE) == {"drafts": [TEXT]}


@pytest.mark.parametrize(
    ("body", "message"),
    [
        ("print('x' * 10_000_000)", "at most 1,048,576 bytes"),
        ("while True: print('x' * 1_000_000)", "at most 1,048,576 bytes"),
        ("import time\nwhile True: print('x', flush=True); time.sleep(0.1)", "answers within 2 s"),
        ("print('no JSON')", "expected an answer in JSON"),
        ("sys.exit(3)", "exit code 3"),
        ("import time; time.sleep(60)", "answers within 2 s"),
    ],
)
def test_a_program_that_misbehaves_is_told(tmp_path, body, message):
    ask = command_suggester(program(tmp_path, body), seconds=2)
    with pytest.raises(InputError, match=message):
        ask(ARTICLE)


def test_a_program_that_is_not_there_is_told():
    with pytest.raises(InputError, match="expected a program"):
        command_suggester("no-such-program-anywhere")(ARTICLE)


@pytest.mark.parametrize("command", ["suggest 'one", "", "  "])
def test_a_command_that_is_none_is_told(command):
    with pytest.raises(InputError, match="expected a program"):
        command_suggester(command)


@pytest.mark.parametrize(
    ("named", "name"),
    [
        ({"command": "/home/ana/secret-desk/suggest.py --api-key 7f3a"}, "command suggest.py"),
        ({"command": "python3 '/home/ana/a b.py'"}, "command python3"),
        ({"address": "https://ana:7f3a@example.org:8443/v1?key=7f3a"}, "http example.org"),
    ],
)
def test_readers_are_told_no_key_and_no_path(named, name):
    assert suggester_name(**named) == name


class _Server(BaseHTTPRequestHandler):
    def do_POST(self):
        asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        if self.path == "/moved":
            self.send_response(302)
            self.send_header("Location", "/")
            self.end_headers()
            return
        if self.path == "/garbage":
            self.wfile.write(b"no answer of a web server\r\n\r\n")
            return
        if self.path == "/slow":
            self.send_response(200)
            self.end_headers()
            with contextlib.suppress(OSError):
                for _ in range(20):
                    self.wfile.write(b" ")
                    time.sleep(0.1)
            return
        body = b"x" * (2 << 20) if self.path == "/large" else json.dumps({"drafts": [asked["language"]]}).encode()
        self.send_response(200)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


@pytest.fixture
def address():
    server = HTTPServer(("127.0.0.1", 0), _Server)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()
    thread.join()


def test_an_address_is_asked_and_follows_nowhere(address):
    assert http_suggester(address)(ARTICLE) == {"drafts": ["en"]}
    with pytest.raises(InputError, match="at most 1,048,576 bytes"):
        http_suggester(f"{address}/large")(ARTICLE)
    with pytest.raises(InputError, match="found no answer"):
        http_suggester(f"{address}/moved")(ARTICLE)
    with pytest.raises(InputError, match="found no answer"):
        http_suggester(f"{address}/garbage")(ARTICLE)
    with pytest.raises(InputError, match=r"found no answer \(nothing whole within 1 s"):
        http_suggester(f"{address}/slow", seconds=1)(ARTICLE)
    with pytest.raises(InputError, match="begins with https"):
        http_suggester("file:///etc/passwd")


def test_texts_are_sent_only_where_send_says_so(tmp_path, capsys):
    (tmp_path / "a.txt").write_text(TEXT, encoding="utf-8")
    words = ["draft", str(tmp_path / "a.txt"), "-o", str(tmp_path / "map"), "--published", "2025-11-09"]
    with pytest.raises(SystemExit) as refused:
        main([*words, "--http", "http://127.0.0.1:9/"])
    assert refused.value.code == 2
    assert "--send" in capsys.readouterr().err
    assert not (tmp_path / "map").exists()


def test_the_suggester_stands_in_the_note_and_its_lies_are_told(tmp_path, capsys):
    quiet = "Officials met. Israeli air strikes hit Tyre on Sunday."
    (tmp_path / "a.txt").write_text(quiet, encoding="utf-8")
    made = {"quote": quiet, "place": "Tyre", "date": "on Sunday", "side": "Syria attacked"}
    command = program(tmp_path, f"print(json.dumps({{'drafts': [{made!r}]}}))")
    with pytest.raises(SystemExit) as done:
        main(
            [
                "draft",
                str(tmp_path / "a.txt"),
                "-o",
                str(tmp_path / "map"),
                "--published",
                "2025-11-09",
                "--command",
                command,
            ]
        )
    assert done.value.code == 0
    assert "Suggested, and not in the text: side: not in the text 1." in capsys.readouterr().out
    board = DraftBoard(tmp_path / "map")
    for entry in board.drafts:
        board.confirm(entry.draft.id, editor="Ana", day=dt.date(2025, 11, 10))
    empty = read_events(tmp_path / "map/events.csv")
    reading = with_confirmed(empty, tmp_path / "map", now=dt.datetime(2025, 12, 1, tzinfo=dt.UTC), sides=None)
    [note] = [note.text for note in reading.notes if note.file == "drafts.jsonl"]
    assert "Suggested by" in note
    assert "confirmed by an editor" in note
