"""What surrounds a map's data: a raster of populations, limits of files, checks that are silenced."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field, field_validator

from impactmap.model.sections.section import Section

__all__ = ["CheckOptions", "ContextOptions", "LimitOptions"]


class ContextOptions(Section):
    """A population raster of the user's own."""

    raster: str | None = None
    raster_name: str | None = None
    raster_date: str | None = None
    radius_km: Annotated[float, Field(gt=0, strict=True)] = 5.0


Limit = Annotated[int, Field(gt=0, strict=True)]


class LimitOptions(Section):
    """What a file of the project may take; see `impactmap.reading.formats.limits.Limits`."""

    file_bytes: Limit | None = None
    rows: Limit | None = None
    columns: Limit | None = None
    cell_characters: Limit | None = None
    unpacked_bytes: Limit | None = None
    archive_bytes: Limit | None = None
    sheet_cells: Limit | None = None
    depth: Limit | None = None
    ratio: Limit | None = None
    seconds: Limit | None = None
    memory_bytes: Limit | None = None


class CheckOptions(Section):
    """Checks of plausibility that the author silences, each with a reason, which is published."""

    silenced: dict[str, str] = Field(default_factory=dict)

    @field_validator("silenced")
    @classmethod
    def _reasoned(cls, value: dict[str, str]) -> dict[str, str]:
        if blank := [name for name, reason in value.items() if not reason.strip()]:
            raise ValueError(f"a reason beside {blank[0]}: it is printed with the map")
        return value
