"""Other people's tables into any form: read, located, merged with an older version, written."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Unpack, cast

from impactmap.model.errors import InputError
from impactmap.model.faults import check_keywords
from impactmap.model.progress import Progress, part_of, quiet
from impactmap.model.reprs.overview import Overview, counts_text
from impactmap.reading.formats.frames import is_path
from impactmap.workspace.options import AnySource, OpenOptions, present
from impactmap.workspace.sources import find_tables, is_project

if TYPE_CHECKING:
    import geopandas as gpd
    import pandas as pd

    from impactmap.claims.versions import Changes
    from impactmap.model.sections.map import MapOptions
    from impactmap.places.overrides.decisions import Decisions
    from impactmap.reading.columns.table_options import TableOptions
    from impactmap.reading.formats.frames import TableSource
    from impactmap.reading.read import Reading

__all__ = ["Conversion", "ConvertOptions", "convert"]

#: What is said of each table.
_SAID = ("format", "date_format", "places", "claims", "table", "limits")


@dataclass(frozen=True, repr=False)
class Conversion(Overview):
    """What `convert` did.

    Attributes
    ----------
    files
        What was written: the table, its claims and, where rows could not be used, ``<name>.rejected.csv``.
    rows_read, rows_used
        Rows of data in the tables of events, without headers and empty rows, and how many of them were used.
    events, places, claims
        The events in them, their rows in the output (an event and place each), the claims.
    rejected
        Rows that were not used, each with its reason, of all tables.
    tables
        Rows ``read``, ``used`` and ``rejected`` of the tables of ``events``, ``places`` and ``claims`` that there were.
    statuses
        Rows of the output by ``place_status``; empty when places were not looked for.
    changes
        What differs from the older version, where there is one.
    notes
        What was found out and decided, in plain words.
    held_back
        Events that the embargo keeps back, which are not in the output.
    """

    files: tuple[Path, ...]
    rows_read: int
    rows_used: int
    events: int
    places: int
    claims: int
    rejected: int
    tables: dict[str, dict[str, int]] = field(default_factory=dict)
    statuses: dict[str, int] = field(default_factory=dict)
    changes: Changes | None = None
    notes: tuple[str, ...] = ()
    held_back: int = 0

    def _overview(self) -> tuple[str, dict[str, object]]:
        lines: dict[str, object] = {
            "files": ", ".join(path.name for path in self.files),
            "events": f"{self.events:,} in {self.places:,} rows, {self.claims:,} claims",
            "places": counts_text(self.statuses),
            "not used": f"{self.rejected:,} rows" if self.rejected else "",
            "held back": f"{self.held_back:,} events" if self.held_back else "",
            "notes": f"{len(self.notes):,}, in .notes" if self.notes else "",
        }
        return f"Conversion into {self.files[0].parent}", lines

    def to_dict(self) -> dict[str, Any]:
        """Return it as JSON can hold it."""
        from impactmap.telling.notes.correction_note import correction_note

        plain = {name: getattr(self, name) for name in self.__dataclass_fields__ if name not in {"files", "changes"}}
        told = (
            {} if self.changes is None else {"changes": self.changes.to_dict(), "note": correction_note(self.changes)}
        )
        return {**plain, "files": [str(path) for path in self.files], "notes": list(self.notes), **told}


class ConvertOptions(OpenOptions, total=False):
    """What may be said of a conversion beside what is said of its sources.

    Attributes
    ----------
    update
        An older version of the same table, of which the sources are the newer one: see `update_events`.
    complete
        Whether the newer version covers all that the older one does: see `compare_events`.
    """

    update: str | Path | None
    complete: bool


def convert(
    sources: AnySource | Sequence[AnySource],
    output: str | Path,
    *,
    to: str = "auto",
    find_places: bool = True,
    exact_positions: bool = False,
    embargoed: bool = False,
    force: bool = False,
    **said: Unpack[ConvertOptions],
) -> Conversion:
    r"""Read other people's tables and write them in another form.

    Parameters
    ----------
    sources
        Tables, as for `read_events`, or projects, as for `open_source`: one, or a list, put under each other.
    output, to, exact_positions, force
        As `path`, `format`, `exact_positions` and `force` of `write_events`.
    find_places
        Whether rows are located as for a map, with the ``place_*`` columns and areas as areas.
    embargoed
        Let out also the events that the embargo keeps back: that of the project, 24 hours for a table alone; of several
        sources the longest.
    **said
        See `ConvertOptions`; said of every source. The language, English where none is said, is that of the places'
        names.

    Returns
    -------
    Conversion

    Raises
    ------
    ImpactMapError
        When a table cannot be read, or a file should not or cannot be written; what was there before is intact.

    Examples
    --------
    >>> import tempfile
    >>> folder = Path(tempfile.mkdtemp())
    >>> _ = (folder / "reports.csv").write_text("date,place\n2025-03-01,Erdenet\n")
    >>> [file.name for file in convert([folder / "reports.csv"], folder / "reports.geojson").files]
    ['reports.geojson']
    """
    from impactmap.claims.combine import combine_readings
    from impactmap.model.embargo import Embargo
    from impactmap.publishing.files.cleared_export import held_note, hold_back_events
    from impactmap.publishing.files.forms import find_form
    from impactmap.publishing.files.rejected_rows import write_rejected
    from impactmap.publishing.files.writing import write_parts
    from impactmap.workspace.opening import need_rows

    check_keywords(said, ConvertOptions)
    find_form(output, to)
    tables_of = [
        table for source in (sources if isinstance(sources, list | tuple) else (sources,)) for table in _tables(source)
    ]
    if not tables_of:
        raise InputError("expected at least one table to convert, found none.")
    update, now, language = said.get("update"), said.get("now") or present(), said.get("language") or "en"
    if not (said.get("places") is None and said.get("claims") is None) and len(tables_of) > 1:
        raise InputError("expected one table where places or claims are given, found several. Convert them one by one.")
    say = said.get("progress") or quiet
    say(1, 3, "Reading the tables")
    given: dict[str, Any] = {name: value for name, value in said.items() if name in _SAID}
    given |= {"now": now, "progress": part_of(say, 1, 3)}
    # A tombstone of an earlier update is part of the table, unless this is a newer version of one.
    reading = combine_readings([_read(table, withdrawn=update is None, **given) for table in tables_of])
    if update is None:  # a newer version may have nothing left
        need_rows([reading])
    events, claims, changes = reading.events, reading.claims, None
    inputs = [file.path for file in reading.inputs]
    if update is not None:
        from impactmap.claims.updates import update_events
        from impactmap.publishing.history import read_version
        from impactmap.reading.formats.limits import make_limits

        old = read_version(update, limits=make_limits(said.get("limits")), date_format=said.get("date_format"), now=now)
        merged = update_events(
            old.events,
            events,
            day=now.date(),
            old_claims=old.claims,
            new_claims=claims,
            complete=said.get("complete", False),
        )
        merged.events.attrs |= old.events.attrs | events.attrs
        events, claims, changes = merged.events, merged.claims, merged.changes
        inputs += [file.path for file in old.inputs]
    tables = _counts(reading)
    maps = _maps(tables_of, said.get("table"))
    embargo = Embargo(now, max(each.embargo_hours for each in maps), maps[0].timezone)
    events, kept, held = hold_back_events(events, claims, None if embargoed else embargo)
    claims = claims if kept is None else kept
    statuses: Counter[str] = Counter()
    parts: Iterator[pd.DataFrame] = iter([events])
    if find_places:
        say(2, 3, "Finding the places")
        located = _located(
            events,
            gazetteers=said.get("gazetteers"),
            language=language,
            exact_positions=exact_positions,
            decisions=_decisions(tables_of),
            countries=[code for each in maps for code in each.countries if all(one.countries for one in maps)],
            progress=part_of(say, 2, 3),
        )
        parts = _counted(located, statuses)
    written = write_parts(
        parts,
        output,
        rows=len(events),
        claims=claims,
        format=to,
        force=force,
        inputs=inputs,
        exact_positions=exact_positions,
        progress=part_of(say, 3, 3),
    )
    files = (
        *written.files,
        *write_rejected(
            reading.rejected,
            Path(output),
            dates=[header for header, column in reading.headers.items() if column in {"date_start", "date_end"}],
            embargo=None if embargoed or not embargo.hours else embargo,
            inputs=inputs,
            force=force,
            exact_positions=exact_positions,
        ),
    )
    told = [f"{note.file}: {note.text}" for note in reading.notes if note.topic != "terms"]
    return Conversion(
        files=files,
        rows_read=tables["events"]["read"],
        rows_used=tables["events"]["used"],
        events=int(events["event_id"].nunique()),
        places=len(events),
        claims=len(claims),
        rejected=len(reading.rejected),
        tables=tables,
        statuses=dict(sorted(statuses.items())),
        changes=changes,
        notes=(*told, *held_note(held), *written.notes, *(_tombstones(reading) if update is None else ())),
        held_back=held,
    )


def _tables(source: AnySource) -> list[TableSource]:
    """Return the tables that a source names, or the project file that names them."""
    path, tables = find_tables(source)
    return tables or [path]


def _read(source: TableSource, *, withdrawn: bool, table: TableOptions | None = None, **given: Any) -> Reading:
    """Read a table, or the tables of a project."""
    from impactmap.reading.formats.limits import make_limits
    from impactmap.reading.read import read_events
    from impactmap.workspace.opening import open_source, reading_options

    if _is_project(source):
        return open_source(source, table=table, **given).reading
    given["limits"] = make_limits(given.get("limits"))
    options = reading_options(table) if table is not None else {}
    return read_events(source, withdrawn=withdrawn, **given, **options)


def _is_project(source: TableSource) -> bool:
    return is_path(source) and is_project(cast("str", source))


def _maps(tables: Sequence[TableSource], table: TableOptions | None) -> list[MapOptions]:
    """Return what the sources say of their maps."""
    from impactmap.model.project import load_project
    from impactmap.model.sections.map import MapOptions

    said = MapOptions(countries=(table.countries if table is not None else None) or ())
    return [load_project(cast("str", each)).map if _is_project(each) else said for each in tables]


def _tombstones(reading: Reading) -> tuple[str, ...]:
    """Say how many reports are in the output that an earlier update marked as withdrawn."""
    if "update_status" not in reading.events.columns:
        return ()
    gone = reading.events.loc[reading.events["update_status"] == "withdrawn", "event_id"].nunique()
    return (f"Among the events are {gone:,} that their publisher withdrew; they are marked so.",) if gone else ()


def _counts(reading: Reading) -> dict[str, dict[str, int]]:
    """Return how many rows were read, used and rejected of each kind of table."""
    counts: dict[str, dict[str, int]] = {}
    for file in reading.inputs:
        each = counts.setdefault(file.holds, {"read": 0, "used": 0, "rejected": 0})
        each["read"] += file.rows
        each["used"] += file.rows - file.rejected
        each["rejected"] += file.rejected
    counts["events"]["used"] = len(reading.events[["event_id", "source_row"]].drop_duplicates())
    return counts


def _decisions(tables: Sequence[TableSource]) -> Decisions:
    """Return what editors decided about the places of the sources."""
    from impactmap.model.project import decisions_beside, load_project
    from impactmap.places.overrides.decision_file import read_decisions
    from impactmap.places.overrides.decisions import Decisions

    found = Decisions()
    for path in (Path(cast("str", each)) for each in tables if is_path(each)):
        file = path.parent / decisions_beside(path)
        if path.suffix.lower() == ".toml":
            project = load_project(path)
            file = project.folder / project.data.decisions
        found = found.with_entries(read_decisions(file))
    return found


def _located(
    events: pd.DataFrame,
    *,
    gazetteers: str | Path | None,
    language: str,
    exact_positions: bool,
    decisions: Decisions,
    countries: Sequence[str],
    progress: Progress,
) -> Iterator[gpd.GeoDataFrame]:
    """Locate events, and keep the positions of areas as coarse as others."""
    from impactmap.places.boundaries import COARSE_DECIMALS
    from impactmap.places.gazetteer.gazetteers import open_gazetteer
    from impactmap.places.locating import locate_parts
    from impactmap.publishing.files.chunks import PART

    return locate_parts(
        _with_area_positions(events, None if exact_positions else COARSE_DECIMALS),
        rows=PART,
        exact_positions=exact_positions,
        gazetteer=open_gazetteer(gazetteers),
        decisions=decisions,
        countries=countries,
        language=language,
        progress=progress,
    )


def _counted(parts: Iterator[gpd.GeoDataFrame], statuses: Counter[str]) -> Iterator[gpd.GeoDataFrame]:
    """Pass the parts on, and count what became of their places."""
    from impactmap.model.spill import release

    for part in parts:
        statuses.update(map(str, part["place_status"].dropna()))
        yield part
        release()


def _with_area_positions(events: pd.DataFrame, decimals: int | None) -> pd.DataFrame:
    """Keep the positions that stand for areas, which have none of their own once they are located."""
    kept = ["source_latitude", "source_longitude"]
    if "place_precision" not in events.columns or set(kept) & set(events.columns):
        return events
    area = events["place_precision"].isin(["district", "region", "country"]) & events["latitude"].notna()
    if not area.any():
        return events
    degrees = events[["latitude", "longitude"]].where(area)
    degrees = degrees if decimals is None else degrees.round(decimals)
    texts = [degrees[name].map(repr, na_action="ignore").astype("str") for name in degrees]
    return events.assign(**dict(zip(kept, texts, strict=True)))
