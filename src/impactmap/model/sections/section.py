"""What every section of the project file is: frozen, and without keys that nobody knows."""

from __future__ import annotations

from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from impactmap.model.languages import language_codes

__all__ = ["Colour", "CountryCode", "Language", "Section"]


def _known_language(code: str) -> str:
    if code not in language_codes():
        raise ValueError(f"a language out of {', '.join(language_codes())}; found {code!r}")
    return code


Language = Annotated[str, AfterValidator(_known_language)]
Colour = Annotated[str, Field(pattern=r"^#[0-9A-Fa-f]{6}$")]
CountryCode = Annotated[str, Field(pattern=r"^[A-Z]{2}$")]


class Section(BaseModel):
    """A part of the project file."""

    model_config = ConfigDict(extra="forbid", frozen=True)
