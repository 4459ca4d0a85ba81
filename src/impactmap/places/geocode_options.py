"""What finding places goes by."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from typing import TYPE_CHECKING, Protocol, TypedDict

if TYPE_CHECKING:
    from impactmap.model.progress import Progress
    from impactmap.places.gazetteer.areas import Language
    from impactmap.places.geocoder import Gazetteer
    from impactmap.places.overrides.decisions import Decisions
    from impactmap.places.settle.decision import Decision, Query

__all__ = ["GeocodeOptions", "OnlineGeocoder", "TableGeocodeOptions"]


class OnlineGeocoder(Protocol):
    """What `geocode_events` asks of an online provider."""

    def settle(self, query: Query, offline: Decision) -> Decision:
        """Return the provider's decision, or the offline one where it adds nothing."""


class GeocodeOptions(TypedDict, total=False):
    """What finding places goes by, as for `geocode_events`: where to look, whom to ask, in which language to name."""

    gazetteer: Gazetteer | None
    online: OnlineGeocoder | None
    decisions: Decisions | None
    countries: Sequence[str]
    language: Language
    progress: Progress | None


class TableGeocodeOptions(GeocodeOptions, total=False):
    """The columns of a table that say more of its places, beside `GeocodeOptions`."""

    region: Hashable | None
    country: Hashable | None
    district: Hashable | None
    latitude: Hashable | None
    longitude: Hashable | None
