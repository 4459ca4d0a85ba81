"""What is reported: the schema, the readers, the checks, and claims with their contradictions."""

from __future__ import annotations

from impactmap.events.check import Fault, check_events, faults_of, need_rows, raise_for_faults
from impactmap.events.claims import claims_frame, find_contradictions, interval, intervals
from impactmap.events.combine import combine_readings
from impactmap.events.comparing import Changes, compare_events
from impactmap.events.duplicates import propose_duplicates
from impactmap.events.explain import explain_mapping
from impactmap.events.qualifiers import QUALIFIERS
from impactmap.events.rawtable import InputFile, Note
from impactmap.events.read import Reading, read_events
from impactmap.events.remote import fetch_table, is_address
from impactmap.events.schema import (
    CLAIM_COLUMNS,
    COMPUTED_COLUMNS,
    EVENT_COLUMNS,
    MEANS,
    METRICS,
    PLACE_COLUMNS,
    SECTORS,
    Column,
    Metric,
)
from impactmap.events.table_options import TableOptions
from impactmap.events.text import compare_key, is_web_url, neutralise, restore
from impactmap.events.updates import Update, update_events

__all__ = [
    "CLAIM_COLUMNS",
    "COMPUTED_COLUMNS",
    "EVENT_COLUMNS",
    "MEANS",
    "METRICS",
    "PLACE_COLUMNS",
    "QUALIFIERS",
    "SECTORS",
    "Changes",
    "Column",
    "Fault",
    "InputFile",
    "Metric",
    "Note",
    "Reading",
    "TableOptions",
    "Update",
    "check_events",
    "claims_frame",
    "combine_readings",
    "compare_events",
    "compare_key",
    "explain_mapping",
    "faults_of",
    "fetch_table",
    "find_contradictions",
    "interval",
    "intervals",
    "is_address",
    "is_web_url",
    "need_rows",
    "neutralise",
    "propose_duplicates",
    "raise_for_faults",
    "read_events",
    "restore",
    "update_events",
]
