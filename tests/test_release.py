"""What decides over a release: which files it holds, which Pythons there are, and what an installation weighs."""

from __future__ import annotations

import importlib
import importlib.metadata
import re
import sys
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]


@pytest.fixture
def release(monkeypatch):
    monkeypatch.syspath_prepend(str(ROOT / "release"))
    yield importlib.import_module
    for name in ("check", "weights"):
        sys.modules.pop(name, None)


@pytest.mark.parametrize(
    ("pattern", "path", "matches"),
    [
        ("impactmap/**/*.py", "impactmap/__init__.py", True),
        ("impactmap/**/*.py", "impactmap/a/b/c.py", True),
        ("impactmap/**/*.py", "impactmap/a/b.pyc", False),
        ("impactmap/**/*.py", "other/impactmap/a.py", False),
        ("impactmap/web/*.js", "impactmap/web/a.js", True),
        ("impactmap/web/*.js", "impactmap/web/old/a.js", False),
        ("x-*.dist-info/RECORD", "x-0.1.0.dist-info/RECORD", True),
        ("a.c", "abc", False),
    ],
)
def test_patterns_of_paths(release, pattern, path, matches):
    assert bool(release("check").expression(pattern).fullmatch(path)) == matches


def test_a_file_too_many_and_one_that_lacks_are_faults(release):
    names, patterns = ["p/a.py", "p/secret.txt"], ["p/*.py", "p/LICENSE"]
    assert release("check").compare(names, patterns, "x.whl") == [
        "x.whl holds p/secret.txt, which release/contents.toml does not name",
        "x.whl lacks p/LICENSE",
    ]


def test_the_package_as_it_lies_here_is_what_a_wheel_may_hold(release):
    """So that a new kind of file, or one that was moved, is seen before a release is built."""
    files = [
        path.relative_to(ROOT / "src").as_posix()
        for path in (ROOT / "src").rglob("*")
        if path.is_file() and "__pycache__" not in path.parts and not path.parts[-2].endswith(".egg-info")
    ]
    wanted = tomllib.loads((ROOT / "release/contents.toml").read_text(encoding="utf-8"))["wheel"]
    assert not release("check").compare(files, [name for name in wanted if name.startswith("impactmap/")], "src")
    licences = {f"impactmap_newsroom-*.dist-info/licenses/{pattern}" for pattern in PROJECT["license-files"]}
    assert licences | {"impactmap/reference/NOTICE.md"} <= set(wanted)


@pytest.mark.skipif(not (ROOT / ".git").exists(), reason="an unpacked sdist holds what it holds")
def test_the_files_of_this_checkout_are_those_that_an_sdist_may_hold(release):
    check = release("check")
    wanted = tomllib.loads((ROOT / "release/contents.toml").read_text(encoding="utf-8"))
    tools = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]
    taken = tools["hatch"]["build"]["targets"]["sdist"]["only-include"]
    listed = check.run(["git", "ls-files", "-z"], cwd=ROOT).split("\0")
    files = [name for name in listed if name.split("/")[0] in taken and (ROOT / name).is_file()]
    package = [f"src/{name}" for name in wanted["wheel"] if name.startswith("impactmap/")]
    added = [f"sdist lacks {name}" for name in ("PKG-INFO", "pyproject.toml", ".gitignore")]  # by hatchling itself
    assert check.compare(files, [*wanted["sdist"], *package], "sdist") == added


def test_this_python_is_among_those_that_are_checked_each_version_once(release):
    check = release("check")
    versions = [
        tuple(map(int, check.run([path, "-c", "import sys; print(*sys.version_info[:2])"]).split()))
        for path in check.pythons()
    ]
    assert sys.version_info[:2] in versions
    assert versions == sorted(set(versions))
    assert min(versions) >= (3, 11)


def test_what_is_needed_is_weighed_once_with_what_that_needs(release):
    weights = release("weights")
    names = [each.name.lower() for each in weights.needed("geopandas")]
    assert {"geopandas", "pandas", "numpy", "shapely", "pyogrio", "packaging"} <= set(names)
    assert len(names) == len(set(names))
    assert "pytest" not in names  # of an extra
    numpy = weights.weigh(importlib.metadata.distribution("numpy"))
    assert numpy["whole"] >= numpy["unpacked"] > 20_000_000


def test_the_document_tells_why_each_dependency_is_there():
    needed = [re.match(r"[\w-]+", line)[0] for line in PROJECT["dependencies"]]
    text = (ROOT / "docs/installing.md").read_text(encoding="utf-8").partition("## What takes how much room")[2]
    rows = re.findall(r"^\| `([\w-]+)` \|", text, flags=re.MULTILINE)
    assert sorted(rows) == sorted(needed)
    heavy = {"scipy", "odfpy", "rich"}  # what served little
    assert not heavy & set(needed)


def test_pins_name_no_address_and_have_hashes():
    for file in (ROOT / "requirements").glob("*.txt"):
        text = file.read_text(encoding="utf-8")
        assert "://" not in text
        pins = re.findall(r"^[a-z][\w.-]*(?:\[[\w,-]+\])?==", text, flags=re.MULTILINE)
        assert len(pins) == len(re.findall(r"^[a-z]", text, flags=re.MULTILINE))
        assert text.count("--hash=sha256:") >= len(pins)
