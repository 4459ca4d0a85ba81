"""Articles as they arrive: text, pages, feeds, Telegram's export, folders; and how a project keeps them."""

from __future__ import annotations

import datetime as dt
import json

import pytest

from impactmap.articles import keep_articles, load_articles
from impactmap.articles.lexicon import guess_language
from impactmap.articles.sources.reading import read_articles
from impactmap.model.errors import InputError, TableError

DAY = dt.date(2025, 11, 9)
EVIL = '<!DOCTYPE rss [<!ENTITY a "aa">]><rss><channel><item><title>&a;</title></item></channel></rss>'


def test_a_text_keeps_its_line_ends_and_signs(tmp_path):
    text = "Drones hit Kisumu 🛩️.\r\n\r\nTwo were hurt, the governor said."
    (tmp_path / "a.txt").write_bytes(text.encode())
    [article] = read_articles([tmp_path / "a.txt"], published=DAY, outlet="A paper")
    assert (article.text, article.published, article.language, article.outlet) == (text, DAY, "en", "A paper")
    [path] = keep_articles(tmp_path / "map", [article])
    assert path.read_bytes().decode() == text
    assert load_articles(tmp_path / "map") == {article.article_id: article}
    assert "articles/" in (tmp_path / "map/.gitignore").read_text().splitlines()


def test_an_ignore_file_keeps_its_lines_and_names_the_folder_once(tmp_path):
    (tmp_path / ".gitignore").write_text("build", encoding="utf-8")
    for _ in range(2):
        keep_articles(tmp_path, [])
    assert (tmp_path / ".gitignore").read_text().splitlines() == ["build", "articles/", "drafts.jsonl"]


def test_a_corrected_text_is_the_same_article(tmp_path):
    path = tmp_path / "a.txt"
    ids = set()
    for text in ("Two died in the raid.", "Three died in the raid."):
        path.write_text(text, encoding="utf-8")
        ids |= {each.article_id for each in read_articles([path], published=DAY)}
    assert len(ids) == 1


def test_a_page_says_its_day_outlet_and_address(tmp_path):
    page = """<!doctype html><html lang="en-GB"><head><title>Raid</title>
    <meta property="og:site_name" content="A paper"><link rel="canonical" href="https://a.example/1">
    <script type="application/ld+json">{"datePublished": "2025-11-09T08:00:00Z"}</script>
    </head><body><nav>Home News</nav><article><h1>Raid</h1>
    <p>Drones hit <b>the depot</b> in the night.<script>alert(1)</script></p>
    <p>Two died &amp; one was hurt.</article><footer>All rights</footer></body></html>"""
    (tmp_path / "a.html").write_text(page, encoding="utf-8")
    [article] = read_articles([tmp_path / "a.html"])
    assert article.text == "Raid\n\nDrones hit the depot in the night.\n\nTwo died & one was hurt."
    assert (article.published, article.outlet, article.url, article.language) == (
        DAY,
        "A paper",
        "https://a.example/1",
        "en",
    )


RSS = """<rss><channel><item><title>T</title><description>&lt;p&gt;The drones came.&lt;/p&gt;</description>
<pubDate>Sun, 09 Nov 2025 01:00:00 +0200</pubDate></item></channel></rss>"""
ATOM = """<feed xmlns="http://www.w3.org/2005/Atom"><entry><title>T</title><link href="https://a.example/2"/>
<updated>2025-11-09T01:00:00Z</updated><content>The drones came.</content></entry></feed>"""


@pytest.mark.parametrize(("source", "text"), [(RSS, "The drones came."), (ATOM, "The drones came.")])
def test_feeds(tmp_path, source, text):
    (tmp_path / "feed.xml").write_text(source, encoding="utf-8")
    [article] = read_articles([tmp_path / "feed.xml"], language="en")
    assert (article.text, article.published) == (text, DAY)


def test_a_feed_that_declares_entities_is_refused(tmp_path):
    (tmp_path / "feed.xml").write_text(EVIL, encoding="utf-8")
    with pytest.raises(TableError, match="without a document type"):
        read_articles([tmp_path / "feed.xml"])


def test_messages_of_telegram_are_articles(tmp_path):
    parts = ["Вибухи у ", {"type": "bold", "text": "Сумах"}]
    messages = [
        {"id": 1, "type": "service", "date": "2025-11-09T01:00:00", "text": "pinned"},
        {"id": 2, "type": "message", "date": "2025-11-09T02:00:00", "text": parts},
        {"id": 3, "type": "message", "date": "2025-11-09T03:00:00", "text": "", "photo": "a.jpg"},
    ]  # fmt: skip
    (tmp_path / "result.json").write_text(json.dumps({"name": "Канал", "messages": messages}), encoding="utf-8")
    [article] = read_articles([tmp_path])
    assert (article.text, article.published, article.outlet, article.language) == ("Вибухи у Сумах", DAY, "Канал", "uk")


def test_a_day_in_front_of_the_text_is_its_day(tmp_path):
    (tmp_path / "a.txt").write_text(" date 2025-11-09 The power was cut in the city.", encoding="utf-8")
    assert read_articles([tmp_path / "a.txt"])[0].published == DAY


@pytest.mark.parametrize(
    ("name", "text", "options", "message"),
    [
        ("a.txt", "The drones hit the city.", {}, "expected the day of publication, found none.*--published"),
        ("a.txt", "Les drones ont frappé une ville du pays.", {"published": DAY}, "a language out of en, uk, ru"),
        ("a.txt", "The drones", {"published": DAY, "url": "javascript:1"}, "begins with https"),
        ("a.json", '{"a": 1}', {"published": DAY}, "expected Telegram's result.json"),
        ("a.json", "{", {"published": DAY}, "damaged JSON"),
        ("a.xyz/a.pdf", "", {"published": DAY}, "expected a folder of texts"),
    ],
)
def test_what_cannot_be_read_is_refused_with_what_to_do(tmp_path, name, text, options, message):
    path = tmp_path / name
    path.parent.mkdir(exist_ok=True)
    path.write_text(text, encoding="utf-8")
    with pytest.raises(InputError, match=message):
        read_articles([path.parent if "/" in name else path], **options)


def test_a_damaged_record_is_told(tmp_path):
    (tmp_path / "articles").mkdir()
    (tmp_path / "articles/0123456789ab.json").write_text("{}", encoding="utf-8")
    with pytest.raises(InputError, match="expected what is known of the article"):
        load_articles(tmp_path)


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("Drones hit the depot.", "en"),
        ("Вибухи у Сумах", "uk"),
        ("Россия сбила 40 украинских БПЛА.", "ru"),
        ("Белгород без света", "ru"),
        ("Київ", "uk"),
        ("Les drones ont frappé la ville", ""),
        ("2025", ""),
    ],
)
def test_the_language_of_a_text(text, language):
    assert guess_language(text) == language


@pytest.mark.parametrize(
    ("name", "source", "text"),
    [
        ("a.html", "<html>" + "<b>x" * 200_000, "x" * 200_000),
        ("a.html", "<html>" + "<b>" * 200_000 + "</i>x" * 200_000, "x" * 200_000),
        ("a.html", "<html><meta name=date content='Sun, 09 Nov 99999999999999999999 08:00:00 GMT'><p>Hit.", "Hit."),
        ("a.html", "<html><meta name=date content='Sun, 09 Nov 2025 08:00:00 +99999999999999'><p>Hit.", "Hit."),
        ("a.html", "<html><nav><p>Home</nav><p>Hit.</nav></p><aside>More</aside>", "Hit."),
        ("r.json", {"chats": {"list": 5}}, None),
        ("r.json", {"chats": {"list": None}}, None),
        ("r.json", {"chats": {"list": [5, {"messages": 5}, {"messages": [5]}]}}, None),
        (
            "r.json",
            {"messages": [{"type": "message", "id": 1, "text": ["Hit ", {"text": "it"}, {"text": 5}]}]},
            "Hit it",
        ),
        ("a.txt", "\ufeffHit.".encode("utf-16-le"), "Hit."),
        ("a.html", "\ufeff<html><p>Hit.".encode("utf-16-be"), "Hit."),
    ],
)
def test_what_is_made_to_break_readers_does_not(tmp_path, name, source, text):
    data = source if isinstance(source, bytes) else (source if isinstance(source, str) else json.dumps(source)).encode()
    (tmp_path / name).write_bytes(data)
    articles = read_articles([tmp_path / name], published=DAY, language="en")
    assert [article.text for article in articles] == ([] if text is None else [text])


@pytest.mark.parametrize("sign", ["<!--", "<![CDATA[", "<!", "<a href='"])
def test_what_nobody_ends_is_refused(tmp_path, sign):
    (tmp_path / "a.html").write_text("<html><p>Hit.</p>" + sign * 200_000, encoding="utf-8")
    with pytest.raises(InputError, match="that nobody ends"):
        read_articles([tmp_path / "a.html"], published=DAY, language="en")
    (tmp_path / "a.html").write_text("<html><!-- a --><p>1 < 2.</p>" + "<!-- b -->" * 5_000, encoding="utf-8")
    [article] = read_articles([tmp_path / "a.html"], published=DAY, language="en")
    assert article.text == "1 < 2."


def test_lists_within_lists_are_no_message(tmp_path):
    deep = '{"messages":[{"type":"message","id":1,"text":' + "[" * 900 + '"x"' + "]" * 900 + "}]}"
    (tmp_path / "r.json").write_text(deep, encoding="utf-8")
    assert read_articles([tmp_path / "r.json"], published=DAY, language="en") == []


def test_a_file_that_is_no_text_is_told(tmp_path):
    (tmp_path / "a.txt").write_bytes(bytes(range(256)))
    with pytest.raises(InputError, match="expected a text, found a file of another kind"):
        read_articles([tmp_path / "a.txt"], published=DAY, language="en")


def test_a_page_gets_no_sentences_out_by_its_name(tmp_path):
    name = "A sentence of the article.\n " * 200
    (tmp_path / "a.html").write_text(
        f'<html lang="en"><meta property="og:site_name" content="{name}"><p>Drones hit Erdenet.', encoding="utf-8"
    )
    [article] = read_articles([tmp_path / "a.html"], published=DAY)
    assert len(article.outlet) == 80
    assert "\n" not in article.outlet


def test_half_signs_and_foreign_ignore_files_are_kept(tmp_path):
    (tmp_path / ".gitignore").write_bytes("сборка\n".encode("cp1251"))
    export = '{"name": "\\ud800", "messages": [{"type": "message", "id": "\\udfff", "text": "Hit \\ud800."}]}'
    (tmp_path / "r.json").write_text(export, encoding="utf-8")
    keep_articles(tmp_path, read_articles([tmp_path / "r.json"], published=DAY, language="en"))
    [article] = load_articles(tmp_path).values()
    assert (article.outlet, article.text) == ("\ufffd", "Hit \ufffd.")
    assert (tmp_path / ".gitignore").read_bytes().startswith("сборка\n".encode("cp1251"))
