"""The viewer's modules keep to the form that lets the page join them into one script, and to what keeps data inert."""

from __future__ import annotations

import collections
import gzip
import posixpath
import re
import shutil
import subprocess
from importlib import resources
from pathlib import Path

import pytest

from impactmap.look.theme import css_variables
from impactmap.maps.page.viewer_code import viewer_script, viewer_style
from impactmap.model.words import Words

WEB = Path(str(resources.files("impactmap.maps"))) / "web"
MODULES = {path.relative_to(WEB).as_posix(): path.read_text(encoding="utf-8") for path in sorted(WEB.glob("**/*.js"))}
#: Modules that a part imports come with it, and are none themselves.
HELPERS = {
    f"parts/{name}"
    for text in MODULES.values()
    for name in re.findall(r'^import .* from "\./(\w+\.js)";', text, re.MULTILINE)
}
PARTS = [
    name.removeprefix("parts/").removesuffix(".js")
    for name in MODULES
    if name.startswith("parts/") and name not in HELPERS
]
CODE = {name: re.sub(r"(?m)/\*\*(?:(?!\*/)[\s\S])*\*/|^\s*//.*$", "", text) for name, text in MODULES.items()}


def test_there_are_modules_and_main_is_one():
    assert "main.js" in MODULES
    assert len(MODULES) > 10


@pytest.mark.parametrize("name", MODULES)
def test_imports_stand_in_one_line_without_renaming(name):
    for line in MODULES[name].splitlines():
        if re.match(r"\s*import\b(?!\()", line):
            assert re.fullmatch(r'import \{[\w, $]+\} from "\.\.?/[\w-]+\.js";', line), line
            assert " as " not in line


@pytest.mark.parametrize("name", MODULES)
def test_no_text_runs_over_several_lines(name):
    """Lines are joined without what they begin with."""
    assert [line for line in CODE[name].splitlines() if line.count("`") % 2] == []


@pytest.mark.parametrize("name", MODULES)
def test_what_is_imported_is_exported_there(name):
    for names, other in re.findall(r'^import \{(.*)\} from "(\.\.?/[\w-]+\.js)";', MODULES[name], re.MULTILINE):
        source = posixpath.normpath(posixpath.join(posixpath.dirname(name), other))
        for one in names.split(", "):
            exported = rf"^export (?:async )?(?:function|const|let|class) {one}\b"
            assert re.search(exported, MODULES[source], re.MULTILINE), one


@pytest.mark.parametrize("name", [name for name in MODULES if not name.startswith("parts/")])
def test_core_imports_no_optional_part(name):
    assert "/parts/" not in MODULES[name]


@pytest.mark.parametrize("part", PARTS)
def test_part_registers_itself_once_and_is_joined_only_where_named(part):
    assert len(re.findall(r"^addPart\(", MODULES[f"parts/{part}.js"], re.MULTILINE)) == 1
    calls = [len(re.findall(r"^addPart\(", viewer_script(parts), re.MULTILINE)) for parts in ((), (part,), PARTS)]
    assert calls == [0, 1, len(PARTS)]


def test_unknown_part_is_refused():
    with pytest.raises(ValueError, match="expected names of optional viewer parts, found chart"):
        viewer_script(["chart"])


def test_top_level_names_are_unique():
    names = collections.Counter(
        name
        for text in MODULES.values()
        for name in re.findall(r"^(?:export )?(?:async )?(?:function|const|let|var|class) (\w+)", text, re.MULTILINE)
    )
    assert [name for name, count in names.items() if count > 1] == []


@pytest.mark.parametrize("name", CODE)
@pytest.mark.parametrize(
    "forbidden",
    [
        "innerHTML", "outerHTML", "insertAdjacentHTML", "document.write", "createContextualFragment", "DOMParser",
        "bindPopup", "bindTooltip", "divIcon", "eval(", "new Function", '"style"',
        "fetch(", "XMLHttpRequest", "sendBeacon", "WebSocket",
        "localStorage", "sessionStorage", "indexedDB", "document.cookie",
    ],
)  # fmt: skip
def test_nothing_parses_markup_stores_or_asks_the_network(name, forbidden):
    # One module reads the files that lie beside a large page, under the page's own policy.
    assert (forbidden in CODE[name]) is (name == "files.js" and forbidden == "fetch(")


def test_every_message_asked_for_is_in_the_catalogs():
    known = set(Words("en").viewer_messages(PARTS))
    asked = {key for text in CODE.values() for key in re.findall(r'\bsay\("(\w+)"', text)}
    choices = {
        "play_add", "play_step", "speed_slow", "speed_normal", "speed_fast", "play_mode", "play_speed",
        *(f"timeline_{unit}" for unit in ("day", "week", "month", "year")),
        *(f"filter_{name}" for name in ("sector", "means", "precision")),
        "period_from", "period_to", "zoom_in", "zoom_out",
    }  # fmt: skip
    assert len(asked) > 50
    assert (asked | choices) - known == set()


def test_style_uses_only_tokens_of_the_theme():
    tokens = set(re.findall(r"(--im-[\w-]+):", css_variables()))
    assert set(re.findall(r"var\((--im-[\w-]+)", viewer_style(PARTS))) - tokens == set()


def test_style_asks_for_nothing_from_elsewhere():
    assert "url(" not in viewer_style(PARTS)
    assert "@import" not in viewer_style(PARTS)


def test_script_and_style_stay_within_their_budget():
    # A page of few reports has to stay under 170 KB with everything; the ground and Leaflet take most of it.
    assert len(gzip.compress((viewer_script() + viewer_style()).encode(), 9)) < 48 * 1024


@pytest.mark.parametrize("parts", [(), *((part,) for part in PARTS), tuple(PARTS)], ids="+".join)
def test_the_joined_script_parses(tmp_path, parts):
    script = tmp_path / "viewer.js"
    script.write_text(viewer_script(parts), encoding="utf-8")
    node = shutil.which("node")
    if node is None:  # Node is no requirement: the browser tests run the same script.
        assert viewer_script(parts).startswith('(() => {"use strict";')
        return
    subprocess.run([node, "--check", str(script)], check=True)
