"""The groups that a page of a dataset holds itself: as fine as it can bear."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from impactmap.datasets.gathering import Part, load_part, part_identity
from impactmap.datasets.published.groups import alike, together
from impactmap.datasets.stages import load_setting
from impactmap.datasets.store import identity_of, load_events, load_json, store_events, store_json

if TYPE_CHECKING:
    import geopandas as gpd

    from impactmap.datasets.located import LocatedDataset

__all__ = ["overview_groups"]

#: Halvings of the world on either axis, and whether what was hit keeps events apart: from the finest on. Their squares
#: are 10, 20, 40 and 80 km high.
_KINDS: Final = ((11, True), (10, True), (11, False), (10, False), (9, False), (8, False))
#: Groups of a page.
MOST_GROUPS: Final = 400_000


def overview_groups(dataset: LocatedDataset) -> tuple[int, gpd.GeoDataFrame]:
    """Return the finest groups that a page can hold, and the halvings of the world that make their squares."""
    parts = dataset.parts
    for bits, terms in _KINDS:
        counts = dataset.run(group_part, parts, bits, terms, what="Counting by square and day")
        if sum(counts) <= MOST_GROUPS:
            break
    return bits, together([load_groups(part, bits, terms) for part in parts])


def group_part(part: Part, bits: int, terms: bool) -> int:  # noqa: FBT001 -- as a scheduler hands it on
    """Keep the groups of a part; return how many they are."""
    from impactmap.places.fine_positions import coarse_frame

    project = load_setting(part.setting).project
    folder = part.work / "groups" / _name(part, bits, terms)
    known = load_json(folder / "about.json")
    if known is None:
        if (bits, terms) == _KINDS[0]:
            events = load_part(part)[0]
            events = events if project.publish.exact_positions else coarse_frame(events)
        else:
            group_part(part, *_KINDS[0])
            events = load_groups(part, *_KINDS[0])
        groups = alike(events, bits=bits, terms=terms)
        store_events(groups, folder / "groups.arrow")
        known = {"groups": int(groups["event_id"].nunique())}
        store_json(known, folder / "about.json")
    count: int = known["groups"]
    return count


def load_groups(part: Part, bits: int, terms: bool) -> gpd.GeoDataFrame:  # noqa: FBT001
    """Return the groups of a part as they were kept."""
    return load_events(part.work / "groups" / _name(part, bits, terms) / "groups.arrow")


def _name(part: Part, bits: int, terms: bool) -> str:  # noqa: FBT001
    exact = load_setting(part.setting).project.publish.exact_positions
    return identity_of("groups", part_identity(part), bits, terms, exact)
