"""What the project says of an interface that gives its events page by page."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated

from pydantic import Field, model_validator

from impactmap.model.sections.section import Section

__all__ = ["PagesOptions"]


class PagesOptions(Section):
    """An interface that gives the events page by page, as JSON; its key is in an environment variable.

    ``rows`` is where an answer has its rows, ``data`` or ``result.items``; ``page`` the parameter that counts pages
    from ``first``; ``size`` how many rows a full page has. The key is sent as ``key_parameter`` or as ``key_header``,
    after ``key_prefix``. ``terms`` is what the publisher asks of those who pass its data on: it is printed
    with the map.
    """

    rows: str = ""
    page: str = "page"
    first: int = 1
    size: Annotated[int, Field(ge=1)] | None = None
    parameters: Mapping[str, str] = Field(default_factory=dict)
    key_env: str | None = None
    key_parameter: str | None = None
    key_header: Annotated[str, Field(pattern=r"^[A-Za-z0-9-]+$")] | None = None
    key_prefix: Annotated[str, Field(pattern=r"^[ -~]*$")] = ""
    most_pages: Annotated[int, Field(ge=1, le=10_000)] = 100
    terms: Annotated[str, Field(min_length=1)]

    @model_validator(mode="after")
    def _one_way(self) -> PagesOptions:
        if self.key_env and (self.key_parameter is None) == (self.key_header is None):
            raise ValueError("key_parameter or key_header beside key_env, one of the two")
        return self
