"""Other people's formats: one small module each, its mapping as data, behind one registered interface."""

from __future__ import annotations

from impactmap.reading.adapters.layout import CLAIM_PREFIX, Field, Figure, Layout, LayoutAdapter
from impactmap.reading.adapters.registry import BUILT_IN, GROUP, Adapter, adapt, adapters, find_adapter, terms_of

__all__ = [
    "BUILT_IN",
    "CLAIM_PREFIX",
    "GROUP",
    "Adapter",
    "Field",
    "Figure",
    "Layout",
    "LayoutAdapter",
    "adapt",
    "adapters",
    "find_adapter",
    "terms_of",
]
