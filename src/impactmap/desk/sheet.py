"""The doubtful places as a spreadsheet to fill in, and the filled one read back."""

from __future__ import annotations

import csv
import datetime as dt
import io
import re
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any, Final, Literal

from impactmap.desk.board import Board, Choice
from impactmap.model.errors import InputError, TableError
from impactmap.model.text import compare_key, neutralise, restore
from impactmap.places.gazetteer.areas import Areas
from impactmap.reading.formats.files import open_table
from impactmap.workspace.doubts import Doubt, Option

__all__ = ["SHEET", "read_sheet", "write_sheet"]

#: Name of the sheet that is filled in.
SHEET: Final = "places"
_CANDIDATES: Final = 8  # columns at least
_MOST_CANDIDATES: Final = 24
_KEY: Final = ("place", "region", "country", "district", "given_latitude", "given_longitude")
_TOLD: Final = ("rows", "first_report", "status", "why_doubtful")
_FILLED: Final = ("decision", "latitude", "longitude", "radius_km", "area", "editor", "reason")
_COLUMNS: Final = (*_KEY, *_TOLD, *_FILLED)
_WIDTHS: Final = {"place": 28, "region": 18, "country": 14, "first_report": 40, "why_doubtful": 40, "reason": 30}
_ID: Final = re.compile(r"\[([^\[\]]+)\]\Z")
_FEW: Final = 5
#: Characters that a cell of a workbook cannot hold, and how many it can.
_NOT_IN_XML: Final = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff\ud800-\udfff]")
_CELL_CHARACTERS: Final = 32_767
_HELP: Final = (
    "Fill in the columns from 'decision' to 'reason', then run: impactmap review TABLE --decisions-from THIS_FILE",
    "decision: the number of a candidate (1, 2, ...); accept for what was proposed; reject for no place.",
    "decision left empty, with latitude and longitude: a pin there. It is kept to two decimals, about a kilometre.",
    "decision area: the column 'area' names a region or a country; or latitude, longitude and radius_km give a circle.",
    "editor: who decides; --editor NAME on the command line fills it where it is empty. reason: why, in a few words.",
    "Rows without a decision stay open. Rows may be deleted, and put in another order.",
)


def write_sheet(board: Board, path: str | Path, *, force: bool = False) -> int:
    """Write the places that nothing was decided about.

    Parameters
    ----------
    board
        Doubts and decisions.
    path
        ``.xlsx`` or ``.csv``.
    force
        Write through a link, and over a sheet that is filled in, too.

    Returns
    -------
    int
        Rows written.

    Raises
    ------
    InputError
        For another ending, and for a sheet that somebody has filled in.
    PublishError
        When the file cannot be written.

    Notes
    -----
    Texts that a spreadsheet would run as a formula begin with an apostrophe.
    """
    from impactmap.model.atomic import replace_file

    path = Path(path)
    kind = path.suffix.lower()
    if kind not in {".xlsx", ".csv"}:
        raise InputError(f"{path}: expected a file name that ends in .xlsx or .csv; found {path.suffix!r}.")
    if not force and (filled := _count_filled(path)):
        raise InputError(
            f"{path}: {filled} row{'s are' if filled > 1 else ' is'} filled in already. Read it with --decisions-from, "
            "write to another file, or use --force."
        )
    rows = [_row(board.doubts[number]) for number in board.open_numbers()]
    with replace_file(path, force=force) as temporary:
        if kind == ".csv":
            with temporary.open("w", encoding="utf-8-sig", newline="") as file:  # Excel needs the mark
                writer = csv.writer(file)
                columns = _columns(rows)
                writer.writerow(columns)
                writer.writerows([[row.get(name, "") for name in columns] for row in rows])
        else:
            _write_workbook(rows, temporary)
    return len(rows)


def read_sheet(board: Board, path: str | Path, *, editor: str = "") -> int:
    """Read a filled sheet, and write its decisions down.

    Parameters
    ----------
    board
        Doubts and decisions of the same table.
    path
        As `write_sheet` wrote it, filled in; any spreadsheet or delimited text with its columns.
    editor
        Who decides, where the sheet does not say.

    Returns
    -------
    int
        Decisions written.

    Raises
    ------
    TableError
        Some rows cannot be used: nothing is written then. The first five are named, and how many there are.
    """
    path = Path(path)
    raw = open_table(path, sheet=SHEET if path.suffix.lower() in {".xlsx", ".xlsm", ".ods"} else None)
    cells = raw.cells
    missing = [name for name in ("place", "decision") if name not in cells.columns]
    if missing:
        found = ", ".join(map(repr, cells.columns[:20]))
        raise TableError(
            f"{path}: expected the columns of the review sheet, missing {', '.join(missing)}; found {found}."
        )
    by_key = {_doubt_key(doubt): number for number, doubt in enumerate(board.doubts)}
    choices: list[tuple[int, Choice]] = []
    faults: list[str] = []
    for position, values in enumerate(cells.to_dict("records")):
        row = {str(name): restore(text).strip() if isinstance(text, str) else "" for name, text in values.items()}
        if not _is_filled(row):
            continue
        try:
            number = _number_of(row, by_key)
            choice = _choice(row, board, number, editor)
            board.check(number, choice)
            choices.append((number, choice))
        except InputError as error:
            faults.append(f"row {position + 2}: {error}")
    if not faults:
        board.decide_all(choices)
        return len(choices)
    more = f"\n  and {len(faults) - _FEW} more" if len(faults) > _FEW else ""
    count = f"{len(faults)} decision{'s' if len(faults) > 1 else ''} cannot be used, so none was written"
    raise TableError(f"{path}: {count}:\n" + "\n".join(f"  {fault}" for fault in faults[:_FEW]) + more)


def _row(doubt: Doubt) -> dict[str, Any]:
    """Return a doubt as a row, without what is to be filled in."""
    query, given = doubt.query, doubt.given or ("", "")
    row: dict[str, Any] = {
        "place": query.place, "region": query.region, "country": query.country, "district": query.district,
        "rows": doubt.rows, "first_report": " ".join(doubt.reports[0]).strip() if doubt.reports else "",
        "status": doubt.status, "why_doubtful": doubt.reason,
    }  # fmt: skip
    for number, option in enumerate(doubt.options[:_MOST_CANDIDATES], 1):
        row[f"candidate_{number}"] = _told(option)
    row = {name: _cell(text) for name, text in row.items()}
    return row | {"given_latitude": given[0], "given_longitude": given[1]}


def _columns(rows: Sequence[dict[str, Any]]) -> tuple[str, ...]:
    """Return the columns of a sheet: those of the candidates last, as many as are needed."""
    needed = max((sum(name.startswith("candidate_") for name in row) for row in rows), default=0)
    return (*_COLUMNS, *(f"candidate_{number}" for number in range(1, max(needed, _CANDIDATES) + 1)))


def _told(option: Option) -> str:
    """Return a candidate as text that ends in its id."""
    where = [option.name, option.region, option.country]
    position = "" if option.latitude is None else f" ({option.latitude}, {option.longitude})"
    if option.within:
        position = f" (somewhere in {option.within})"
    proposed = " - proposed" if option.proposed else ""
    return f"{', '.join(text for text in where if text)}{position}{proposed} [{option.option_id}]"


def _cell(value: Any) -> Any:
    return neutralise(value) if isinstance(value, str) else value


def _write_workbook(rows: Iterable[dict[str, Any]], path: Path) -> None:
    import xlsxwriter

    rows = list(rows)
    columns = _columns(rows)
    # In memory, and no text is taken for a formula, a number or a link.
    whole = io.BytesIO()
    with xlsxwriter.Workbook(whole, {"in_memory": True}) as book:
        book.set_properties({"created": dt.datetime(1980, 1, 1)})  # noqa: DTZ001 -- the same rows give the same bytes
        plain = book.add_format({"valign": "top", "text_wrap": True})
        head = book.add_format({"bold": True, "valign": "top", "text_wrap": True})
        filled = book.add_format({"bold": True, "valign": "top", "text_wrap": True, "bg_color": "#DCE4E8"})
        sheet = book.add_worksheet(SHEET)
        for number, name in enumerate(columns):
            sheet.set_column(number, number, _WIDTHS.get(name, 34 if "candidate" in name else 12))
            sheet.write_string(0, number, name, filled if name in _FILLED else head)
        for line, row in enumerate(rows, 1):
            for number, name in enumerate(columns):
                value = row.get(name, "")
                if isinstance(value, int | float):
                    sheet.write_number(line, number, value, plain)
                elif value not in {"", None}:
                    sheet.write_string(line, number, _NOT_IN_XML.sub("", str(value))[:_CELL_CHARACTERS], plain)
        sheet.freeze_panes(1, 1)
        guide = book.add_worksheet("how to")
        guide.set_column(0, 0, 110)
        for line, text in enumerate(_HELP):
            guide.write_string(line, 0, text)
    path.write_bytes(whole.getvalue())


def _count_filled(path: Path) -> int:
    """Return how many rows of a sheet that exists are filled in; what is no such sheet counts as none."""
    if not path.is_file():
        return 0
    try:
        cells = open_table(path, sheet=SHEET if path.suffix.lower() == ".xlsx" else None).cells
    except InputError:
        return 0
    if not {"place", "decision"} <= set(cells.columns):
        return 0
    return sum(
        _is_filled({str(k): v if isinstance(v, str) else "" for k, v in row.items()})
        for row in cells.to_dict("records")
    )


def _is_filled(row: dict[str, str]) -> bool:
    return any(row.get(name, "").strip() for name in ("decision", "latitude", "longitude", "area"))


def _choice(row: dict[str, str], board: Board, number: int, editor: str) -> Choice:
    """Return what a filled row wants."""
    options = board.doubts[number].options
    decision = compare_key(row["decision"])
    who: dict[str, Any] = {"editor": row.get("editor", "") or editor, "reason": row.get("reason", "")}
    if not who["editor"]:
        raise InputError("editor: expected the name of who decides; fill it in, or use --editor NAME")
    latitude, longitude = _number(row, "latitude"), _number(row, "longitude")
    radius = _number(row, "radius_km")
    place: dict[str, Any] = {"latitude": latitude, "longitude": longitude, "radius_km": radius}
    if decision == "reject":
        return Choice(kind="reject", **who)
    if decision in {"", "pin"}:
        if row.get("area") and not decision:
            return _area(row, board, place, who)
        _both(latitude, longitude)
        return Choice(kind="pin", **place, **who)
    if decision == "area":
        return _area(row, board, place, who)
    if decision == "accept":
        proposed = [option for option in options if option.proposed]
        if not proposed:
            raise InputError("decision: nothing was proposed here; give the number of a candidate")
        return Choice(kind="option", option=proposed[0].option_id, **who)
    # A number as a spreadsheet may write it: 2, or 2.0.
    if not re.fullmatch(r"\d{1,2}(\.0)?", decision):
        raise InputError(
            f"decision: expected a candidate's number, accept, pin, area or reject; found {row['decision'][:80]!r}"
        )
    told = row.get(f"candidate_{int(float(decision))}", "")
    named = _ID.search(told)
    if named is None or named[1] not in {option.option_id for option in options}:
        raise InputError(f"decision: there is no candidate {row['decision']}; expected 1 to {len(options)}")
    return Choice(kind="option", option=named[1], **who)


def _area(row: dict[str, str], board: Board, place: dict[str, Any], who: dict[str, Any]) -> Choice:
    text = row.get("area", "")
    if not text:
        _both(place["latitude"], place["longitude"])
        return Choice(kind="circle", **place, **who)
    code = _area_code(text, row, board.areas)
    if code is None:
        raise InputError(f"area: expected one region or country, as a name or an ISO code; found {text[:80]!r}")
    return Choice(kind="area", option=f"iso:{code}", **who)


def _area_code(text: str, row: dict[str, str], areas: Areas) -> str | None:
    code = text.strip().upper().removeprefix("ISO:")
    if code in areas.regions:
        return code
    country = areas.find_country(row.get("country", "")) if row.get("country") else None
    codes, _ = areas.find_regions(text, [country] if country else None, fuzzy=False)
    if len(codes) == 1:
        return codes[0]
    return areas.find_country(text)


def _both(latitude: float | None, longitude: float | None) -> None:
    if latitude is None or longitude is None:
        raise InputError("latitude, longitude: expected both")


def _number(row: dict[str, str], name: Literal["latitude", "longitude", "radius_km"]) -> float | None:
    text = row.get(name, "").replace(",", ".")
    try:
        return float(text) if text else None
    except ValueError:
        raise InputError(f"{name}: expected a number, found {text[:80]!r}") from None


def _doubt_key(doubt: Doubt) -> tuple[Any, ...]:
    query = doubt.query
    texts = (query.place, query.region, query.country, query.district)
    return (*map(compare_key, texts), *(doubt.given or (None, None)))


def _number_of(row: dict[str, str], by_key: dict[tuple[Any, ...], int]) -> int:
    if (number := by_key.get(_row_key(row))) is None:
        raise InputError(f"the table has no doubtful place {row['place'][:80]!r} with these hints")
    return number


def _row_key(row: dict[str, str]) -> tuple[Any, ...]:
    texts = [compare_key(row.get(name, "")) for name in _KEY[:4]]
    given = [row.get(name, "").replace(",", ".") for name in _KEY[4:]]
    try:
        return (*texts, *(round(float(text), 2) if text else None for text in given))
    except ValueError:
        raise InputError(
            f"given_latitude, given_longitude: expected numbers, found {', '.join(given)[:80]!r}"
        ) from None
