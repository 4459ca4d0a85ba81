"""Addresses of map services, read for the position in them; nothing is fetched."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final
from urllib.parse import parse_qsl, unquote, urlsplit

from impactmap.reading.positions.pairs import Pair, Unread, pair_of

__all__ = ["is_address", "link_of"]

_ADDRESS = re.compile(r"(?:https?://|www\.|geo:|(?:maps?\.)?[\w-]+\.[a-z]{2,}/)\S+", re.IGNORECASE)
_NUMBER: Final = r"-?\d{1,3}(?:\.\d+)?"
_DECIMAL: Final = r"-?\d{1,3}\.\d+"
#: Below this zoom a view shows a whole region, and its middle is nowhere in particular.
_NEAR: Final = 10
_SHORT = re.compile(
    r"(?:maps\.app\.goo\.gl|goo\.gl|g\.co|g\.page|bit\.ly|t\.co|tinyurl\.com|osm\.org/go|openstreetmap\.org/go|w3w\.co"
    r"|yandex\.[a-z.]+/maps/-/|ya\.cc|clck\.ru|2gis\.[a-z]+/s/|go\.2gis\.com|waze\.com/ul/h|waze\.to|binged\.it|maps\.apple/p"
    r"|mapy\.(?:cz|com)/s/)",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class _Link:
    """An address: its host and path, its fields, and the whole of it, all readable."""

    host: str
    path: str
    fields: Mapping[str, str]
    text: str


_Reader = Callable[[_Link], Pair | None]


def _field(*names: str, order: str = "lat") -> _Reader:
    """Read a field that holds two numbers in an order."""

    def read(link: _Link) -> Pair | None:
        for name in names:
            if (value := link.fields.get(name)) is None:
                continue
            first = re.match(rf"\s*(?:loc:|ll\.|point\.)?\s*({_NUMBER})\s*[,~_;\s]\s*({_NUMBER})(?![\d.])", value)
            if first:
                return Pair(float(first[1]), float(first[2]), order=order)
            try:
                pair = pair_of(value)
            except Unread:
                continue
            if pair is not None and pair.order is not None:
                return pair
        return None

    return read


def _two_fields(*names: tuple[str, str]) -> _Reader:
    """Read a latitude and a longitude in fields of their own."""

    def read(link: _Link) -> Pair | None:
        for latitude, longitude in names:
            parts = [link.fields.get(latitude, ""), link.fields.get(longitude, "")]
            if all(re.fullmatch(_NUMBER, part) for part in parts):
                return Pair(float(parts[0]), float(parts[1]), order="lat")
        return None

    return read


def _pattern(pattern: str, order: str = "lat") -> _Reader:
    """Read two numbers somewhere in the address; a group ``zoom`` says how near the view is."""
    regex = re.compile(pattern, re.IGNORECASE)

    def read(link: _Link) -> Pair | None:
        pins = list(regex.finditer(link.text))
        if not pins:
            return None
        found = pins[-1]  # of several pins the one that was chosen
        zoom = found.groupdict().get("zoom")
        if zoom and float(zoom) < _NEAR:
            raise Unread(f"it shows a whole region (zoom {zoom}); put a pin on the place and copy the address again")
        return Pair(float(found[1]), float(found[2]), order=order)

    return read


def _degrees_in_path(link: _Link) -> Pair | None:
    """Read what stands behind /place/, /search/ or /dir/: degrees, or two numbers."""
    for part in re.findall(r"/(?:place|search|dir//?)/?([^/@?]+)", link.path):
        try:
            pair = pair_of(part.replace("+", " "))
        except Unread:
            continue
        if pair is not None and not pair.loose:
            return pair if pair.order else Pair(pair.first, pair.second, order="lat")
    return None


_VIEW = rf"@({_DECIMAL}),({_DECIMAL})(?:,(?:(?P<zoom>\d+(?:\.\d+)?)z|[\d.]+[am]))?"
_GENERIC: Final[tuple[_Reader, ...]] = (
    _two_fields(("mlat", "mlon"), ("lat", "lon"), ("lat", "lng"), ("lat", "long"), ("latitude", "longitude")),
    _field("q", "query", "ll", "latlng", "coordinate", "coordinates", "center", "loc", "marker"),
    _pattern(_VIEW),
)


def _map_fragment(link: _Link) -> Pair | None:
    """Read the view of a map behind the hash: zoom, latitude and longitude."""
    found = re.search(rf"#(?:map=)?(\d+(?:\.\d+)?)/({_DECIMAL})/({_DECIMAL})", link.text)
    if found is None:
        return None
    if float(found[1]) < _NEAR:
        raise Unread(f"it shows a whole region (zoom {found[1]}); put a pin on the place and copy the address again")
    return Pair(float(found[2]), float(found[3]), order="lat")


_SERVICES: Final[tuple[tuple[re.Pattern[str], tuple[_Reader, ...]], ...]] = tuple(
    (re.compile(host, re.IGNORECASE), readers)
    for host, readers in (
        (
            r"(?:^|\.)google\.|^g\.co$",
            (
                _pattern(rf"!3d({_DECIMAL})!4d({_DECIMAL})"),
                _pattern(rf"!2d({_DECIMAL})!3d({_DECIMAL})", order="lon"),
                _degrees_in_path,
                _field("q", "query", "destination", "daddr", "ll", "cbll", "viewpoint", "center", "sll", "saddr"),
                _pattern(_VIEW),
            ),
        ),
        (
            r"(?:^|\.)(?:openstreetmap\.org|osm\.org)$",
            (_two_fields(("mlat", "mlon"), ("lat", "lon")), _map_fragment),
        ),
        (
            r"(?:^|\.)yandex\.|^ya\.ru$",
            (
                _field("pt", "whatshere[point]", "poi[point]", order="lon"),
                _field("text", "rtext", order="lat"),
                _field("ll", order="lon"),
            ),
        ),
        (r"(?:^|\.)bing\.", (_field("sp", "where1", "rtp", "cp", "q"),)),
        (r"(?:^|\.)apple\.com$", (_field("coordinate", "ll", "q", "daddr", "address", "sll", "center"),)),
        (r"(?:^|\.)wikimapia\.org$", (_two_fields(("lat", "lon")),)),
        (r"(?:^|\.)waze\.com$", (_field("ll", "latlng", "to", "q"), _two_fields(("lat", "lon")))),
        (
            r"(?:^|\.)2gis\.",
            (_pattern(rf"/geo/(?:\d+/)?({_DECIMAL}),({_DECIMAL})", order="lon"), _field("m", "point", order="lon")),
        ),
        (r"(?:^|\.)here\.com$", (_pattern(rf"/l/({_DECIMAL}),({_DECIMAL})"), _field("map", "at"))),
        (r"(?:^|\.)mapy\.", (_two_fields(("y", "x")),)),
    )
)


def is_address(text: str) -> bool:
    """Say whether a cell is an address, on the web or of the kind that phones pass on.

    Examples
    --------
    >>> is_address("https://maps.google.com/?q=1.5,2.5"), is_address("geo:1.5,2.5"), is_address("Kyiv")
    (True, True, False)
    """
    return _ADDRESS.fullmatch(text.strip()) is not None


def link_of(text: str) -> Pair | None:
    """Return the position that an address holds; None where it is no address of a map.

    Raises
    ------
    Unread
        For a short address, which does not hold it, and for a map's that holds none.

    Examples
    --------
    >>> link_of("https://maps.google.com/?q=50.5977,36.5858").first
    50.5977
    """
    text = text.strip()
    if text.casefold().startswith("geo:"):
        return _geo(text)
    if not is_address(text):
        return None
    address = text if "://" in text else f"https://{text}"
    try:
        parts = urlsplit(address)
        host = (parts.hostname or "").casefold()
    except ValueError:
        return None
    query = [*parse_qsl(parts.query, keep_blank_values=True), *parse_qsl(parts.fragment.lstrip("/?"))]
    link = _Link(host, unquote(parts.path), {name.casefold(): value for name, value in query}, unquote(address))
    service = next((readers for pattern, readers in _SERVICES if pattern.search(host)), None)
    for reader in (*(service or ()), *((_map_fragment, *_GENERIC) if service is None else ())):
        if (pair := reader(link)) is not None:
            return pair
    if _SHORT.search(address):
        raise Unread("it is a short address, which does not hold the position; open it and copy the long one")
    if service is not None and ("map" in address.casefold() or "geo" in address.casefold()):
        raise Unread("the address of this map holds no position; put a pin on the place and copy the address again")
    return None


def _geo(text: str) -> Pair | None:
    """Read the URI of RFC 5870, and what telephones put behind it."""
    found = re.match(rf"geo:({_NUMBER}),({_NUMBER})", text, re.IGNORECASE)
    if found is None:
        raise Unread("a geo address holds a latitude and a longitude, geo:50.45,30.52")
    query = re.search(rf"[?&]q=({_NUMBER}),\s*({_NUMBER})", unquote(text))
    latitude, longitude = (query or found).groups()[:2]
    return Pair(float(latitude), float(longitude), order="lat")
