"""The manifest: what a published folder holds, from what, made with what; and the check that it still does."""

from __future__ import annotations

import hashlib
import importlib.metadata
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from impactmap.model.atomic import MANIFEST
from impactmap.model.errors import PublishError
from impactmap.model.progress import Progress, quiet
from impactmap.publishing.chain import HISTORY, broken_entry
from impactmap.publishing.tree import file_tree, tree_root

__all__ = [
    "Difference",
    "file_record",
    "make_manifest",
    "overwritten",
    "published_seal",
    "verify_folder",
    "write_json",
    "write_manifest",
]

#: Libraries whose versions can change the bytes of the output.
LIBRARIES = (
    "babel",
    "branca",
    "folium",
    "geopandas",
    "geopy",
    "matplotlib",
    "numpy",
    "pandas",
    "pyarrow",
    "pyogrio",
    "pyproj",
    "shapely",
    "xstatic-leaflet",
)
LAYERS = ("basemap", "borders", "countries", "gazetteer", "lines", "regions")


@dataclass(frozen=True)
class Difference:
    """One file that is not as the manifest says.

    Attributes
    ----------
    path
        Name in the folder.
    kind
        ``altered``, ``missing`` or ``added``; ``broken`` for a history with an entry that does not follow from the
        one before, which was changed by hand before the folder was published.
    """

    path: str
    kind: Literal["altered", "missing", "added", "broken"]


def file_record(path: Path, name: str) -> dict[str, Any]:
    """Return a file's name, size in bytes and SHA-256, read in pieces."""
    with path.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    return {"path": name, "bytes": path.stat().st_size, "sha256": digest}


def make_manifest(staging: Path, *, inputs: Iterable[Path], folder: Path, progress: Progress = quiet) -> dict[str, Any]:
    """Return the manifest of the files in a folder.

    Parameters
    ----------
    staging
        Folder that holds the finished files.
    inputs
        Files that they were made from, in order.
    folder
        The project's folder: inputs in it are named relative to it, others by their file name alone.
    progress
        Told the bytes read of all.

    Returns
    -------
    dict
        ``tool``, ``libraries``, ``reference`` (version, licence and SHA-256 of each shipped layer), ``inputs``,
        ``files``. No clock, no absolute path: the same inputs and versions give the same manifest.
    """
    import pyogrio
    import pyproj

    from impactmap import __version__
    from impactmap.reference import layer_info

    versions = {name: importlib.metadata.version(name) for name in LIBRARIES}
    layers = {}
    for name in LAYERS:
        info = layer_info(name)
        layers[name] = {key: info[key] for key in ("origin", "package", "version", "date", "licence", "sha256")}
    given = [(path, _short_name(path, folder)) for path in dict.fromkeys(inputs)]
    made = [(path, path.name) for path in sorted(staging.iterdir()) if path.name != MANIFEST]
    sizes = [path.stat().st_size for path, _ in (*given, *made)]
    records = []
    for number, (path, name) in enumerate((*given, *made)):
        progress(sum(sizes[:number]), sum(sizes), "Adding up check sums")
        records.append(file_record(path, name))
    return {
        "tool": {"name": "impactmap", "version": __version__},
        "libraries": {**versions, "gdal": pyogrio.__gdal_version_string__, "proj": pyproj.proj_version_str},
        "reference": layers,
        "inputs": records[: len(given)],
        "files": records[len(given) :],
    }


def write_manifest(
    staging: Path,
    *,
    inputs: Iterable[Path],
    folder: Path,
    groups: Mapping[str, str] | None = None,
    more: Mapping[str, Any] | None = None,
    progress: Progress = quiet,
) -> None:
    """Write the manifest of the files in a folder, with its own check sum as its last member, ``seal``.

    Parameters
    ----------
    staging, inputs, folder, progress
        As in `make_manifest`.
    groups
        Name of a file to its group, such as its month: a ``tree`` of check sums over all files and over those of each
        group is added.
    more
        Further members; ``inputs`` in place of those that would be made.
    """
    manifest = make_manifest(staging, inputs=inputs, folder=folder, progress=progress) | dict(more or {})
    if groups is not None:
        manifest["tree"] = file_tree(manifest["files"], groups)
    write_json(staging / MANIFEST, {**manifest, "seal": _seal(manifest)})


def write_json(path: Path, value: Any) -> None:
    """Write a value as JSON for people to read."""
    path.write_text(_json(value), encoding="utf-8", newline="\n")


def verify_folder(folder: str | Path) -> list[Difference]:
    """Compare a published folder with its manifest.

    Parameters
    ----------
    folder
        As `publish` wrote it.

    Returns
    -------
    list of Difference
        Sorted by name; empty when every file, the manifest too, is as it was published and nothing was added.

    Raises
    ------
    PublishError
        When there is no manifest of impactmap, or a file cannot be read.

    Notes
    -----
    This finds accidents and careless changes. Somebody who changes a file can make a new manifest with it: keep a
    copy of the manifest, or its SHA-256, where they cannot.

    Examples
    --------
    >>> import tempfile
    >>> import pandas as pd
    >>> import impactmap as im
    >>> sheet = pd.DataFrame({"date": ["2025-03-01"], "place": ["Erdenet"]})
    >>> folder = Path(tempfile.mkdtemp()) / "map"
    >>> _ = im.build(sheet, folder)
    >>> verify_folder(folder)
    []
    >>> _ = (folder / "METHOD.md").write_text("Trust us.")
    >>> [difference.path for difference in verify_folder(folder)]
    ['METHOD.md']
    """
    folder = Path(folder)
    path = folder / MANIFEST
    try:
        text = path.read_bytes().decode("utf-8")
        manifest = json.loads(text)
        expected = {str(entry["path"]): (int(entry["bytes"]), str(entry["sha256"])) for entry in manifest["files"]}
        if manifest["tool"]["name"] != "impactmap":
            raise KeyError("tool")
    except FileNotFoundError:
        raise PublishError(f"{path}: not found. Name a folder that `impactmap build` wrote.") from None
    except (OSError, ValueError, LookupError, TypeError) as error:
        raise PublishError(
            f"{path}: expected a manifest that impactmap wrote; it cannot be read ({error}). Build the map again."
        ) from error
    try:
        rooted = "tree" not in manifest or manifest["tree"]["root"] == tree_root(manifest["files"])
        return _differences(folder, expected, sealed=rooted and _is_sealed(text, manifest))
    except OSError as error:
        raise PublishError(f"{folder}: a file cannot be read ({error}). Check its permissions.") from error


def published_seal(folder: str | Path) -> str | None:
    """Return what tells one publication in a folder from another; None where nothing was published.

    Parameters
    ----------
    folder
        Where `publish` may have written.
    """
    try:
        return hashlib.sha256((Path(folder) / MANIFEST).read_bytes()).hexdigest()
    except OSError:
        return None


def overwritten(folder: str | Path) -> list[str]:
    """Return the names of published files that somebody changed since, and that a new publication would overwrite."""
    try:
        return [each.path for each in verify_folder(folder) if each.kind == "altered"]
    except PublishError:
        return []


def _differences(folder: Path, expected: dict[str, tuple[int, str]], *, sealed: bool) -> list[Difference]:
    found = {entry.name: entry for entry in folder.iterdir() if entry.name != MANIFEST}
    differences = [Difference(name, "added") for name in found.keys() - expected.keys()]
    if not sealed or (folder / MANIFEST).is_symlink():
        differences.append(Difference(MANIFEST, "altered"))
    for name, (size, digest) in expected.items():
        entry = found.get(name)
        if entry is None:
            differences.append(Difference(name, "missing"))
        elif (
            entry.is_symlink()
            or not entry.is_file()
            or entry.stat().st_size != size
            or file_record(entry, name)["sha256"] != digest
        ):
            differences.append(Difference(name, "altered"))
    history = found.get(HISTORY)
    if history is not None and history.is_file() and broken_entry(history.read_bytes()) is not None:
        differences.append(Difference(HISTORY, "broken"))
    return sorted(differences, key=lambda difference: (difference.path, difference.kind))


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, indent=2, allow_nan=False) + "\n"


def _seal(manifest: dict[str, Any]) -> str:
    return hashlib.sha256(_json(manifest).encode()).hexdigest()


def _is_sealed(text: str, manifest: dict[str, Any]) -> bool:
    """Whether the manifest's text is, to the last space, what was written."""
    rest = {name: value for name, value in manifest.items() if name != "seal"}
    return text == _json({**rest, "seal": _seal(rest)})


def _short_name(path: Path, folder: Path) -> str:
    path, folder = path.resolve(), folder.resolve()
    return path.relative_to(folder).as_posix() if path.is_relative_to(folder) else path.name
