"""Weigh what an installation of impactmap takes: ``python release/weights.py``, with the Python that has it installed.

Counted are impactmap and everything that it needs without extras, file by file as the installer wrote them down: as
unpacked from the wheels, and with the bytecode that lies beside them, whoever compiled it. What else is in the
environment (pip, tools) is not.
"""

from __future__ import annotations

import argparse
import importlib.metadata
import importlib.util
import json
import re
from collections.abc import Iterator
from pathlib import Path

DISTRIBUTION = "impactmap-newsroom"
MB = 1_000_000


def needed(name: str) -> Iterator[importlib.metadata.Distribution]:
    """Yield a distribution and all that it needs on this machine, each once."""
    from packaging.requirements import Requirement

    waiting, known = [(name, frozenset[str]())], set()
    while waiting:
        name, extras = waiting.pop()
        key = (re.sub(r"[-_.]+", "-", name).lower(), extras)
        if key in known:
            continue
        distribution = importlib.metadata.distribution(name)
        if not any(key[0] == other for other, _ in known):
            yield distribution
        known.add(key)
        for requirement in map(Requirement, distribution.requires or ()):
            marker = requirement.marker
            if marker is None or any(marker.evaluate({"extra": extra}) for extra in extras or {""}):
                waiting.append((requirement.name, frozenset(requirement.extras)))


def weigh(distribution: importlib.metadata.Distribution) -> dict[str, object]:
    """Return a distribution's name, version and bytes, unpacked and with bytecode."""
    files = {Path(distribution.locate_file(file)) for file in distribution.files or () if file.suffix != ".pyc"}
    compiled = {Path(importlib.util.cache_from_source(str(path))) for path in files if path.suffix == ".py"}
    unpacked, bytecode = (sum(path.stat().st_size for path in paths if path.exists()) for paths in (files, compiled))
    return {
        "name": distribution.name,
        "version": distribution.version,
        "unpacked": unpacked,
        "whole": unpacked + bytecode,
    }


def main() -> None:
    """Print the weights, the heaviest first."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--json", action="store_true")
    as_json = parser.parse_args().json
    weights = sorted(map(weigh, needed(DISTRIBUTION)), key=lambda each: -each["whole"])
    if as_json:
        print(json.dumps(weights))
        return
    print(f"{'':24}{'version':16}{'unpacked':>10}{'with bytecode':>15}  (MB)")
    for each in weights:
        print(f"{each['name']:24}{each['version']:16}{each['unpacked'] / MB:10.1f}{each['whole'] / MB:15.1f}")
    unpacked, whole = (sum(each[kind] for each in weights) / MB for kind in ("unpacked", "whole"))
    print(f"{f'{len(weights)} distributions':40}{unpacked:10.1f}{whole:15.1f}")


if __name__ == "__main__":
    main()
