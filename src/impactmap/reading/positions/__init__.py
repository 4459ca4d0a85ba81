"""Positions as people write them in one cell: pairs, degrees, addresses of maps, grids, shapes."""

from __future__ import annotations

from impactmap.reading.positions.column import ParsedPositions, parse_positions, reads_as_position
from impactmap.reading.positions.sheet import FoundPositions, TakenPositions, find_positions, take_positions

__all__ = [
    "FoundPositions",
    "ParsedPositions",
    "TakenPositions",
    "find_positions",
    "parse_positions",
    "reads_as_position",
    "take_positions",
]
