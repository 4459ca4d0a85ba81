"""The manifest, and the check that a folder is as it was published."""

from __future__ import annotations

import hashlib
import json

import pytest

from impactmap import __version__
from impactmap.model.errors import PublishError
from impactmap.publishing.manifest import Difference, verify_folder, write_manifest


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
    write_manifest(out, inputs=inputs, folder=project)
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


def rename(folder):
    (folder / "a.txt").rename(folder / "d.txt")
    return [Difference("a.txt", "missing"), Difference("d.txt", "added")]


def change_a_letter(folder):
    (folder / "a.txt").write_text("b")
    return [Difference("a.txt", "altered")]


def put_a_folder_in_place(folder):
    (folder / "a.txt").unlink()
    (folder / "a.txt").mkdir()
    return [Difference("a.txt", "altered")]


def add_a_folder(folder):
    (folder / "more").mkdir()
    return [Difference("more", "added")]


def empty(folder):
    (folder / "a.txt").write_text("")
    return [Difference("a.txt", "altered")]


def change_the_manifest(folder):
    path = folder / "manifest.json"
    path.write_text(path.read_text().replace('"geopandas": "', '"geopandas": "9'))
    return [Difference("manifest.json", "altered")]


def space_the_manifest(folder):
    path = folder / "manifest.json"
    path.write_text(path.read_text() + " ")
    return [Difference("manifest.json", "altered")]


def strike_a_file_from_the_manifest(folder):
    path = folder / "manifest.json"
    manifest = json.loads(path.read_text())
    del manifest["files"][0]
    path.write_text(json.dumps(manifest, indent=2))
    return [Difference("a.txt", "added"), Difference("manifest.json", "altered")]


def remove_the_seal(folder):
    path = folder / "manifest.json"
    manifest = json.loads(path.read_text())
    del manifest["seal"]
    path.write_text(json.dumps(manifest, indent=2) + "\n")
    return [Difference("manifest.json", "altered")]


@pytest.mark.parametrize(
    "alter",
    [
        rename,
        change_a_letter,
        put_a_folder_in_place,
        add_a_folder,
        empty,
        change_the_manifest,
        space_the_manifest,
        strike_a_file_from_the_manifest,
        remove_the_seal,
    ],
)
def test_every_kind_of_alteration_is_found(folder, alter):
    expected = alter(folder)
    assert verify_folder(folder) == expected


def test_a_file_that_cannot_be_read(folder, monkeypatch):
    def refuse(*_):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr("impactmap.publishing.manifest.file_record", refuse)
    with pytest.raises(PublishError, match="a file cannot be read"):
        verify_folder(folder)
