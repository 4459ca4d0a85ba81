"""The embed code: what a newsroom pastes."""

from __future__ import annotations

import html
import re

import html5lib
import pytest

from impactmap.publishing.embed import SANDBOX, embed_page, embed_snippet, picture_snippet
from impactmap.telling.summary import summarise

HOSTILE = '"><script>alert(1)</script></textarea></main>{{7*7}}'


@pytest.fixture
def summary(located, claims, project):
    return summarise(located, claims, project)


def parse(page, *, strict=True):
    return html5lib.HTMLParser(strict=strict, namespaceHTMLElements=False).parse(page)


def with_base(project, base):
    return project.model_copy(update={"publish": project.publish.model_copy(update={"base_url": base})})


def test_the_page_is_valid_and_holds_the_snippet_twice(project, summary):
    page = embed_page(project, summary)
    document = parse(page)
    assert page.count("<!DOCTYPE html>") == 1
    frames = document.findall(".//iframe")
    assert len(frames) == 1
    assert document.find(".//textarea[@id='im-snippet']").text == embed_snippet(project, summary)
    assert "Drawn as points" in document.find(".//textarea[@id='im-alt']").text
    for label in document.findall(".//label"):
        assert document.find(f".//textarea[@id='{label.get('for')}']") is not None


def test_there_are_three_snippets_to_copy(project, summary):
    document = parse(embed_page(project, summary))
    scripted, fixed, picture = (
        document.find(f".//textarea[@id='{name}']").text
        for name in ("im-snippet", "im-snippet-fixed", "im-snippet-picture")
    )
    assert scripted.startswith(fixed)
    assert "<script" in scripted
    assert "<script" not in fixed
    assert picture == picture_snippet(project, summary)
    assert "<iframe" not in picture
    assert "<script" not in picture
    tree = parse(f"<!DOCTYPE html><title>x</title>{picture}")
    assert tree.find(".//a/img").get("src") == "map.png"
    assert {link.get("href") for link in tree.findall(".//a")} == {"map.html"}
    assert "Map: Power and heating under attack." in tree.find(".//img").get("alt")
    assert "Content systems" in embed_page(project, summary)


@pytest.mark.parametrize("scripted", [True, False])
def test_the_frame_may_do_what_the_map_needs_and_nothing_else(project, summary, scripted):
    snippet = embed_snippet(project, summary, scripted=scripted)
    frame = parse(f"<!DOCTYPE html><title>x</title>{snippet}").find(".//iframe")
    assert frame.get("sandbox") == SANDBOX
    assert SANDBOX == "allow-scripts allow-downloads allow-popups allow-popups-to-escape-sandbox"
    assert frame.get("src") == "map.html"
    assert frame.get("title") == "Power and heating under attack"
    assert frame.get("referrerpolicy") == "no-referrer"


def test_there_is_something_without_scripts_and_without_frames(project, summary):
    snippet = embed_snippet(project, summary)
    without = re.search(r"<noscript>(.*?)</noscript>", snippet).group(1)
    assert 'href="map.html"' in without
    assert 'src="map.png"' in without
    assert "Map: Power and heating under attack." in without
    assert 'rel="noopener"' in snippet


def test_a_title_ends_no_noscript_when_an_editing_system_writes_the_snippet_anew(project, located, claims):
    chosen = project.model_copy(update={"map": project.map.model_copy(update={"title": "</noscript><img src=x>"})})
    snippet = embed_snippet(chosen, summarise(located, claims, chosen))
    without = re.search(r"<noscript>(.*?)</noscript>", snippet).group(1)
    anew = html.unescape(without)
    assert "<noscript" not in anew
    assert "</noscript" not in anew
    assert anew.count("<img") == 1


@pytest.mark.parametrize("base", ["https://example.org/maps/first", "https://example.org/maps/first/"])
def test_a_base_address_goes_before_the_names(project, summary, base):
    snippet = embed_snippet(with_base(project, base), summary)
    assert 'src="https://example.org/maps/first/map.html"' in snippet


def test_hostile_titles_stay_text(project, located, claims):
    chosen = project.model_copy(update={"map": project.map.model_copy(update={"title": HOSTILE + "\x07"})})
    page = embed_page(chosen, summarise(located, claims, chosen))
    document = parse(page)
    assert document.find(".//iframe").get("title").startswith(HOSTILE)
    assert len(document.findall(".//script")) == 1
    assert len(document.findall(".//textarea")) == 4


def test_nothing_but_the_map_is_asked_for(project, summary):
    document = parse(embed_page(project, summary))
    asked = {element.get(name) for element in document.iter() for name in ("src", "href") if element.get(name)}
    assert asked <= {"map.html", "map.png"}


@pytest.mark.parametrize(("language", "words"), [("uk", "Вставити цю карту"), ("ru", "Вставить эту карту")])
def test_the_page_speaks_the_maps_language(project, located, claims, language, words):
    chosen = project.model_copy(update={"map": project.map.model_copy(update={"language": language})})
    document = parse(embed_page(chosen, summarise(located, claims, chosen)))
    assert document.get("lang") == language
    assert document.find(".//h1").text == words
