"""How each fact about an event is said, in the map's language: the only place that words one."""

from __future__ import annotations

import calendar
import datetime as dt
import functools
import math
from dataclasses import dataclass
from decimal import Decimal

from babel.dates import format_date, format_skeleton

from impactmap.model.words import Words, as_day
from impactmap.places.names.country_names import find_country

__all__ = ["BorderNote", "Wording", "distance_text", "kilometres_text"]

_EN_DASH, _NO_BREAK = "\u2013", "\u00a0"

#: Statuses of places that leave a doubt, which is said beside the place.
_DOUBTFUL = frozenset({"ambiguous", "fuzzy", "not_found", "unavailable", "invalid"})
#: Precisions that say how far the true position may be by themselves.
_WIDE = frozenset({"region", "country"})


@dataclass(frozen=True)
class BorderNote:
    """What distances were measured with: the border's countries, its view, its data and their date."""

    countries: tuple[str, ...]
    view: str
    data: str
    data_date: str | None


class Wording(Words):
    r"""Say facts about events in one language.

    Parameters
    ----------
    language
        ``en``, ``uk`` or ``ru``.

    Notes
    -----
    Every method takes plain values, None for missing, and gives a whole text, or None where there is nothing to say.
    The card, the table, the lists, the pictures, METHOD.md, the alternative text and the correction note all say what
    these give.

    Examples
    --------
    >>> say = Wording("en")
    >>> say.when("2025-11-03", "2025-11-09", "week"), say.figure("killed", 2.25, qualifier="about")
    ('3–9 November 2025 (a week)', 'about\xa02.25')
    >>> say.distance(None, 0.4, 168.2), say.side_name("Росія")
    ('0 to 168 km', 'Russia')
    """

    # --- when

    def when(self, start: dt.date | str | None, end: dt.date | str | None = None, precision: str | None = None) -> str:
        """Return the days of an event, with how precisely they are known.

        Parameters
        ----------
        start, end
            First and last day, as dates or ISO text.
        precision
            ``day``, ``days``, ``week``, ``month`` or ``year``.

        Returns
        -------
        str
            ``9 November 2025``, ``8–9 November 2025``, ``3–9 November 2025 (a week)``, ``November 2025``,
            ``October – November 2025``, ``2025``. Days that are no whole months or years are all told, with the
            precision in brackets; only within one month or year its name stands for them.
        """
        if start is None:
            return self.text("fact.no_date")
        first = as_day(start)
        last = first if end is None else as_day(end)
        if precision == "year":
            if first.year == last.year:
                return str(first.year)
            if (first.month, first.day, last.month, last.day) == (1, 1, 12, 31):
                return f"{first.year}{_EN_DASH}{last.year}"
        if precision == "month":
            if (first.year, first.month) == (last.year, last.month):
                return self._month(first)
            if first.day == 1 and last.day == calendar.monthrange(last.year, last.month)[1]:
                opening = (
                    str(format_date(first, "LLLL", self.locale)) if first.year == last.year else self._month(first)
                )
                return f"{opening} {_EN_DASH} {self._month(last)}"
        if precision == "week" and first == last:
            return self.text("fact.week_of", date=self.date(first))
        days = self.days(first, last)
        return self.text(f"fact.in_{precision}", dates=days) if precision in {"week", "month", "year"} else days

    def days(self, start: dt.date | str, end: dt.date | str) -> str:
        """Return a day or a range of days: ``8–9 November 2025``, ``31 October – 2 November 2025``."""
        first, last = as_day(start), as_day(end)
        if first == last:
            return self.date(first)
        if (first.year, first.month) == (last.year, last.month):
            return f"{first.day}{_EN_DASH}{self.date(last)}"
        opening = format_skeleton("MMMMd", first, locale=self.locale) if first.year == last.year else self.date(first)
        return f"{opening} {_EN_DASH} {self.date(last)}"

    def _month(self, day: dt.date) -> str:
        return str(format_skeleton("yMMMM", day, locale=self.locale))

    # --- who

    def side_name(self, name: str) -> str:
        """Return a side's name; one that is a country's, in any language of the maps, in the map's."""
        code = _country_of(name)
        return name if code is None else self.country(code)

    def attacker(self, side: str) -> str:
        """Return the attacking side as such, since a name beside a place would seem to be where; empty: not stated."""
        return self.text("viewer.side_line", side=side or self.text("viewer.side_unstated"))

    def side_basis(self, basis: str | None) -> str | None:
        """Return what a stated side rests on."""
        return None if basis in {None, "not_stated"} else self.term("side_basis", str(basis))

    def term_list(self, group: str, joined: str | None) -> str | None:
        """Return terms joined by ``"; "`` in words: ``power, heating``."""
        return self.listed(self.term(group, term) for term in joined.split("; ")) if joined else None

    def note(self, text: str | None) -> str | None:
        """Return a remark of the author's as such."""
        return self.text("fact.note", text=text) if text else None

    # --- where

    def place(self, name: str | None, reported: str | None, precision: str | None = None) -> str | None:
        """Return what a place is called: by the name found, else as reported."""
        return name or reported or (None if precision else self.label("precision", "not_located"))

    def around(
        self, name: str | None, region: str | None, country: str | None, precision: str | None = None
    ) -> str | None:
        """Return the region and the country around a place, without what its name says already."""
        if precision == "country":
            return None
        parts = dict.fromkeys((region, self.country(country) if country else None))
        return self.listed(part for part in parts if part != name) or None

    def reported_as(self, name: str | None, reported: str | None) -> str | None:
        """Return how the report named a place, where the name found differs from that."""
        if not name or not reported or reported.casefold() == name.casefold():
            return None
        return self.text("fact.reported_as", place=reported)

    def how_precise(
        self, precision: str | None, radius_km: float | None, provider: str | None, status: str | None
    ) -> str:
        """Return how precisely a place is known, and what doubt there is."""
        parts = [self.label("precision", precision or "not_located")]
        if radius_km and precision and precision not in _WIDE:
            parts.append(self.text("fact.within", distance=self.km(radius_km)))
        if provider == "decision":
            parts.append(self.text("fact.decided"))
        if status in _DOUBTFUL:
            parts.append(self.term("status", str(status)))
        return self.listed(parts)

    # --- how many, as reported

    def exactly(self, value: float) -> str:
        """Return a reported number with every decimal that its source gave."""
        # Sixteen digits and more are of the machine's arithmetic, not of a source.
        return self.number(Decimal(f"{value:.15g}"), decimals=None)

    def amount(self, metric: str | None, value: float) -> str:
        """Return a reported number with its unit."""
        number = self.exactly(value)
        return self.text("fact.km", n=number) if _in_km(metric) else number

    def figure(
        self,
        metric: str | None,
        value: float | None,
        low: float | None = None,
        high: float | None = None,
        qualifier: str | None = None,
    ) -> str | None:
        """Return a reported figure: ``about 20,000``, ``2 (1–4)``, ``1–4``, ``nearly 300 km``.

        A range from a figure to itself says no more than the figure; one that does not hold it contradicts it, and the
        figure stands alone.
        """
        span = ""
        if value is not None and ((low is not None and low > value) or (high is not None and high < value)):
            low = high = None
        if low is not None and low == high:
            value, span = (low, "") if value is None or value == low else (value, self.exactly(low))
        elif low is not None and high is not None:
            span = f"{self.exactly(low)}{_EN_DASH}{self.exactly(high)}"
        elif low is not None:
            span = f"{self.term('qualifier', 'at least')}{_NO_BREAK}{self.exactly(low)}"
        elif high is not None:
            span = f"{self.term('qualifier', 'up to')}{_NO_BREAK}{self.exactly(high)}"
        text = span
        if value is not None:
            text = self.exactly(value)
            if qualifier and qualifier != "exactly":
                text = f"{self.term('qualifier', qualifier)}{_NO_BREAK}{text}"
            text = f"{text} ({span})" if span else text
        return (self.text("fact.km", n=text) if _in_km(metric) else text) if text else None

    def claim(
        self,
        metric: str | None,
        value: float | None = None,
        low: float | None = None,
        high: float | None = None,
        qualifier: str | None = None,
        text: str | None = None,
    ) -> str:
        """Return what a party states: ``Households without power: about 20,000``."""
        stated = self.listed((self.figure(metric, value, low, high, qualifier), text), mark="semicolon")
        metric = metric or "statement"
        if metric == "statement" and stated:
            return stated
        label = self.label("metric", metric)
        return self.text("fact.claim", metric=label, figure=stated) if stated else label

    def claimant(self, name: str | None) -> str:
        """Return who says so, or that nobody is named."""
        return self.text("fact.said_by", claimant=name) if name else self.text("fact.unnamed")

    def claim_dates(self, published: dt.date | str | None, retrieved: dt.date | str | None) -> str | None:
        """Return when a claim was published and when it was looked up."""
        days = (("published", published), ("retrieved", retrieved))
        return self.listed(self.text(f"fact.{name}", date=self.date(day)) for name, day in days if day) or None

    def disputed(self, metric: str | None) -> str:
        """Return what claims contradict each other on."""
        return self.text("fact.disputed", metric=self.term("metric", metric or "statement"))

    # --- what was computed

    def km(self, value: float) -> str:
        """Return a computed distance, ``31.4 km``."""
        return self.text("fact.km", n=self.number(value, decimals=1))

    def computed(
        self, metric: str | None, value: float | None, low: float | None = None, high: float | None = None
    ) -> str | None:
        """Return the computed value of a metric, or of an area its range, with its unit."""
        if _in_km(metric):
            return self.distance(value, low, high)
        return self.population(value)

    def differs(
        self, metric: str | None, value: float | None, low: float | None, high: float | None, agrees: object
    ) -> str | None:
        """Return that a reported figure differs from the computed one."""
        ours = self.computed(metric, value, low, high)
        return self.text("fact.differs", computed=ours) if ours and agrees is False else None

    def agrees(
        self, metric: str | None, value: float | None, low: float | None, high: float | None, agrees: object
    ) -> str | None:
        """Return that a reported figure agrees with the computed one."""
        ours = self.computed(metric, value, low, high)
        return self.text("fact.agrees", computed=ours) if ours and agrees is True else None

    def distance(self, km: float | None, nearest: float | None, farthest: float | None) -> str | None:
        """Return the distance of a place to the border: of an area, of its nearest and its farthest point."""
        if km is not None:
            return self.km(km)
        if nearest is None and farthest is None:
            return None
        low, high = ("?" if end is None else self.number(end) for end in (nearest, farthest))
        return self.text("fact.km_range", low=low, high=high)

    def distance_in(self, country: str | None) -> str | None:
        """Return on which side of the border a place lies."""
        return self.text("fact.in_country", country=self.country(country)) if country else None

    def distance_how(self, border: BorderNote) -> str:
        """Return what distances were measured with, in few words."""
        return self.text(
            "fact.distance_how",
            names=f" {_EN_DASH} ".join(map(self.country, border.countries)),
            view=self.term("border_view", border.view),
            data=self._dated(border.data, border.data_date),
        )

    def population(self, count: float | None) -> str | None:
        """Return a population."""
        return None if count is None else self.number(count)

    def population_how(self, source: str | None, date: str | None) -> str | None:
        """Return where a population comes from, and of when it is."""
        return self._dated(source, date) if source else None

    def _dated(self, data: str, date: str | None) -> str:
        return f"{data}, {self.data_date(date)}"

    def data_date(self, date: str | None) -> str:
        """Return of when data are, or that nobody says."""
        return date if date and date != "undated" else self.text("method.undated")


def _in_km(metric: str | None) -> bool:
    return metric is not None and metric.endswith("_km")


@functools.lru_cache(maxsize=1024)
def _country_of(name: str) -> str | None:
    return find_country(name, codes=False)


def distance_text(kilometres: float, words: Words) -> str:
    """Return a line's length in words: whole kilometres, below ten with a decimal."""
    decimals = 0 if kilometres >= 9.95 else 1
    # Half a kilometre goes up, as in the page.
    whole = math.floor(kilometres * 10**decimals + 0.5) / 10**decimals
    return kilometres_text(whole, words)


def kilometres_text(kilometres: float, words: Words) -> str:
    """Return a distance that needs no rounding."""
    return words.text("fact.km", n=words.number(kilometres, decimals=1))
