"""Is it possible? Reports and claims run through named checks."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final

import pandas as pd

from impactmap.context.plausibility.checks import CHECKS, Finding
from impactmap.model.errors import ProjectError
from impactmap.model.faults import Fault, SheetRows, nearest, row_in_sheets

__all__ = ["CHECKS", "Finding", "check_plausibility", "finding_note", "findings_as_faults", "without_impossible"]

#: Findings told one by one; of more, the first and the number.
LISTED: Final = 5


def check_plausibility(
    events: pd.DataFrame, claims: pd.DataFrame, *, silenced: Mapping[str, str] | None = None
) -> list[Finding]:
    """Run every check that is not silenced.

    Parameters
    ----------
    events
        As `read_events` or a later stage gives them; `place_country` is used where it is there.
    claims
        The claims about them.
    silenced
        Name of a check to the author's reason.

    Returns
    -------
    list of Finding
        In the order of `CHECKS`, only those that found something.

    Raises
    ------
    ProjectError
        For a name that no check has.
    """
    silenced = silenced or {}
    names = [check.name for check in CHECKS]
    if unknown := [name for name in silenced if name not in names]:
        guess = nearest(unknown[0], names)
        raise ProjectError(
            f"checks.silenced.{unknown[0]}: no check has this name."
            + (f" Did you mean {guess!r}?" if guess else "")
            + f" Known: {', '.join(names)}."
        )
    if events.empty:
        return []
    findings = (Finding(check, check.find(events, claims)) for check in CHECKS if check.name not in silenced)
    return [finding for finding in findings if len(finding.rows)]


def without_impossible(claims: pd.DataFrame, findings: Iterable[Finding]) -> pd.DataFrame:
    """Return the claims that no check calls impossible, with order and index."""
    bad = {
        row
        for finding in findings
        if finding.check.severity == "fault" and "claim" in finding.rows
        for row in finding.rows["claim"].dropna().astype(int)
    }
    return claims.iloc[[row for row in range(len(claims)) if row not in bad]] if bad else claims


def findings_as_faults(findings: Iterable[Finding], file: str) -> list[Fault]:
    """Return findings as faults and warnings: few one by one, many as the first and the number.

    Parameters
    ----------
    findings
        As `check_plausibility` gives them.
    file
        The table's name.
    """
    faults = []
    for finding in findings:
        check, rows = finding.check, finding.rows
        more = len(rows) - 1 if len(rows) > LISTED else 0
        for row in rows.head(1 if more else LISTED).to_dict("records"):
            number = row["source_row"]
            found = str(row["found"]) + (f" (and {more:,} more)" if more else "")
            faults.append(
                Fault(
                    file, None if pd.isna(number) else int(number), row["column"], check.expected, found,
                    f"{check.fix} [{check.name}]", check.severity,
                )
            )  # fmt: skip
    return faults


def finding_note(finding: Finding, sheets: SheetRows | None) -> str:
    """Say what a check found, with its first instance."""
    check, first = finding.check, finding.rows.iloc[0]
    row = "" if pd.isna(first["source_row"]) else f", {row_in_sheets(int(first['source_row']), sheets)}"
    return (
        f"Check {check.name}: events {finding.events:,}. Expected {check.expected}; found {first['found']} (event "
        f"{first['event_id']}{row}). {check.fix}"
    )
