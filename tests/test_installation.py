"""The distribution's name stands once, and another's module of the same name is told from ours."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tomllib
import types
from pathlib import Path

import pytest

import impactmap
from impactmap import cli
from impactmap.model.errors import InstallationError
from impactmap.model.system.installation import (
    DISTRIBUTION,
    check_installation,
    check_pandas,
    install_command,
    other_owner,
)

ROOT = Path(__file__).parent.parent
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
WRITTEN = [
    *ROOT.glob("*.md"),
    *ROOT.glob("docs/**/*.md"),
    *ROOT.glob("Containerfile"),
    *(ROOT / "src").rglob("*.py"),
    *(ROOT / "src").rglob("*.toml"),
]
#: The other distribution, as an installer would have left it; the folder of ours stands behind its own.
THEIRS = f"""
__path__.append({str(Path(impactmap.__file__).parent)!r})


class ImpactMap:
    pass
"""


@pytest.fixture
def site(tmp_path):
    """Give a folder of installed modules in which the other distribution came last."""
    (tmp_path / "impactmap").mkdir()
    (tmp_path / "impactmap" / "__init__.py").write_text(THEIRS, encoding="utf-8")
    record(tmp_path, "impactmap/__init__.py,,\nimpactmap/client.py,,\n")
    return tmp_path


def record(site, files):
    info = site / "impactmap-0.0.3.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.4\nName: impactmap\nVersion: 0.0.3\n", encoding="utf-8")
    (info / "RECORD").write_text(files, encoding="utf-8")


def started(site, *words):
    return subprocess.run(
        [sys.executable, "-m", "impactmap", *words],
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
        env={**os.environ, "PYTHONPATH": str(site)},
    )


def test_the_name_is_the_one_that_is_built():
    assert PROJECT["name"] == DISTRIBUTION != "impactmap"
    assert PROJECT["scripts"] == {"impactmap": "impactmap.cli:main", DISTRIBUTION: "impactmap.cli:main"}


def test_wherever_something_is_installed_it_is_by_its_name():
    install = r"(?:pip install|pipx install|pipx run|uvx|uv add|uv tool install|uv pip install)"
    wrong = re.compile(rf"{install}[^\n]*?[ \"']impactmap(?:\[\w+\])?(?=[\s\"'`).:,]|$)")
    assert wrong.search("pip install impactmap[postgis]`")
    assert not [path.name for path in WRITTEN if wrong.search(path.read_text(encoding="utf-8"))]


def test_readme_asks_for_no_shell_that_only_some_have():
    """Where the two systems differ there is a block for each, line by line; else a command is a program and words."""
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    blocks = re.findall(r"```(\w+)\n(.*?)```", text, flags=re.DOTALL)
    steps = {language: lines.splitlines() for language, lines in blocks if language in {"sh", "powershell"}}
    assert [language for language, _ in blocks].count("sh") == 1
    assert len(steps["sh"]) == len(steps["powershell"])
    assert steps["sh"][2:] == steps["powershell"][2:]
    commands = [line for language, lines in blocks if language == "console" for line in lines.splitlines()]
    assert commands
    assert [line for line in commands if not re.fullmatch(r"\$ impactmap [\w ./:=-]+", line)] == []


def test_the_commands_name_extras_that_exist():
    assert install_command() == "python -m pip install impactmap-newsroom"
    assert install_command("postgis") == 'python -m pip install "impactmap-newsroom[postgis]"'
    assert {"postgis", "raster"} <= set(PROJECT["optional-dependencies"])


def test_every_extra_has_its_line_in_the_document():
    text = (ROOT / "docs/installing.md").read_text(encoding="utf-8")
    named = re.findall(
        r'^\| `(\w+)` \| .* \| `python -m pip install "impactmap-newsroom\[\1\]"` \|$', text, re.MULTILINE
    )
    assert sorted(named) == sorted(PROJECT["optional-dependencies"])


@pytest.mark.parametrize("words", [[], ["--version"], ["build", "a", "-o", "b"]], ids=["nothing", "version", "build"])
def test_anothers_module_in_our_place_is_told(site, words):
    done = started(site, *words)
    assert done.returncode == 1
    assert not done.stdout
    assert "expected the module impactmap of impactmap-newsroom, found that of impactmap 0.0.3 in" in (done.stderr)
    assert str(site) in done.stderr
    assert "python -m pip uninstall impactmap impactmap-newsroom, then: python -m pip install impactmap-newsroom" in (
        done.stderr
    )


def test_anothers_module_beside_ours_is_a_warning(monkeypatch, tmp_path, capsys):
    record(tmp_path, "impactmap/client.py,,\n")
    monkeypatch.setattr(impactmap, "__file__", str(tmp_path / "impactmap" / "__init__.py"))
    assert other_owner(impactmap) == "impactmap 0.0.3"
    with pytest.raises(SystemExit) as leaving:
        cli.main(["--version"])
    out, err = capsys.readouterr()
    assert leaving.value.code == 0
    assert out.startswith("impactmap ")
    assert err.startswith("Warning: impactmap 0.0.3 is installed beside impactmap, with a module of the same name. ")


def test_a_distribution_of_that_name_without_the_module_is_no_matter(monkeypatch, tmp_path):
    """An editable installation of a checkout from before the name was chosen, for one."""
    record(tmp_path, "_impactmap.pth,,\nimpactmap-0.0.3.dist-info/RECORD,,\n")
    monkeypatch.setattr(impactmap, "__file__", str(tmp_path / "impactmap" / "__init__.py"))
    assert not other_owner(impactmap)


def test_a_module_whose_beginning_was_uninstalled_is_told():
    module = types.ModuleType("impactmap")
    module.__path__ = ["/somewhere/impactmap"]
    module.__file__ = None
    with pytest.raises(InstallationError, match=r"without __init__\.py.*\(/somewhere/impactmap\).*pip uninstall"):
        check_installation(module)
    check_installation(impactmap)


@pytest.mark.parametrize(
    ("loaded", "installed", "mend"),
    [
        ("2.2.3", "2.2.3", r'Run: python -m pip install "pandas>=3"'),
        ("2.3.1", "3.0.1", r"pandas 3\.0\.1 is installed: restart the kernel"),
        (None, "2.2.2", r'Run: python -m pip install "pandas>=3"'),
    ],
)
def test_an_old_pandas_is_refused_with_what_to_do(monkeypatch, loaded, installed, mend):
    check_pandas()
    monkeypatch.setattr("importlib.metadata.version", lambda _name: installed)
    if loaded is None:
        monkeypatch.delitem(sys.modules, "pandas")
    else:
        monkeypatch.setitem(sys.modules, "pandas", types.SimpleNamespace(__version__=loaded))
    with pytest.raises(InstallationError, match=rf"expected pandas 3 or newer, found {loaded or installed}\. {mend}"):
        check_pandas()


@pytest.mark.parametrize(("loaded", "installed"), [("3.0.0", "3.0.0"), (None, "3.1.0"), ("4.0.0rc1", "4.0.0rc1")])
def test_a_new_pandas_is_let_in(monkeypatch, loaded, installed):
    monkeypatch.setattr("importlib.metadata.version", lambda _name: installed)
    monkeypatch.setitem(sys.modules, "pandas", types.SimpleNamespace(__version__=loaded or installed))
    check_pandas()


def test_called_by_its_name_alone_it_says_what_to_do_next(capsys):
    with pytest.raises(SystemExit) as leaving:
        cli.main([])
    out = capsys.readouterr().out.splitlines()
    assert leaving.value.code == 0
    assert [line.split(":")[1].split()[:2] for line in out] == [
        ["impactmap", "desk"],
        ["impactmap", "new"],
        ["impactmap", "build"],
        ["impactmap", "--help"],
    ]
