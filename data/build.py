"""Rebuild every reference layer, or those named: ``python data/build.py [LAYER ...]``."""

from __future__ import annotations

import importlib
import sys
import time

LAYERS = (
    *("borders", "countries", "regions", "more_regions", "region_names"),
    *("basemap", "lines", "gazetteer", "register"),
)
#: What is made of the layers and their origins, and needs no entry of its own among these.
DERIVED = ("names",)


def main(names: list[str]) -> None:
    """Build the layers named, all without names."""
    if unknown := [name for name in names if name not in (*LAYERS, *DERIVED)]:
        raise SystemExit(f"No layer is called {', '.join(unknown)}. Layers: {', '.join((*LAYERS, *DERIVED))}.")
    for name in names or (*LAYERS, *DERIVED):
        start = time.perf_counter()
        importlib.import_module(name).main()
        print(f"  {name} took {time.perf_counter() - start:.0f} s", flush=True)


if __name__ == "__main__":
    main(sys.argv[1:])
