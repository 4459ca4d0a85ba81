"""Settings of a project file changed by a program: comments and order stay, and the file stays a valid one."""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import tomlkit
import tomlkit.items

from impactmap.model.errors import InputError, ProjectError
from impactmap.model.project import check_project

__all__ = [
    "add_alias",
    "add_side",
    "edit_project",
    "remove_alias",
    "set_columns",
    "set_setting",
    "set_side",
    "silence_check",
]

Change = Callable[[tomlkit.TOMLDocument], None]


def edit_project(path: str | Path, change: Change) -> None:
    """Change a project file while nobody else of ours does.

    Parameters
    ----------
    path
        The file.
    change
        Is given the document, and changes it.

    Raises
    ------
    ProjectError
        When the file has faults, or would have some: it stays as it is.
    """
    from impactmap.model.atomic import replace_file
    from impactmap.model.system.locks import alone_in

    path = Path(path)
    with alone_in(path.parent):
        try:
            before = path.read_bytes().decode("utf-8-sig")
            document = tomlkit.parse(before)
        except (OSError, UnicodeDecodeError, RecursionError, tomlkit.exceptions.ParseError) as error:
            raise ProjectError(f"{path}: cannot be changed: {error}. Correct it in an editor.") from error
        change(document)
        after = tomlkit.dumps(document)
        try:
            raw = tomllib.loads(after)
        except tomllib.TOMLDecodeError as error:
            raise ProjectError(f"{path}: expected letters and signs, found what TOML cannot hold: {error}.") from None
        raw.pop("folder", None)
        check_project(raw, path)
        if after != before:
            with replace_file(path) as temporary:
                temporary.write_text(after, encoding="utf-8", newline="")


def set_setting(section: str, key: str, value: Any, *, comment: str = "") -> Change:
    """Return the change that sets a key of a section, or takes it away where the value is None."""

    def change(document: tomlkit.TOMLDocument) -> None:
        if value is None:
            if section in document and key in _table(document, section):
                del _table(document, section)[key]
            return
        table = _table(document, section)
        item = tomlkit.item(value)
        if comment:
            item.comment(" ".join(comment.split()))
        table[key] = item

    return change


def set_columns(columns: dict[str, str]) -> Change:
    """Return the change that makes ``[columns]`` these and no others; comments of those that stay, stay."""

    def change(document: tomlkit.TOMLDocument) -> None:
        table = _table(document, "columns")
        for name in [name for name in table if name not in columns]:
            del table[name]
        for name, header in columns.items():
            if table.get(name) != header:
                table[name] = header

    return change


def add_alias(side: str, alias: str, *, comment: str = "") -> Change:
    """Return the change by which a text means a side; a side of that very name is one no more."""

    def change(document: tomlkit.TOMLDocument) -> None:
        sides = _sides(document)
        chosen = next((each for each in sides if each.get("key") == side), None)
        if chosen is None:
            raise InputError(f"side: expected one of the map's sides, found {side!r}.")
        aliases = tomlkit.item(list(dict.fromkeys([*map(str, chosen.get("aliases", ())), alias])))
        if comment:
            aliases.comment(" ".join(comment.split()))
        chosen["aliases"] = aliases
        for number in [n for n, each in enumerate(sides) if each.get("key") == alias and alias != side][::-1]:
            _drop(sides, number)

    return change


def remove_alias(alias: str) -> Change:
    """Return the change by which a text means no side any more."""

    def change(document: tomlkit.TOMLDocument) -> None:
        for side in _sides(document):
            if alias in (aliases := list(map(str, side.get("aliases", ())))):
                side["aliases"] = [each for each in aliases if each != alias]

    return change


def add_side(key: str) -> Change:
    """Return the change that declares one more side."""

    def change(document: tomlkit.TOMLDocument) -> None:
        made = tomlkit.table()
        made["key"] = made["name"] = key
        if "sides" not in document:
            document["sides"] = tomlkit.aot()
        _sides(document).append(made)

    return change


def set_side(number: int, key: str, value: str | None) -> Change:
    """Return the change that sets a key of the side with that number, from 1, or takes it away."""

    def change(document: tomlkit.TOMLDocument) -> None:
        sides = _sides(document)
        if not 0 < number <= len(sides):
            raise InputError(f"side: expected a number from 1 to {len(sides)}, found {number}.")
        if value is not None:
            sides[number - 1][key] = value
        elif key in sides[number - 1]:
            del sides[number - 1][key]

    return change


def silence_check(name: str, reason: str | None) -> Change:
    """Return the change that silences a check with its reason, or asks again where there is none."""

    def change(document: tomlkit.TOMLDocument) -> None:
        checks = _table(document, "checks")
        if reason is None:
            if "silenced" in checks and name in checks["silenced"]:
                del checks["silenced"][name]
            return
        if "silenced" not in checks:
            checks["silenced"] = tomlkit.table()
        checks["silenced"][name] = reason

    return change


def _table(document: tomlkit.TOMLDocument, section: str) -> Any:
    if section not in document:
        document[section] = tomlkit.table()
    return document[section]


def _sides(document: tomlkit.TOMLDocument) -> Any:
    sides = document.get("sides", ())
    if not isinstance(sides, Sequence):
        raise InputError("sides: expected [[sides]] in the project file.")
    return sides


def _drop(sides: Any, number: int) -> None:
    """Take a side away; notes under it, which are about what follows, go to the one before."""
    body = sides[number].value.body
    last = max(place for place, (key, _) in enumerate(body) if key is not None)
    notes = [item for key, item in body[last + 1 :] if key is None]
    del sides[number]
    for item in notes if number else ():
        sides[number - 1].value.append(None, item)
