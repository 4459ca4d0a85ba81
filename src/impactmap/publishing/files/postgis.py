"""Events in a database: PostgreSQL with PostGIS, there and back."""

from __future__ import annotations

import contextlib
import datetime as dt
import re
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

from impactmap.model.embargo import Embargo
from impactmap.model.errors import (
    ColumnError,
    ImpactMapError,
    InputError,
    InstallationError,
    PublishError,
    TableError,
    TermsWarning,
)
from impactmap.model.schema import CLAIM_COLUMNS, COMPUTED_COLUMNS, EVENT_COLUMNS, Column
from impactmap.model.system.installation import install_command

if TYPE_CHECKING:
    import pandas as pd

    from impactmap.reading.read import Reading

__all__ = ["from_postgis", "to_postgis"]

#: What the comment of a table of ours begins with.
MARK = "Written by impactmap"
#: Bytes of a name that PostgreSQL keeps.
NAME_BYTES = 63
#: Holds the order of the rows, which a database does not keep by itself.
ORDER = "row_order"
_SHORTENED = re.compile(r"~[0-9]+\Z")
_TYPES = {"str": "text", "Int64": "bigint", "float64": "double precision", "datetime64[s]": "date"}
_DTYPES = {"text": "str", "bigint": "Int64", "double precision": "float64", "date": "datetime64[s]"}


def to_postgis(
    events: pd.DataFrame,
    connection: Any,
    *,
    table: str = "events",
    claims: pd.DataFrame | None = None,
    now: dt.datetime | None = None,
    embargo_hours: float = 24.0,
    exact_positions: bool = False,
    force: bool = False,
) -> tuple[str, ...]:
    """Write events, with every column, into a table of a PostGIS database.

    Parameters
    ----------
    events
        As `read_events`, `geocode_events` or a later stage gives them.
    connection
        A psycopg connection, a SQLAlchemy engine or connection that uses psycopg, or an address such as
        ``postgresql://user@host/database``. On a connection in a transaction the caller commits.
    table
        Name of the table; ``schema.table`` for one that is not on the search path.
    claims
        The claims about them, written into ``<table>_claims``.
    now
        The present, with a time zone: the embargo is counted back from it. By default the clock's.
    embargo_hours
        Events wait so long after the end of their last day (UTC); 0 lets all leave.
    exact_positions
        Let coordinates leave as the source gave them; otherwise they are rounded to two decimals of a degree.
    force
        Replace also a table that impactmap did not write.

    Returns
    -------
    tuple of str
        Notes, as `impactmap.write_events` gives them.

    Raises
    ------
    InputError
        When the connection is none of these or cannot be made, and when distances were measured from positions that
        may not leave.
    ColumnError, CrsError
        When the events are not what `read_events` or a later stage gives.
    PublishError
        When the database refuses, or a table of this name is somebody else's; it is then as it was before.

    Warns
    -----
    TermsWarning
        When the data's publisher sets terms for those who pass it on (``events.attrs["terms"]``).

    Notes
    -----
    Everything happens in one transaction. Columns are text, bigint, double precision and date; ``geometry`` is of
    EPSG:4326 and indexed; ``row_order`` is the primary key. Names longer than 63 bytes are shortened, the whole name
    being the column's comment.

    Examples
    --------
    With the address of a database, such as ``postgresql://desk@localhost/maps``; run against one in
    ``tests/publishing/postgis``:

    >>> import pandas as pd
    >>> import impactmap as im
    >>> sheet = pd.DataFrame({"date": ["2025-11-09"], "place": ["Erdenet"], "killed": ["about 10"]})
    >>> reading = im.read_events(sheet)
    >>> events = im.geocode_events(reading.events)
    >>> im.to_postgis(events, address, claims=reading.claims, embargo_hours=0)  # doctest: +SKIP
    ()
    """
    import warnings

    from impactmap.publishing.files.chunks import Told
    from impactmap.publishing.files.cleared_export import held_note, hold_back_events, leaving_claims, leaving_events

    told = Told()
    terms = events.attrs.get("terms")
    embargo = Embargo(now or dt.datetime.now(dt.UTC), embargo_hours) if embargo_hours else None
    events, claims, held = hold_back_events(events, claims, embargo)
    frame = leaving_events(events, told, exact_positions=exact_positions)
    statements = leaving_claims(claims, told, exact_positions=exact_positions)
    notes = [*held_note(held), *told.sentences()]
    if terms:
        notes.append(str(terms))
        warnings.warn(str(terms), TermsWarning, stacklevel=2)
    with _driver(connection) as driver, _plain_errors(PublishError), driver.transaction(), driver.cursor() as cursor:
        _put(cursor, table, frame, (*EVENT_COLUMNS, *COMPUTED_COLUMNS), force=force)
        if statements is not None:
            _put(cursor, f"{table}_claims", statements, CLAIM_COLUMNS, force=force)
        else:
            # Claims of an earlier version would be read as if they were about these events.
            _drop(cursor, f"{table}_claims", force=False)
    return tuple(notes)


def from_postgis(connection: Any, *, table: str = "events") -> Reading:
    """Read events, and the claims beside them, from a PostGIS database.

    Parameters
    ----------
    connection, table
        As in `to_postgis`.

    Returns
    -------
    Reading
        ``events`` as a GeoDataFrame (EPSG:4326) with every column of the table, ``claims`` from ``<table>_claims``.

    Raises
    ------
    InputError
        When the connection is none of these or cannot be made.
    TableError
        When there is no such table, or the database refuses.
    ColumnError
        When it has no ``event_id`` or ``date_start``.

    Examples
    --------
    With the address of a database; run against one in ``tests/publishing/postgis``:

    >>> import pandas as pd
    >>> import impactmap as im
    >>> sheet = pd.DataFrame({"date": ["2025-11-09"], "place": ["Erdenet"], "killed": ["about 10"]})
    >>> reading = im.read_events(sheet)
    >>> events = im.geocode_events(reading.events)
    >>> notes = im.to_postgis(events, address, claims=reading.claims, embargo_hours=0)  # doctest: +SKIP
    >>> back = im.from_postgis(address)  # doctest: +SKIP
    >>> back.events["place_name"].tolist(), back.claims["value"].tolist()  # doctest: +SKIP
    (['Erdenet'], [10.0])
    """
    import geopandas as gpd
    import pandas as pd
    import shapely

    from impactmap.model.claims import claims_frame
    from impactmap.reading.raw_table import Note
    from impactmap.reading.read import Reading

    with _driver(connection) as driver, _plain_errors(TableError), driver.transaction(), driver.cursor() as cursor:
        frame, geometry = _get(cursor, table, (*EVENT_COLUMNS, *COMPUTED_COLUMNS))
        if frame is None:
            raise TableError(f"expected a table {table!r} in the database, found none. Check its name and schema.")
        said, _ = _get(cursor, f"{table}_claims", CLAIM_COLUMNS)
    if missing := [name for name in ("event_id", "date_start") if name not in frame.columns]:
        raise ColumnError(f"{table}: expected the columns of to_postgis, missing {', '.join(missing)}.")
    shapes = pd.Series(None, index=frame.index, dtype="object")
    if geometry is not None:
        shapes = pd.Series(shapely.from_wkb(frame.pop(geometry).to_numpy(dtype=object)), index=frame.index)
    events = gpd.GeoDataFrame(frame, geometry=gpd.GeoSeries(shapely.set_srid(shapes.to_numpy(), 0), crs="EPSG:4326"))
    rejected = pd.DataFrame(columns=["file", "source_row", "column", "reason"]).astype({"source_row": "Int64"})
    note = Note(table, "file", f"Read from the database's table {table!r}.")
    return Reading(events=events, claims=claims_frame([] if said is None else said), rejected=rejected, notes=[note])


def _put(cursor: Any, table: str, frame: pd.DataFrame, known: Sequence[Column], *, force: bool) -> None:
    import shapely
    from psycopg import sql

    geometry = "geometry" if hasattr(frame, "crs") else None
    headers = [str(name) for name in frame.columns]
    named = {header: "geometry" for header in headers if header == geometry}
    order = _names([ORDER], taken=set(headers))[0]
    named |= dict(
        zip((rest := [h for h in headers if h != geometry]), _names(rest, taken={order, *named}), strict=True)
    )
    types = {
        header: "geometry(Geometry, 4326)" if header == geometry else _type(frame[header].dtype) for header in headers
    }
    _drop(cursor, table, force=force)
    name = _identifier(table)
    columns = [sql.SQL("{} bigint PRIMARY KEY").format(sql.Identifier(order))]
    columns += [sql.SQL("{} {}").format(sql.Identifier(named[each]), sql.SQL(types[each])) for each in headers]
    cursor.execute(sql.SQL("CREATE TABLE {} ({})").format(name, sql.SQL(", ").join(columns)))
    values: list[list[Any]] = []
    for header in headers:
        if header == geometry:
            hexes = shapely.to_wkb(shapely.set_srid(frame[header].to_numpy(), 4326), hex=True, include_srid=True)
            values.append(list(hexes))
        else:
            values.append([None if value is None else _plain(value) for value in _objects(frame[header])])
    into = sql.SQL(", ").join(map(sql.Identifier, [order, *(named[header] for header in headers)]))
    with cursor.copy(sql.SQL("COPY {} ({}) FROM STDIN").format(name, into)) as copy:
        for row in zip(range(1, len(frame) + 1), *values, strict=True):
            copy.write_row(row)
    if geometry is not None:
        cursor.execute(sql.SQL("CREATE INDEX ON {} USING gist ({})").format(name, sql.Identifier(geometry)))
    comment = sql.SQL("COMMENT ON {} {} IS {}")
    cursor.execute(comment.format(sql.SQL("TABLE"), name, f"{MARK}. Positions are in WGS 84 degrees."))
    meanings = {column.name: column.meaning for column in known}
    for header in headers:
        text = header if named[header] != header else meanings.get(header)
        if text:
            column = sql.SQL("{}.{}").format(name, sql.Identifier(named[header]))
            cursor.execute(comment.format(sql.SQL("COLUMN"), column, text))


def _drop(cursor: Any, table: str, *, force: bool) -> None:
    """Remove a table of ours, to be written anew; refuse to remove another's."""
    from psycopg import sql

    shown = _find(cursor, table)
    if shown is None:
        return
    cursor.execute("SELECT obj_description(%s, 'pg_class')", (shown,))
    if not force and not str(cursor.fetchone()[0] or "").startswith(MARK):
        raise PublishError(
            f"{table}: the database has a table of this name that impactmap did not write. Choose another, or use "
            "force to replace it."
        )
    cursor.execute(sql.SQL("DROP TABLE {}").format(_identifier(table)))


def _get(cursor: Any, table: str, known: Sequence[Column]) -> tuple[Any, str | None]:
    """Return a table's rows in order under their whole names, and the name of its first column of geometry."""
    import pandas as pd
    from psycopg import sql

    oid = _find(cursor, table)
    if oid is None:
        return None, None
    cursor.execute(
        "SELECT attname, format_type(atttypid, NULL), col_description(attrelid, attnum) FROM pg_attribute "
        "WHERE attrelid = %s AND attnum > 0 AND NOT attisdropped ORDER BY attnum",
        (oid,),
    )
    described = cursor.fetchall()
    order = described[0][0] if described and described[0][0].startswith(ORDER) else None
    described = described[1:] if order else described
    geometry = next((name for name, kind, _ in described if kind.rpartition(".")[2] == "geometry"), None)
    chosen = [
        sql.SQL("ST_AsEWKB(ST_Transform({}, 4326))" if kind.rpartition(".")[2] == "geometry" else "{}").format(
            sql.Identifier(name)
        )
        if kind in _DTYPES or name == geometry
        else sql.SQL("{}::text").format(sql.Identifier(name))
        for name, kind, _ in described
    ]
    query = sql.SQL("SELECT {} FROM {}").format(sql.SQL(", ").join(chosen), _identifier(table))
    if order:
        query += sql.SQL(" ORDER BY {}").format(sql.Identifier(order))
    cursor.execute(query)
    rows = cursor.fetchall()
    dtypes = {column.name: column.dtype for column in known}
    columns: dict[str, pd.Series[Any]] = {}
    for position, (name, kind, comment) in enumerate(described):
        whole = comment if comment and _SHORTENED.search(name) else name
        values = pd.Series([row[position] for row in rows], dtype="object")
        dtype: Any = dtypes.get(whole, _DTYPES.get(kind, "str"))
        columns[whole] = values if name == geometry else values.astype(dtype)
    return pd.DataFrame(columns), geometry


def _find(cursor: Any, table: str) -> int | None:
    cursor.execute("SELECT to_regclass(%s)::oid", (".".join(f'"{part}"' for part in _parts(table)),))
    found = cursor.fetchone()[0]
    return None if found is None else int(found)


def _parts(table: str) -> list[str]:
    parts = table.split(".")
    if not all(parts) or len(parts) > 2 or '"' in table or "\0" in table:
        raise InputError(f"expected the name of a table, such as events or schema.events; found {table!r}.")
    return parts


def _identifier(table: str) -> Any:
    from psycopg import sql

    return sql.Identifier(*_parts(table))


def _names(headers: Sequence[str], *, taken: set[str]) -> list[str]:
    """Return names that the database keeps whole; a shortened one ends in a tilde and a number."""
    used = set(taken)
    names = []
    for header in headers:
        name, number = header, 0
        while len(name.encode()) > NAME_BYTES or name in used:
            number += 1
            ending = f"~{number}"
            name = header.encode()[: NAME_BYTES - len(ending)].decode(errors="ignore") + ending
        used.add(name)
        names.append(name)
    return names


def _type(dtype: Any) -> str:
    import pandas as pd

    if pd.api.types.is_integer_dtype(dtype):
        return _TYPES["Int64"]
    if pd.api.types.is_float_dtype(dtype):
        return _TYPES["float64"]
    return _TYPES["datetime64[s]"] if pd.api.types.is_datetime64_any_dtype(dtype) else _TYPES["str"]


def _objects(series: pd.Series[Any]) -> list[Any]:
    from impactmap.publishing.files.delimited_text import plain_values

    return plain_values(series)


def _plain(value: Any) -> Any:
    """Return a day for the first moment of one."""
    return value.date() if hasattr(value, "date") else value


@contextlib.contextmanager
def _driver(connection: Any) -> Iterator[Any]:
    """Give the psycopg connection behind whatever the user has."""
    try:
        import psycopg
    except ImportError as error:
        raise InstallationError(
            f"A PostGIS database needs one more package ({error.name} is missing): {install_command('postgis')}"
        ) from error
    if isinstance(connection, str):
        with _plain_errors(InputError):
            opened = psycopg.connect(connection)
        with contextlib.closing(opened), opened:
            yield opened
        return
    pooled = connection.raw_connection() if hasattr(connection, "raw_connection") else None
    try:
        found = pooled or getattr(connection, "connection", connection)
        driver = getattr(found, "driver_connection", found)
        if not isinstance(driver, psycopg.Connection):
            raise InputError(
                "expected a psycopg 3 connection, a SQLAlchemy engine or connection that uses one "
                f"(postgresql+psycopg://), or an address; found {type(driver).__module__}.{type(driver).__name__}."
            )
        yield driver
    finally:
        if pooled is not None:
            pooled.close()


@contextlib.contextmanager
def _plain_errors(kind: type[ImpactMapError]) -> Iterator[None]:
    import psycopg

    try:
        yield
    except psycopg.errors.UndefinedObject as error:
        raise kind(f"the database lacks PostGIS ({error}). Run in it: CREATE EXTENSION postgis;") from error
    except psycopg.Error as error:
        raise kind(f"the database refused: {str(error).strip()}") from error
