"""Tables at addresses, from a server on this computer that misbehaves on purpose."""

from __future__ import annotations

import contextlib
import http.server
import socket
import threading
import time

import pytest

from impactmap import cli
from impactmap.model.errors import TableError
from impactmap.reading.formats.remote import PublicClient, fetch_table, is_address
from impactmap.reading.read import read_events

TABLE = b"date,place\n2025-11-09,Kharkiv\n"
CLIENT = PublicClient(loopback=True)


class Handler(http.server.BaseHTTPRequestHandler):
    """Answers what the server's `answers` say for the path."""

    def do_GET(self):
        self.server.asked.append((self.path, dict(self.headers)))
        status, headers, body = self.server.answers.get(self.path.partition("?")[0], (404, {}, b""))
        with contextlib.suppress(OSError):
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name, value)
            self.end_headers()
            for piece in [body] if isinstance(body, bytes) else body:
                self.wfile.write(piece)
                self.wfile.flush()

    def log_message(self, *_):
        """Say nothing."""


@pytest.fixture
def server():
    made = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    made.daemon_threads = True
    made.asked, made.answers = [], {}
    thread = threading.Thread(target=made.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    made.url = f"http://127.0.0.1:{made.server_port}"
    yield made
    made.shutdown()
    made.server_close()
    thread.join()


def csv(body=TABLE, **headers):
    return 200, {"Content-Type": "text/csv; charset=utf-8", "Content-Length": str(len(body)), **headers}, body


def test_a_published_sheet(server, tmp_path):
    server.answers = {
        "/pub": (307, {"Location": "/moved/here"}, b""),
        "/moved/here": csv(),
    }
    path = fetch_table(f"{server.url}/pub?output=csv", tmp_path, client=CLIENT)
    assert path.name == "127.0.0.1-here.csv"
    assert read_events(path).events["place"].tolist() == ["Kharkiv"]
    assert [asked for asked, _ in server.asked] == ["/pub?output=csv", "/moved/here"]
    assert {"Cookie", "Authorization", "Referer"}.isdisjoint(server.asked[1][1])
    assert fetch_table(f"{server.url}/moved/here", tmp_path, client=CLIENT).name == "127.0.0.1-here-2.csv"


@pytest.mark.parametrize(
    ("kind", "path", "name"),
    [
        ("text/plain", "/a/data.geojson", "127.0.0.1-data.geojson"),
        ("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", "/export", "127.0.0.1-export.xlsx"),
        ("application/octet-stream", "/..%2f..%2fevil", "127.0.0.1-2f..-2fevil.csv"),
        ("text/csv", "/", "127.0.0.1-table.csv"),
    ],
)
def test_the_name_says_the_format_and_stays_in_the_folder(server, tmp_path, kind, path, name):
    server.answers = {path: (200, {"Content-Type": kind}, TABLE)}
    found = fetch_table(server.url + path, tmp_path, client=CLIENT)
    assert found.parent == tmp_path
    assert found.suffix == name[name.rindex(".") :]
    assert "/" not in found.name


@pytest.mark.parametrize(
    ("answer", "message"),
    [
        ((200, {"Content-Type": "text/html"}, b"<html>Sign in"), "found a web page. A sheet has to be published"),
        ((403, {}, b""), "found 403. A sheet has to be published"),
        ((503, {"Retry-After": "9999"}, b""), "found the answer 503. Try again later"),
        ((200, {"Content-Type": "text/csv", "Content-Length": "0"}, b""), "expected a table, found nothing"),
        ((200, {"Content-Type": "text/csv", "Content-Encoding": "gzip"}, b"\x1f\x8b"), "found a packed one"),
        ((200, {"Content-Type": "text/csv", "Content-Length": "99999999999"}, b"x"), "at most 1 MB, found more"),
        ((200, {"Content-Type": "text/csv"}, [b"x" * 65536] * 40), "at most 1 MB, found more"),
        ((200, {"Content-Type": "text/csv", "Content-Length": "900"}, b"date"), "expected 900 bytes, found 4"),
        ((302, {"Location": "/table"}, b""), "more than 5 redirects"),
        ((302, {"Location": "ftp://example.org/a.csv"}, b""), "begins with https://"),
        ((302, {"Location": "file:///etc/passwd"}, b""), "begins with https://"),
        ((302, {"Location": "http://10.0.0.1/a.csv"}, b""), "found '10.0.0.1', which leads into a private network"),
        ((302, {"Location": "http://169.254.169.254/latest"}, b""), "private network"),
        ((302, {"Location": "http://[::ffff:192.168.0.1]/"}, b""), "private network"),
        ((302, {"Location": "http://user:word@127.0.0.1/"}, b""), "without a name or password"),
    ],
)
def test_answers_that_are_no_table(server, tmp_path, answer, message):
    server.answers = {"/table": answer}
    with pytest.raises(TableError, match=message.replace(".", r"\.")):
        fetch_table(f"{server.url}/table", tmp_path, client=CLIENT, max_bytes=1 << 20)
    assert not list(tmp_path.iterdir())


def test_a_server_that_sends_a_byte_now_and_then_is_cut_off(server, tmp_path):
    def drip():
        while True:
            time.sleep(0.05)
            yield b"x"

    server.answers = {"/table": (200, {"Content-Type": "text/csv", "Content-Length": "1000000"}, drip())}
    begin = time.monotonic()
    with pytest.raises(TableError, match="within the time limit, found it not finished"):
        fetch_table(f"{server.url}/table", tmp_path, client=CLIENT, max_seconds=0.5)
    assert time.monotonic() - begin < 60  # the whole answer would take half a day


def test_a_server_that_never_answers_is_cut_off(tmp_path):
    with socket.create_server(("127.0.0.1", 0)) as silent, pytest.raises(TableError, match="expected an answer"):
        fetch_table(f"http://127.0.0.1:{silent.getsockname()[1]}/", tmp_path, client=CLIENT, max_seconds=0.3)


@pytest.mark.parametrize(
    "addresses",
    [
        ["127.0.0.1"], ["10.1.2.3"], ["192.168.1.1"], ["172.16.0.1"], ["169.254.169.254"], ["100.64.0.1"], ["0.0.0.0"],
        ["224.0.0.1"], ["::1"], ["fd00::1"], ["fe80::1%eth0"], ["::ffff:10.0.0.1"], ["2002:0a00:0001::"],
        ["93.184.216.34", "10.0.0.1"], [],
    ],
)  # fmt: skip
def test_a_host_whose_addresses_are_not_all_public_is_not_asked(addresses, tmp_path):
    client = PublicClient(resolve=lambda _host, _port: addresses)
    with pytest.raises(TableError, match=r"expected a public host, found 'sheets\.example'"):
        fetch_table("https://sheets.example/a.csv", tmp_path, client=client)


@pytest.mark.parametrize(
    ("url", "message"),
    [
        ("http://example.org/a.csv", "expected https, found http"),
        ("ftp://example.org/a.csv", "begins with https://"),
        ("https://example.org:99999/a.csv", "begins with https://"),
        ("https:///a.csv", "begins with https://"),
    ],
)
def test_addresses_that_are_refused(url, message, tmp_path):
    client = PublicClient(resolve=lambda _host, _port: ["93.184.216.34"])
    with pytest.raises(TableError, match=message):
        fetch_table(url, tmp_path, client=client)


def test_a_host_that_is_not_known(tmp_path):
    def fail(_host, _port):
        raise socket.gaierror(-2, "Name or service not known")

    with pytest.raises(TableError, match="expected a host that is known, found none"):
        fetch_table("https://nowhere.example/a.csv", tmp_path, client=PublicClient(resolve=fail))


@pytest.mark.parametrize(
    ("url", "asked"),
    [
        (
            "https://docs.google.com/spreadsheets/d/AbC-9_x/edit#gid=17",
            "https://docs.google.com/spreadsheets/d/AbC-9_x/export?format=csv&gid=17",
        ),
        (
            "https://docs.google.com/spreadsheets/d/AbC/edit?usp=sharing",
            "https://docs.google.com/spreadsheets/d/AbC/export?format=csv&gid=0",
        ),
        (
            "https://docs.google.com/spreadsheets/d/e/2PACX-x/pub?output=csv",
            "https://docs.google.com/spreadsheets/d/e/2PACX-x/pub?output=csv",
        ),
        ("https://docs.google.com.example.org/spreadsheets/d/AbC/edit", "https://docs.google.com.example.org/spreadsheets/d/AbC/edit"),
    ],
)  # fmt: skip
def test_the_address_of_a_sheet_that_is_edited_becomes_that_of_its_table(url, asked, tmp_path):
    class Client:
        def get(self, at, *, seconds):
            assert seconds > 100
            raise TableError(at)

    with pytest.raises(TableError) as found:
        fetch_table(url, tmp_path, client=Client())
    assert str(found.value) == asked


def test_what_is_an_address():
    assert [is_address(text) for text in ("https://a.b/c", "HTTP://a.b", "file:///c", "a.csv", "C:\\a.csv", "a:b")] == [
        True, True, True, False, False, False,
    ]  # fmt: skip


def test_the_command_fetches_only_when_told_to(tmp_path, capsys, monkeypatch):
    def fetched(url, folder):
        path = folder / "sheet.csv"
        path.write_bytes(TABLE)
        assert url == "https://example.org/a.csv"
        return path

    monkeypatch.setattr("impactmap.reading.formats.remote.fetch_table", fetched)
    words = ["convert", "https://example.org/a.csv", "-o", str(tmp_path / "out.csv")]
    with pytest.raises(SystemExit, match="2"):
        cli.main(words)
    assert "Add --allow-url to have it fetched, or download it first." in " ".join(capsys.readouterr().err.split())
    with pytest.raises(SystemExit, match="0"):
        cli.main([*words, "--allow-url"])
    assert "Note: fetched https://example.org/a.csv as sheet.csv, 30 bytes." in capsys.readouterr().err
    assert read_events(tmp_path / "out.csv").events["place"].tolist() == ["Kharkiv"]
