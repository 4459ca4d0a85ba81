"""The tree of check sums: RFC 6962's, in the order of names, and one root a group."""

from __future__ import annotations

import hashlib

import pytest

from impactmap.publishing.tree import file_tree, tree_root


def sha(content: bytes) -> bytes:
    return hashlib.sha256(content).digest()


def leaf(name: str) -> bytes:
    return sha(b"\0" + f"{name}\x001\0{name * 2}".encode())


def record(name: str) -> dict[str, object]:
    return {"path": name, "bytes": 1, "sha256": name * 2}


@pytest.mark.parametrize(
    ("names", "root"),
    [
        ("", sha(b"")),
        ("a", leaf("a")),
        ("ba", sha(b"\1" + leaf("a") + leaf("b"))),
        ("abc", sha(b"\1" + sha(b"\1" + leaf("a") + leaf("b")) + leaf("c"))),
    ],
)
def test_roots_of_few_files(names, root):
    assert tree_root([record(name) for name in names]) == root.hex()


def test_a_group_has_its_own_root_and_another_file_changes_only_the_whole():
    before = file_tree([record(name) for name in "abc"], {"a": "one", "b": "one", "c": "two"})
    after = file_tree([record(name) for name in "abd"], {"a": "one", "b": "one", "d": "two"})
    assert before["groups"]["one"] == after["groups"]["one"] == tree_root([record("a"), record("b")])
    assert before["root"] != after["root"]
