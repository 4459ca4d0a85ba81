"""What every section of the project file is: frozen, and without keys that nobody knows."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

__all__ = ["Colour", "CountryCode", "Language", "Section"]

Language = Literal["en", "uk", "ru"]
Colour = Annotated[str, Field(pattern=r"^#[0-9A-Fa-f]{6}$")]
CountryCode = Annotated[str, Field(pattern=r"^[A-Z]{2}$")]


class Section(BaseModel):
    """A part of the project file."""

    model_config = ConfigDict(extra="forbid", frozen=True)
