"""The part Publish: what will leave and what will not, the folder written, what to paste, what was put up."""

from __future__ import annotations

import hashlib
import re
import threading
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urljoin, urlsplit

from impactmap.desk.session import Session
from impactmap.desk.showing import Showing, show
from impactmap.desk.words import DeskWords
from impactmap.model.errors import ImpactMapError, InputError
from impactmap.workspace.workspace import Workspace

if TYPE_CHECKING:
    from impactmap.reading.formats.remote import Answer, HttpClient

__all__ = ["FOLDER", "Leaving", "check_upload", "tell_leaving", "tell_snippets"]

#: Where a project's map is published, in its folder.
FOLDER: Final = "map"
_MOST: Final = 20
_MOST_LINES: Final = 200
_SECONDS: Final = 20.0
_LARGEST: Final = 64 << 20
_MAY_FRAME: Final = re.compile(r"frame-ancestors\s+([^;]*)", re.IGNORECASE)
_PAGE: Final = "map.html"


class Leaving:
    """Publishes in the background, and says what became of it.

    Parameters
    ----------
    session
        What is on the desk.
    """

    def __init__(self, session: Session) -> None:
        self._session = session
        self.result: dict[str, Any] | None = None

    def told(self, words: DeskWords) -> dict[str, Any] | None:
        """Return `result` in the page's language."""
        result = self.result
        if result is None or "error" in result:
            return result and {"error": words.told(result["error"])}
        return {**result, "notes": [words.told(note) for note in result["notes"]]}

    def publish(self, given: dict[str, Any]) -> None:
        """Begin to write the folder; `result` says when it is done."""
        session = self._session
        folder = target_folder(session, given.get("folder", FOLDER))
        since = given.get("since", "")
        if not isinstance(since, str):
            raise InputError("since: expected the name of a folder.")
        options = {"force": given.get("force") is True, "since": target_folder(session, since) if since else None}
        self.result = None
        threading.Thread(target=self._run, args=(folder, options), daemon=True).start()

    def _run(self, folder: Path, options: dict[str, Any]) -> None:
        session = self._session
        with session.working, session.doing("publish") as say:
            try:
                work = _work(session)
                work.progress = say
                report = work.build(folder, **options)
            except ImpactMapError as error:
                self.result = {"error": str(error)}
            except Exception as error:  # noqa: BLE001 -- a thread has nobody else to tell
                self.result = {"error": f"impactmap itself failed ({type(error).__name__}: {error})."}
            else:
                files = [{"name": path.name, "bytes": path.stat().st_size} for path in report.files]
                told = list(report.notes[:_MOST])
                self.result = {
                    "folder": str(folder), "files": files, "events": report.events, "rows": report.rows, "notes": told,
                    "corrections": (folder / "CORRECTIONS.md").is_file(),
                }  # fmt: skip


def target_folder(session: Session, name: object) -> Path:
    """Return a folder within the project's: what is published lies beside it, and nowhere else.

    Raises
    ------
    InputError
        For anything but a plain name.
    """
    if not isinstance(name, str) or not re.fullmatch(r"[\w][\w .()+-]{0,80}", name) or name.endswith((".", " ")):
        raise InputError(f"folder: expected a plain name, such as {FOLDER}; found {name!r}.")
    return session.folder / name


def tell_leaving(session: Session, kept: Showing, words: DeskWords, folder: str = FOLDER) -> dict[str, Any]:
    """Return what would be published now, what would not and why, and what changed since the last time."""
    with session.working:
        shown = show(session, kept)
        ready, look = shown.ready, session.need_look()
        status = ready.events["place_status"]
        missing = ready.events.loc[status.isin(("ambiguous", "not_found", "unavailable", "invalid", "fuzzy")), "place"]
        project = shown.work.project
        reading = shown.work.reading
        return {
            "events": int(ready.events["event_id"].nunique()),
            "rows": len(ready.events),
            "claims": len(ready.claims),
            "held_back": ready.held_back,
            "embargo": project.map.embargo_hours,
            "outside": ready.outside_period,
            "refused": len(reading.rejected),
            "off_map": [str(name) for name in missing.dropna().unique()[:_MOST]],
            "off_map_count": int(missing.nunique()),
            "columns": list((look.mapping or {}).get("kept", ())),
            "exact": project.publish.exact_positions,
            "silenced": [words.text(f"record.check.{name}") for name in project.checks.silenced],
            "published": _published(session, folder),
            "changes": _changes(session, folder, words),
        }


def _published(session: Session, folder: str) -> str:
    """Return when the folder was last published; empty where it was not."""
    page = target_folder(session, folder) / _PAGE
    return time.strftime("%Y-%m-%d %H:%M", time.localtime(page.stat().st_mtime)) if page.is_file() else ""


def _changes(session: Session, folder: str, words: DeskWords) -> list[str]:
    """Return what changed since the last publication, as the note for readers says it."""
    from impactmap.telling.notes.correction_note import correction_note
    from impactmap.workspace.versions import compare_versions

    older = target_folder(session, folder)
    if not (older / "events.csv").is_file():
        return []
    try:
        changes = compare_versions(older, session.folder, now=session.around.now())
    except ImpactMapError as error:
        return [str(error)]
    language: Any = words.language
    return correction_note(changes, language=language).splitlines()[:_MOST_LINES]


def tell_snippets(session: Session, kept: Showing) -> list[dict[str, str]]:
    """Return what is to be pasted into an article: a frame with a script, one without, a picture, the text for it."""
    from impactmap.publishing.embed import embed_snippet, picture_snippet
    from impactmap.telling.summary import alt_text, summarise

    with session.working:
        shown = show(session, kept)
        project = shown.work.project
        summary = summarise(shown.ready.events, shown.ready.claims, project)
    return [
        {"name": "scripted", "text": embed_snippet(project, summary)},
        {"name": "fixed", "text": embed_snippet(project, summary, scripted=False)},
        {"name": "picture", "text": picture_snippet(project, summary)},
        {"name": "alt", "text": alt_text(summary)},
    ]


def check_upload(address: str, folder: Path, *, client: HttpClient | None = None) -> list[dict[str, Any]]:
    """Ask a web site once for the page that was put up, and say whether it is whole and may stand in a frame.

    Parameters
    ----------
    address
        Of ``map.html`` on the web.
    folder
        The published one.
    client
        Sends the requests; to public hosts alone when not given.

    Returns
    -------
    list of dict
        ``name`` of each check, ``good``, and what was ``found``.

    Raises
    ------
    InputError
        When nothing was published yet.
    TableError
        When the address cannot be asked.
    """
    from impactmap.reading.formats.remote import PublicClient

    if not (folder / _PAGE).is_file():
        raise InputError(f"{folder.name}: expected a published folder, found none. Write it first.")
    client = PublicClient() if client is None else client
    answer = client.get(address.strip(), seconds=_SECONDS)
    try:
        checks = _of_page(answer, (folder / _PAGE).read_bytes())
    finally:
        answer.close()
    for file in sorted(folder.glob("map-texts-*.bin")):
        beside = client.get(urljoin(address.strip(), file.name), seconds=_SECONDS)
        try:
            good = beside.status == 200 and _body(beside) == file.read_bytes()
            checks.append({"name": "beside", "good": good, "found": file.name})
        finally:
            beside.close()
    return checks


def _of_page(answer: Answer, own: bytes) -> list[dict[str, Any]]:
    status, kind = answer.status, (answer.header("Content-Type") or "").partition(";")[0].strip().lower()
    checks: list[dict[str, Any]] = [{"name": "there", "good": status == 200, "found": str(status)}]
    if status != 200:
        moved = answer.header("Location") or ""
        return [{**checks[0], "found": f"{status} {urlsplit(moved).geturl()}".strip()}]
    body = _body(answer)
    whole = hashlib.sha256(body).digest() == hashlib.sha256(own).digest()
    checks.append({"name": "type", "good": kind == "text/html", "found": kind})
    checks.append({"name": "whole", "good": whole, "found": f"{len(body):,} / {len(own):,}"})
    refused = (answer.header("X-Frame-Options") or "").strip().lower()
    ancestors = _MAY_FRAME.search(answer.header("Content-Security-Policy") or "")
    found = refused or (ancestors[1].strip() if ancestors else "")
    closed = refused == "deny" or (ancestors is not None and "'none'" in ancestors[1].lower())
    checks.append({"name": "frame", "good": not closed, "found": found})
    # A site's own policy counts beside the page's: one that allows no inline script stops the map.
    policy = answer.header("Content-Security-Policy") or ""
    scripts = re.search(r"(?:script-src|default-src)\s+([^;]*)", policy, re.IGNORECASE)
    runs = scripts is None or "'unsafe-inline'" in scripts[1].lower()
    checks.append({"name": "script", "good": runs, "found": scripts[0][:200] if scripts else ""})
    return checks


def _body(answer: Answer) -> bytes:
    data = bytearray()
    while (piece := answer.read(1 << 16)) and len(data) <= _LARGEST:
        data += piece
    return bytes(data)


def _work(session: Session) -> Workspace:
    around = session.around
    return Workspace(session.folder, now=around.now(), gazetteers=around.gazetteers, cache_folder=around.cache_folder)
