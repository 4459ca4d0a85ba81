"""The manifest, and the check that a folder is as it was published."""

from __future__ import annotations

import hashlib
import json

import pytest

from impactmap import __version__
from impactmap.errors import PublishError
from impactmap.publish.manifest import Difference, make_manifest, verify_folder


@pytest.fixture
def folder(tmp_path):
    project, out = tmp_path / "project", tmp_path / "out"
    for path in (project / "data", out):
        path.mkdir(parents=True)
    (project / "project.toml").write_text("x")
    (project / "data/events.csv").write_text("y")
    (tmp_path / "elsewhere.csv").write_text("z")
    (out / "b.txt").write_text("b")
    (out / "a.txt").write_text("a")
    first = project / "project.toml"
    inputs = [first, project / "data/events.csv", tmp_path / "elsewhere.csv", first]
    manifest = make_manifest(out, inputs=inputs, folder=project)
    (out / "manifest.json").write_text(json.dumps(manifest))
    return out


def test_what_it_holds(folder):
    manifest = json.loads((folder / "manifest.json").read_text())
    assert manifest["tool"] == {"name": "impactmap", "version": __version__}
    assert [entry["path"] for entry in manifest["files"]] == ["a.txt", "b.txt"]
    assert manifest["files"][0] == {"path": "a.txt", "bytes": 1, "sha256": hashlib.sha256(b"a").hexdigest()}
    assert [entry["path"] for entry in manifest["inputs"]] == ["project.toml", "data/events.csv", "elsewhere.csv"]
    assert {"pandas", "shapely", "gdal", "proj"} <= set(manifest["libraries"])
    assert set(manifest["reference"]["borders"]) == {"origin", "package", "version", "date", "licence", "sha256"}


def test_it_names_no_place_on_this_machine(folder, tmp_path):
    assert str(tmp_path) not in (folder / "manifest.json").read_text()


def test_an_untouched_folder_has_no_differences(folder):
    assert verify_folder(folder) == []


def test_what_was_altered_added_or_lost_is_named(folder):
    (folder / "a.txt").write_text("A")
    (folder / "b.txt").unlink()
    (folder / "c.txt").write_text("c")
    found = [Difference("a.txt", "altered"), Difference("b.txt", "missing"), Difference("c.txt", "added")]
    assert verify_folder(folder) == found


def test_a_link_in_place_of_a_file_is_an_alteration(folder, tmp_path):
    (tmp_path / "same.txt").write_text("a")
    (folder / "a.txt").unlink()
    (folder / "a.txt").symlink_to(tmp_path / "same.txt")
    assert verify_folder(folder) == [Difference("a.txt", "altered")]


@pytest.mark.parametrize(
    "text", ["", "{}", "[]", '{"tool": {"name": "x"}, "files": []}', '{"tool": {"name": "impactmap"}}']
)
def test_a_manifest_that_is_not_ours(folder, text):
    (folder / "manifest.json").write_text(text)
    with pytest.raises(PublishError, match="expected a manifest that impactmap wrote"):
        verify_folder(folder)


def test_no_manifest(tmp_path):
    with pytest.raises(PublishError, match="Name a folder that `impactmap build` wrote"):
        verify_folder(tmp_path)
