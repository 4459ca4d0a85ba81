"""Logs of missile and drone attacks: what was launched at which target, without coordinates."""

from __future__ import annotations

import pandas as pd

from impactmap.reading.adapters.cells import first_filled, truthy
from impactmap.reading.adapters.layout import Field, Figure, Layout, LayoutAdapter
from impactmap.reading.raw_table import RawTable

__all__ = ["ADAPTER", "LAYOUT", "AttackLogAdapter"]


_LISTED = r"(?:\s+(?:and|та|і|и)\s+|\s*;\s*)"


def _targets(cells: pd.DataFrame) -> pd.Series[str]:
    """Part targets that are listed: several places of one event. A comma alone may part a place from its region."""
    target = first_filled(cells, "target", "target_main")
    listed = target.str.contains(_LISTED, regex=True)
    parted = target.str.replace(rf"\s*(?:,{_LISTED}|{_LISTED}|,)\s*", "; ", regex=True)
    return target.mask(listed, parted).astype("str")


LAYOUT = Layout(
    name="attack-log",
    title="Missile and drone attack log",
    about="One row a weapon model and attack with the numbers launched and destroyed; targets by name.",
    signature=frozenset({"time_start", "time_end", "model", "launch_place", "target", "launched", "destroyed"}),
    fields=(
        Field("date_start", ("time_start",)),
        Field("date_end", ("time_end",)),
        Field("means", ("model",)),
        Field("source_name", ("source",)),
        Field(
            "place",
            ("target", "target_main"),
            make=_targets,
            how="'A and B', 'A; B' and 'A, B and C' are places of one event.",
        ),
    ),
    figures=(
        Figure("drones_launched", best="launched (drones)"),
        Figure("drones_downed", best="destroyed (drones)"),
        Figure("weapons_launched", best="launched (other)"),
        Figure("weapons_downed", best="destroyed (other)"),
    ),
    claimant_column="source",
    remarks=(
        "The log does not say who attacked: the side is not stated.",
        "Figures are counted as drones where 'is_shahed' says so, else as weapons.",
        "A target such as 'south' is no place that can be located: it stays in the table and off the map.",
    ),
    lists_places=True,
    has_scale=False,
)
_SPLIT = tuple((name, f"{name} ({kind})") for name in ("launched", "destroyed") for kind in ("drones", "other"))


class AttackLogAdapter(LayoutAdapter):
    """Tells drones from other weapons before the mapping is followed."""

    def convert(self, raw: RawTable) -> RawTable:
        """Return the table under our headers: every row, in order, with the originals as ``source_<header>``."""
        from dataclasses import replace

        cells = raw.cells
        names = {str(name).strip().casefold(): name for name in cells.columns}
        drones = truthy(cells[names["is_shahed"]]) if "is_shahed" in names else pd.Series(False, index=cells.index)  # noqa: FBT003
        told = {
            made: cells[names[name]].where(drones if made.endswith("(drones)") else ~drones) for name, made in _SPLIT
        }
        converted = super().convert(replace(raw, cells=cells.assign(**told)))
        return replace(converted, cells=converted.cells.drop(columns=[f"source_{made}" for _, made in _SPLIT]))


ADAPTER = AttackLogAdapter(LAYOUT)
