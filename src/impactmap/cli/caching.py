"""Commands about the kept answers of online geocoders."""

from __future__ import annotations

import collections
import contextlib
import csv
import datetime as dt
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click

from impactmap.cli.options import cache_option, force_option, json_option, output_option
from impactmap.cli.report import counted, print_json, say
from impactmap.model.errors import InputError

__all__ = ["cache"]

_COLUMNS = ("service", "server", "question", "asked_at", "found", "address", "latitude", "longitude", "radius_km")


@click.group(epilog="Example: impactmap cache show")
def cache() -> None:
    """Show, export or clear the kept answers of online geocoders.

    Answers are kept so that no question is asked twice. Keys are not among them.
    """


@cache.command(epilog="Example: impactmap cache show --json")
@cache_option
@json_option
def show(*, cache_folder: Path, as_json: bool) -> None:
    """Say where the answers are and how many there are of each service."""
    entries = _entries(cache_folder)
    damaged = sorted(path.name for path in cache_folder.glob("answers.unreadable-*.sqlite"))
    counts: dict[tuple[str, str], list[bool]] = collections.defaultdict(list)
    for entry in entries:
        counts[entry["service"], entry["server"]].append(entry["found"])
    if as_json:
        services = [
            {"service": service, "server": server, "answers": len(found), "nothing_found": found.count(False)}
            for (service, server), found in sorted(counts.items())
        ]
        print_json({"folder": str(cache_folder), "answers": len(entries), "services": services, "damaged": damaged})
        return
    say(f"{counted(len(entries), 'answer')} in {cache_folder}")
    for (service, server), found in sorted(counts.items()):
        say(f"  {service} at {server or 'its own address'}: {len(found):,}, {found.count(False):,} of them 'not found'")
    if damaged:
        say(f"Damaged, set aside and begun anew: {', '.join(damaged)}")
    if entries:
        say(f"Asked from {entries[0]['asked_at']} to {entries[-1]['asked_at']}.")


@cache.command(epilog="Example: impactmap cache export -o answers.csv")
@output_option("FILE")
@cache_option
@force_option
@json_option
def export(output: Path, *, cache_folder: Path, force: bool, as_json: bool) -> None:
    """Write all answers to a file, .csv or .json, the oldest first."""
    from impactmap.model.atomic import replace_file
    from impactmap.model.text import neutralise

    kind = output.suffix.lower()
    if kind not in {".csv", ".json"}:
        raise InputError(f"{output}: expected a file name that ends in .csv or .json; found {output.suffix!r}.")
    entries = _entries(cache_folder)
    with replace_file(output, force=force) as temporary:
        if kind == ".json":
            text = json.dumps(entries, ensure_ascii=False, indent=1, allow_nan=False) + "\n"
            temporary.write_text(text, encoding="utf-8", newline="\n")
        else:
            with temporary.open("w", encoding="utf-8", newline="") as file:
                writer = csv.writer(file)
                writer.writerow(_COLUMNS)
                for entry in entries:
                    cells = (entry[name] for name in _COLUMNS)
                    writer.writerow([neutralise(cell) if isinstance(cell, str) else cell for cell in cells])
    if as_json:
        print_json({"output": str(output), "answers": len(entries)})
        return
    say(f"Wrote {counted(len(entries), 'answer')} to {output}")


@cache.command(epilog="Example: impactmap cache clear --yes")
@cache_option
@click.option("--yes", is_flag=True, help="Do not ask first.")
@json_option
def clear(*, cache_folder: Path, yes: bool, as_json: bool) -> None:
    """Forget all answers; they would have to be asked for again."""
    count = 0
    with _opened(cache_folder) as answers:
        if answers is not None:
            if not yes:
                click.confirm(f"Forget the {counted(len(answers.entries()), 'answer')} in {cache_folder}?", abort=True)
            count = answers.clear()
    if as_json:
        print_json({"folder": str(cache_folder), "forgotten": count})
        return
    say(f"Forgot {counted(count, 'answer')} in {cache_folder}")


@contextlib.contextmanager
def _opened(folder: Path) -> Iterator[Any]:
    """Give the answers in a folder, None where there are none; looking makes no file."""
    from impactmap.places.online.cache import AnswerCache

    if not AnswerCache.file_in(folder).is_file():
        yield None
        return
    with AnswerCache(folder) as answers:
        yield answers


def _entries(folder: Path) -> list[dict[str, Any]]:
    """Return all answers as rows of `_COLUMNS`."""
    with _opened(folder) as answers:
        kept = [] if answers is None else answers.entries()
    rows = []
    for entry in kept:
        answer = entry["answer"] or {}
        when = dt.datetime.fromtimestamp(entry["asked_at"], dt.UTC).isoformat(timespec="seconds")
        known = {**entry, **answer, "asked_at": when, "found": entry["answer"] is not None}
        rows.append({name: known.get(name) for name in _COLUMNS})
    return rows
