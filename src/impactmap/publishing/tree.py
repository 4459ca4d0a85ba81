"""A tree of check sums over many files: one number stands for all, and a part of it for the files of a part."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

__all__ = ["file_tree", "tree_root"]


def tree_root(records: Iterable[Mapping[str, Any]]) -> str:
    """Return the root over files, in the order of their names.

    Parameters
    ----------
    records
        ``path``, ``bytes`` and ``sha256`` of each, as `file_record` gives them.

    References
    ----------
    RFC 6962, section 2.1: leaves and nodes are told apart by their first byte.

    Examples
    --------
    >>> tree_root([]) == hashlib.sha256().hexdigest()
    True
    """
    leaves = [
        _hash(b"\0", f"{each['path']}\0{each['bytes']}\0{each['sha256']}".encode())
        for each in sorted(records, key=lambda each: str(each["path"]))
    ]
    return (_node(leaves) if leaves else hashlib.sha256().digest()).hex()


def _node(leaves: Sequence[bytes]) -> bytes:
    if len(leaves) == 1:
        return leaves[0]
    split = 1 << ((len(leaves) - 1).bit_length() - 1)  # the largest power of two below their number
    return _hash(b"\1", _node(leaves[:split]) + _node(leaves[split:]))


def _hash(kind: bytes, content: bytes) -> bytes:
    return hashlib.sha256(kind + content).digest()


def file_tree(records: Sequence[Mapping[str, Any]], groups: Mapping[str, str]) -> dict[str, Any]:
    """Return the root over all files, and one over the files of each group.

    Parameters
    ----------
    records
        As for `tree_root`.
    groups
        Name of a file to its group, such as its month; others are in the root alone.
    """
    names = sorted(set(groups.values()))
    members = {name: [each for each in records if groups.get(str(each["path"])) == name] for name in names}
    return {"root": tree_root(records), "groups": {name: tree_root(members[name]) for name in names}}
