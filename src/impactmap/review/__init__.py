"""Doubtful places settled by an editor: in a spreadsheet, or on a page that this computer serves to itself."""

from __future__ import annotations

from impactmap.review.board import Board, Choice
from impactmap.review.doubts import Doubt, Option, find_doubts, open_doubts, table_doubts
from impactmap.review.server import ReviewServer
from impactmap.review.sheet import read_sheet, write_sheet

__all__ = [
    "Board",
    "Choice",
    "Doubt",
    "Option",
    "ReviewServer",
    "find_doubts",
    "open_doubts",
    "read_sheet",
    "table_doubts",
    "write_sheet",
]
