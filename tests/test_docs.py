"""What the documents say is what the program does: README commands, docstring examples, links, the notebook."""

from __future__ import annotations

import doctest
import importlib.util
import inspect
import os
import pkgutil
import re
import shlex
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import nbformat
import pytest

import impactmap

ROOT = Path(__file__).parent.parent
DOCUMENTS = [*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md"), ROOT / "seeds/README.md", ROOT / "data/README.md"]
NOTEBOOKS = sorted(ROOT.glob("notebooks/*.ipynb"))
MODULES = sorted(module.name for module in pkgutil.walk_packages(impactmap.__path__, "impactmap."))


def console_commands(path: Path) -> list[str]:
    """Return the commands of a document's console blocks, in order (lines that begin with a dollar sign)."""
    blocks = re.findall(r"```console\n(.*?)```", path.read_text(encoding="utf-8"), flags=re.DOTALL)
    return [line[2:].strip() for block in blocks for line in block.splitlines() if line.startswith("$ ")]


@pytest.mark.slow
@pytest.mark.parametrize("document", [p for p in DOCUMENTS if console_commands(p)], ids=lambda p: p.name)
def test_commands_of_the_documents_run(document, tmp_path):
    """Run a document's commands one after the other in one folder that holds the seeds, as a reader would."""
    shutil.copytree(ROOT / "seeds", tmp_path / "seeds")
    bin_folder = Path(sys.executable).parent
    ran = 0
    for command in console_commands(document):
        words = shlex.split(command)
        if words[0] == "make":
            targets = re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), flags=re.MULTILINE)
            assert words[1] in targets, f"{document.name} names a make target that is not there: {command}"
            continue
        if words[0] in {"git", "cd"}:
            continue
        assert words[0] == "impactmap", f"{document.name} shows a command that this test does not know: {command}"
        done = subprocess.run(
            [bin_folder / "impactmap", *words[1:]],
            cwd=tmp_path,
            capture_output=True,
            text=True,
            timeout=120,
            env={**os.environ, "NO_COLOR": "1"},
            check=False,
        )
        assert done.returncode == 0, f"{command}\n{done.stdout}\n{done.stderr}"
        ran += 1
    assert ran, f"{document.name} has console blocks but no impactmap command"


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda p: str(p.relative_to(ROOT)))
def test_links_inside_the_project_lead_somewhere(document):
    text = document.read_text(encoding="utf-8")
    targets = [t for t in re.findall(r"\]\(([^)#\s]+)[^)]*\)", text) if "://" not in t and not t.startswith("mailto:")]
    missing = [t for t in targets if not (document.parent / t).exists()]
    assert not missing, f"{document.name} links to files that are not there: {missing}"


@pytest.mark.parametrize("name", MODULES)
def test_examples_in_docstrings(name, tmp_path, monkeypatch):
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    result = doctest.testmod(importlib.import_module(name), optionflags=doctest.NORMALIZE_WHITESPACE | doctest.ELLIPSIS)
    assert result.failed == 0


@pytest.mark.parametrize(
    "document", [d for d in DOCUMENTS if ">>> " in d.read_text(encoding="utf-8")], ids=lambda d: d.name
)
def test_examples_in_documents(document):
    result = doctest.testfile(str(document), module_relative=False, encoding="utf-8")
    assert result.attempted
    assert not result.failed


def test_every_public_function_has_a_section_of_examples_that_run():
    functions = {name: getattr(impactmap, name) for name in impactmap.__all__}
    texts = {name: inspect.getdoc(made) or "" for name, made in functions.items() if inspect.isfunction(made)}
    assert len(texts) > 60
    assert not [name for name, text in texts.items() if not re.search(r"\nExamples\n-{8}\n(?s:.*)>>> ", text)]
    # What these need is not there where examples run: a database. tests/publishing/postgis runs them.
    assert [name for name, text in texts.items() if "+SKIP" in text] == ["from_postgis", "to_postgis"]


def load_tool():
    spec = importlib.util.spec_from_file_location("notebooks", ROOT / "release/notebooks.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.mark.slow
@pytest.mark.parametrize("notebook", NOTEBOOKS, ids=lambda p: p.name)
def test_a_notebook_gives_again_what_is_stored_with_it(notebook, tmp_path):
    tool, stored = load_tool(), nbformat.read(notebook, as_version=4)
    content = tool.keep(tool.run(notebook, tmp_path))
    assert tool.texts(content) == tool.texts(stored), "run `make notebooks`, and look at what changed"


@pytest.mark.parametrize("notebook", NOTEBOOKS, ids=lambda p: p.name)
def test_a_notebook_is_a_question_and_an_answer_and_is_small(notebook):
    content = nbformat.read(notebook, as_version=4)
    nbformat.validate(content)
    prose = [cell.source for cell in content.cells if cell.cell_type == "markdown"]
    assert re.match(rf"# {int(notebook.name[:2])}\. .+\n\n\*\*(?s:.+)\?\*\*", prose[0])
    assert any(text.startswith("## The answer") for text in prose)
    assert "**What can be said:**" in "\n".join(prose[-2:])
    shown = [output for cell in content.cells for output in cell.get("outputs", [])]
    assert not [output for output in shown if output["output_type"] == "error" or output.get("name") == "stderr"]
    kinds = [kind for output in shown for kind in output.get("data", {})]
    assert kinds.count("image/png") == 1
    assert "text/html" in kinds
    assert notebook.stat().st_size < 200_000
    assert "srcdoc" not in notebook.read_text(encoding="utf-8")


def test_notebooks_are_there():
    numbers = [int(notebook.name[:2]) for notebook in NOTEBOOKS]
    assert numbers == list(range(1, len(numbers) + 1))
    assert len(numbers) >= 7
