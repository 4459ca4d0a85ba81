"""The steps in which a map is told."""

from __future__ import annotations

import datetime as dt
from typing import Annotated

from pydantic import Field, model_validator

from impactmap.model.sections.author import ViewOptions
from impactmap.model.sections.section import Section

__all__ = ["StepOptions", "StepWords"]

Title = Annotated[str, Field(min_length=1, max_length=120)]
Text = Annotated[str, Field(max_length=1200)]


class StepWords(Section):
    """What a step says, in another language."""

    title: Title
    text: Text = ""


class StepOptions(ViewOptions):
    """A step of the story: what it says, and what the map shows meanwhile.

    ``text`` is paragraphs parted by empty lines, lists of lines that begin with a dash, ``**bold**``, ``*italic*`` and
    ``[links](https://...)``; anything else is text. The view is said as in ``[view]``; ``sides`` are the keys of those
    that are shown, ``event`` the event_id of the report whose card is opened, ``note`` the number of the callout that
    is always shown, from 1.
    """

    title: Title
    text: Text = ""
    date_from: dt.date | None = None
    date_to: dt.date | None = None
    sides: tuple[str, ...] = ()
    sector: str | None = None
    means: str | None = None
    event: str | None = None
    note: Annotated[int, Field(ge=1, strict=True)] | None = None

    @model_validator(mode="after")
    def _in_order(self) -> StepOptions:
        if self.date_from and self.date_to and self.date_to < self.date_from:
            raise ValueError("a date_to that is not before date_from")
        return self
