"""Where a map's data comes from, and how it is located and published."""

from __future__ import annotations

import re
from typing import Annotated, Literal
from urllib.parse import urljoin

from pydantic import Field, StrictBool, field_validator, model_validator

from impactmap.model.sections.pages import PagesOptions
from impactmap.model.sections.section import Section

__all__ = ["DataOptions", "GeocoderOptions", "PublishOptions"]


class DataOptions(Section):
    """The tables, relative to the project file; what editors decided about places is read where it exists.

    ``allow_url`` lets them be addresses; ``pages`` says how one gives the events page by page. ``confirmation`` says of
    every report of the source what its table does not say, and why.
    """

    events: str = "events.csv"
    places: str | None = None
    claims: str | None = None
    decisions: str = "decisions.csv"
    allow_url: StrictBool = False
    pages: PagesOptions | None = None
    date_format: str | None = None
    sheet: str | None = None
    header_row: Annotated[int, Field(ge=1, strict=True)] | None = None
    confirmation: Literal["claimed", "confirmed"] | None = None
    confirmation_reason: str = ""

    @model_validator(mode="after")
    def _why(self) -> DataOptions:
        if self.confirmation and not self.confirmation_reason.strip():
            raise ValueError("confirmation_reason beside confirmation: it is printed with the map")
        return self


class GeocoderOptions(Section):
    """An online provider, asked only for what the gazetteer cannot settle.

    A value of ``options`` that begins with ``env:`` is read from the environment variable that it names.
    """

    provider: str
    domain: str | None = None
    user_agent: str
    api_key_env: str | None = None
    options: dict[str, str | bool | int | float] = Field(default_factory=dict)
    recurring: StrictBool = False
    min_delay_seconds: Annotated[float, Field(ge=1, le=3600, strict=True)] = 1.0
    longest_wait_seconds: Annotated[float, Field(gt=0, le=3600, strict=True)] = 60.0


class PublishOptions(Section):
    """What leaves the house."""

    exact_positions: StrictBool = False
    exact_positions_reason: str = ""
    tiles: str | None = None
    tiles_attribution: str | None = None
    base_url: str | None = None

    def address(self, file: str) -> str:
        """Return where a file of the published folder lies: after ``base_url``, or beside the page."""
        return urljoin(self.base_url.rstrip("/") + "/", file) if self.base_url else file

    @field_validator("base_url")
    @classmethod
    def _web_address(cls, value: str | None) -> str | None:
        if value is not None and not re.match(r"https?://[^/\s]+", value):
            raise ValueError(f"an address that begins with https:// or http://; found {value!r}")
        return value

    @model_validator(mode="after")
    def _reasoned(self) -> PublishOptions:
        if self.exact_positions and not self.exact_positions_reason.strip():
            raise ValueError("exact_positions_reason beside exact_positions = true: it is printed with the map")
        if self.tiles and not self.tiles_attribution:
            raise ValueError("tiles_attribution beside tiles")
        return self
