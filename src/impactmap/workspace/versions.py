"""Two versions of a table compared, each as it was read or published."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Unpack, cast

from impactmap.model.faults import check_keywords
from impactmap.reading.formats.frames import is_path
from impactmap.workspace.options import OpenOptions

if TYPE_CHECKING:
    from impactmap.claims.versions import Changes
    from impactmap.reading.formats.frames import TableSource
    from impactmap.reading.read import Reading

__all__ = ["compare_versions"]


def compare_versions(old: TableSource, new: TableSource, **said: Unpack[OpenOptions]) -> Changes:
    """Say what changed from one version of a table to another.

    Parameters
    ----------
    old, new
        As for `read_version`, or projects.
    **said
        See `OpenOptions`; said of both.

    Returns
    -------
    Changes

    Examples
    --------
    >>> import pandas as pd
    >>> old = [{"event_id": "a", "date": "2025-03-01", "place": "Erdenet"}]
    >>> new = [*old, {"event_id": "b", "date": "2025-03-02", "place": "Darkhan"}]
    >>> changes = compare_versions(pd.DataFrame(old), pd.DataFrame(new))
    >>> changes.new, changes.withdrawn
    (('b',), ())
    """
    from impactmap.claims.versions import compare_events
    from impactmap.publishing.history import read_version
    from impactmap.reading.formats.limits import make_limits
    from impactmap.workspace.opening import open_source, reading_options
    from impactmap.workspace.sources import is_project

    check_keywords(said, OpenOptions)
    table = said.get("table")
    options: dict[str, Any] = {name: value for name, value in said.items() if name in {"format", "date_format"}}
    options |= {**(reading_options(table) if table else {}), "limits": make_limits(said.get("limits"))}

    def read(source: TableSource) -> Reading:
        if is_path(source) and is_project(cast("str", source)):
            return open_source(source, **said).reading
        return read_version(source, **options)

    before, after = read(old), read(new)
    return compare_events(before.events, after.events, old_claims=before.claims, new_claims=after.claims)
