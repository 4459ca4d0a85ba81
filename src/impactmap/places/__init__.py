"""Where it was: place names read, found in the gazetteer, and made coarse before they leave."""

from __future__ import annotations

from impactmap.places.cache import AnswerCache
from impactmap.places.gazetteer import Gazetteer
from impactmap.places.geocode import geocode_events, geocode_table
from impactmap.places.online import OnlineProvider
from impactmap.places.positions import coarsen_positions
from impactmap.places.toponyms import split_places

__all__ = [
    "AnswerCache",
    "Gazetteer",
    "OnlineProvider",
    "coarsen_positions",
    "geocode_events",
    "geocode_table",
    "split_places",
]
