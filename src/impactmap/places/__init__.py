"""Where it was: place names read, found in the gazetteer, and made coarse before they leave."""

from __future__ import annotations

from impactmap.places.cache import AnswerCache
from impactmap.places.decision_file import format_decisions, read_decisions
from impactmap.places.decisions import Decisions, EditorDecision
from impactmap.places.gazetteer import Gazetteer
from impactmap.places.geocode import geocode_events, geocode_parts, geocode_table
from impactmap.places.locating import locate_events, locate_parts
from impactmap.places.online import OnlineProvider
from impactmap.places.positions import coarsen_positions
from impactmap.places.provider import open_provider
from impactmap.places.toponyms import split_places

__all__ = [
    "AnswerCache",
    "Decisions",
    "EditorDecision",
    "Gazetteer",
    "OnlineProvider",
    "coarsen_positions",
    "format_decisions",
    "geocode_events",
    "geocode_parts",
    "geocode_table",
    "locate_events",
    "locate_parts",
    "open_provider",
    "read_decisions",
    "split_places",
]
