"""The house: which room imports which, no circle, and no room or module that has grown too large."""

from __future__ import annotations

import ast
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest

import impactmap

#: A room imports only rooms above it.
ROOMS = (
    "model",
    "reference",
    "geodesy",
    "reading",
    "claims",
    "places",
    "context",
    "analysis",
    "look",
    "telling",
    "scene",
    "maps",
    "publishing",
    "articles",
    "workspace",
    "datasets",
    "notebook",
    "desk",
    "cli",
)
PACKAGE = Path(impactmap.__file__).parent
FILES = {
    ".".join(file.relative_to(PACKAGE.parent).with_suffix("").parts).removesuffix(".__init__"): file
    for file in PACKAGE.rglob("*.py")
}


def imports_of(name):
    """Return the modules of the package that a module imports anywhere, for types alone included."""
    found = set()
    for node in ast.walk(ast.parse(FILES[name].read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names if alias.name.split(".")[0] == "impactmap"}
        elif isinstance(node, ast.ImportFrom) and (node.module or "").split(".")[0] == "impactmap":
            assert node.level == 0
            within = {f"{node.module}.{alias.name}" for alias in node.names}
            found |= {module for module in within if module in FILES} or {node.module}
    return found


GRAPH = {name: imports_of(name) for name in FILES}


def room_of(name):
    parts = name.split(".")
    return parts[1] if len(parts) > 1 else None


def test_every_folder_is_a_room_of_the_chain():
    assert {folder.name for folder in PACKAGE.iterdir() if any(folder.glob("*.py"))} == set(ROOMS)


@pytest.mark.parametrize("name", sorted(FILES))
def test_a_module_imports_only_rooms_above_its_own(name):
    room = room_of(name)
    if room not in ROOMS:  # the package itself and its __main__
        return
    below = ROOMS[ROOMS.index(room) + 1 :]
    assert {other for other in GRAPH[name] if room_of(other) in below} == set()


def test_no_modules_import_each_other_in_a_circle():
    order = TopologicalSorter(GRAPH)
    try:
        order.prepare()
    except CycleError as error:
        pytest.fail(" -> ".join(error.args[1]))


@pytest.mark.parametrize("folder", sorted({file.parent for file in FILES.values()}), ids=lambda folder: folder.name)
def test_no_room_holds_more_than_fourteen_modules_beside_its_sub_rooms(folder):
    assert len([file for file in folder.glob("*.py") if file.name != "__init__.py"]) <= 14


def test_no_module_is_longer_than_four_hundred_lines():
    assert {name for name, file in FILES.items() if len(file.read_text(encoding="utf-8").splitlines()) > 400} == set()
