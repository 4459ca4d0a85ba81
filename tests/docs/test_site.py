"""The documentation site: no warning, no link to nowhere, no request to anybody, a search that works from disk."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from pathlib import Path
from urllib.parse import unquote, urlsplit

import html5lib
import pytest
from playwright.sync_api import sync_playwright

import impactmap

ROOT = Path(__file__).parents[2]
KEPT = shutil.ignore_patterns(".*", "build", "dist", "node_modules", "__pycache__", "tests", "benchmarks")

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    """Build the site as `make docs` does, from a copy: examples of the gallery write nothing beside it."""
    folder = tmp_path_factory.mktemp("site")
    shutil.copytree(ROOT, folder / "project", ignore=KEPT)
    shutil.copytree(ROOT / ".github", folder / "project/.github")
    command = next(line for line in (ROOT / "Makefile").read_text(encoding="utf-8").splitlines() if "-m sphinx" in line)
    arguments = command.split("-m sphinx")[1].split()
    assert "--fail-on-warning" in arguments
    done = subprocess.run(
        [sys.executable, "-m", "sphinx", *arguments],
        cwd=folder / "project",
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return folder / "project/build/docs"


@pytest.fixture(scope="module")
def pages(site):
    """Return every page's file with its tree."""
    return {
        path: html5lib.parse(path.read_text(encoding="utf-8"), namespaceHTMLElements=False)
        for path in sorted(site.rglob("*.html"))
    }


def leads_somewhere(address, path, site, anchors):
    """Whether a link of a page is to a file and a place there is; of links to elsewhere, whether it can be one."""
    parts = urlsplit(address)
    if parts.scheme in {"mailto", "data"}:
        return True
    if parts.scheme:
        return parts.scheme in {"http", "https"} and bool(re.fullmatch(r"[\w.-]+\.\w+(:\d+)?", parts.netloc))
    target = (path.parent / unquote(parts.path)).resolve() if parts.path else path
    if not target.is_file() or not target.is_relative_to(site):
        return False
    return not parts.fragment or target not in anchors or unquote(parts.fragment) in anchors[target]


def test_every_link_and_anchor_leads_somewhere(site, pages):
    anchors = {path: {node.get("id") for node in tree.iter() if node.get("id")} for path, tree in pages.items()}
    links = [
        (path, node.get(name))
        for path, tree in pages.items()
        for node in tree.iter()
        for name in ("href", "src")
        if node.get(name)
    ]
    assert len(links) > 1000
    assert not [(path.name, link) for path, link in links if not leads_somewhere(link, path, site, anchors)]
    (path, *_) = pages
    for wrong in ("no-such-page.html", "#no-such-anchor", "javascript:x", "https://", "../../../../etc/passwd"):
        assert not leads_somewhere(wrong, path, site, anchors)


def test_nothing_is_asked_of_anybody(site, pages):
    for path, tree in pages.items():
        for node in tree.iter():
            loads = [node.get(name) for name in ("src", "srcset", "poster", "data") if node.get(name)]
            if node.tag == "link" and node.get("rel") not in {"canonical", "license"}:
                loads.append(node.get("href"))
            assert not [each for each in loads if re.match(r"(https?:)?//", each)], (path, node.tag, loads)
    for path in site.rglob("*.css"):
        assert not re.search(r"url\(\s*['\"]?(https?:)?//|@import", path.read_text(encoding="utf-8")), path


def test_every_public_name_has_its_entry(site, pages):
    ids = {node.get("id") for path, tree in pages.items() if path.parent.name == "reference" for node in tree.iter()}
    assert {f"impactmap.{name}" for name in impactmap.__all__} <= ids


def test_the_gallery_shows_everything_that_draws(site):
    text = (ROOT / "docs/site/gallery.md").read_text(encoding="utf-8")
    drawing = [name for name in impactmap.__all__ if name.startswith("plot_")]
    assert len(drawing) > 9
    assert not [name for name in [*drawing, "build_map", "explore"] if f"im.{name}(" not in text]
    page = (site / "docs/site/gallery.html").read_text(encoding="utf-8")
    cells = re.findall(r"```\{code-cell\}\n(.*?)```", text, flags=re.DOTALL)
    pictures = len(re.findall(r"<img [^>]*src=\"[^\"]*_images/", page)) + page.count("<iframe srcdoc=")
    assert pictures == len(cells) - 1  # the first one makes what is drawn


@pytest.mark.browser
@pytest.mark.parametrize("words", ["geocode_events", "border view", "embargo"])
def test_search_works_from_disk(site, words):
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path="/usr/bin/chromium", args=["--no-sandbox", "--disable-gpu"]
        )
        page = browser.new_page()
        asked, faults = [], []
        page.on("request", lambda request: asked.append(request.url))
        page.on("pageerror", lambda error: faults.append(str(error)))
        page.goto((site / "index.html").as_uri())
        page.wait_for_url("**/docs/site/index.html")
        page.locator("input[name=q]").first.fill(words)
        page.keyboard.press("Enter")
        page.wait_for_selector("ul.search li a")
        page.wait_for_function(
            "document.querySelector('#search-progress, .search-summary').textContent.includes('found')"
        )
        assert page.locator("ul.search li a").count() >= 2
        page.locator("ul.search li a").first.click()
        page.wait_for_selector("article h1")
        assert not [url for url in asked if not url.startswith(("file:", "data:"))]
        assert not faults
        browser.close()
