"""Which tables a source names: a project's, one, those of a folder or a pattern, or a frame in memory."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from impactmap.model.errors import ProjectError, TableError

if TYPE_CHECKING:
    from impactmap.reading.formats.frames import TableSource
    from impactmap.workspace.options import AnySource

__all__ = ["PROJECT_FILE", "find_tables", "is_project", "tables_in"]

PROJECT_FILE = "project.toml"
#: Files of a project that are no tables of events.
_OURS = frozenset(("answers", "decisions", "draft_decisions", "drafts"))


def is_project(source: str | Path) -> bool:
    """Say whether a path is a project file, or a folder that holds one."""
    path = Path(source)
    return path.suffix.lower() == ".toml" or (path / PROJECT_FILE).is_file()


def find_tables(source: AnySource) -> tuple[Path, list[TableSource]]:
    """Return what names the project, and the tables of it; no table where it is a project's file.

    Raises
    ------
    TableError
        When a pattern or a list names no table.
    ProjectError
        When a folder holds neither a project file nor a table.
    """
    from impactmap.reading.formats.frames import FRAME_NAME, is_path
    from impactmap.reading.formats.related import DATAPACKAGE

    if isinstance(source, list | tuple):
        files = [Path(each) for each in source]
        if not files:
            raise TableError("expected at least one table, found none.")
        return (files[0] if len(files) == 1 else files[0].parent.absolute()), [*files]
    if not is_path(source):
        return Path(FRAME_NAME), [source]  # type: ignore[list-item]
    path = Path(source)  # type: ignore[arg-type]
    if any(sign in path.name for sign in "*?[") and not path.exists():
        tables = sorted(each for each in path.parent.glob(path.name) if each.is_file() and not _is_companion(each))
        if not tables:
            raise TableError(f"expected files that fit {str(source)!r}, found none. Check the pattern.")
        return path.parent.absolute(), [*tables]
    if is_project(path):
        return (path / PROJECT_FILE if path.is_dir() else path), []
    if not path.is_dir() or (path / DATAPACKAGE).is_file():
        return path, [path]
    tables = tables_in(path)
    if not tables:
        raise ProjectError(
            f"{source}: the folder holds no {PROJECT_FILE} and no table. Give a table, or run `impactmap new {source}`."
        )
    return path.absolute(), [*tables]


def tables_in(folder: Path) -> list[Path]:
    """Return the tables that lie in a folder, by name, without what impactmap writes beside them."""
    from impactmap.reading.formats.files import FORMATS

    return sorted(
        each
        for each in folder.iterdir()
        if each.suffix.lower() in FORMATS and each.is_file() and each.name[0] not in ".~" and not _is_companion(each)
    )


def _is_companion(path: Path) -> bool:
    """Say whether a file is what impactmap writes beside a table, and no table of events itself."""
    return Path(path.stem).suffix.lower() in {".claims", ".rejected", ".decisions", ".review"} or path.stem in _OURS
