"""What is reported: the schema, the readers, the checks, and claims with their contradictions."""

from __future__ import annotations

from impactmap.events.claims import find_contradictions, interval, intervals
from impactmap.events.qualifiers import QUALIFIERS

__all__ = ["QUALIFIERS", "find_contradictions", "interval", "intervals"]
