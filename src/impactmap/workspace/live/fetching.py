"""Tables at addresses, fetched for one build or looked at again and again, politely."""

from __future__ import annotations

import hashlib
import json
import shutil
import tempfile
import time
import weakref
from collections.abc import Callable, Collection
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlsplit

from impactmap.model.errors import InputError

if TYPE_CHECKING:
    from impactmap.model.sections.pages import PagesOptions
    from impactmap.reading.online.client import HttpClient

__all__ = ["Fetcher", "local_file"]

#: Hosts that a publisher's own address leads to: its tables lie there.
_OF_THE_HOUSE: Final = {
    "docs.google.com": (".googleusercontent.com",),
    "github.com": (".githubusercontent.com",),
}


class Fetcher:
    """Fetches tables into a folder, and asks only for what has changed.

    Parameters
    ----------
    folder
        Keeps the tables and by what their servers know them; one of its own, which goes with it, when not given.
    hosts
        Hosts that a table may have moved to, beside its publisher's own.
    client, sleep
        As for `fetch_table` and `fetch_pages`.

    Attributes
    ----------
    changed
        Whether the last look at an address found something new.
    used
        Whether any address was asked for.
    """

    def __init__(
        self,
        folder: Path | None = None,
        *,
        hosts: Collection[str] = (),
        client: HttpClient | None = None,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._folder = folder
        self._hosts = frozenset(hosts)
        self._client, self._sleep = client, sleep
        self.changed = self.used = False

    def __call__(self, url: str, pages: PagesOptions | None = None) -> Path:
        """Return the file that holds a table, fetched where it is new or has changed.

        Raises
        ------
        TableError
            As `fetch_table`; what was fetched before stays.
        """
        from impactmap.reading.formats.remote import receive
        from impactmap.reading.online.pages import fetch_pages

        self.used = True
        if self._folder is None:
            self._folder = Path(tempfile.mkdtemp(prefix="impactmap-"))
            weakref.finalize(self, shutil.rmtree, self._folder, ignore_errors=True)
        told = json.dumps([url, pages.model_dump() if pages else None], sort_keys=True)
        place = self._folder / hashlib.sha256(told.encode()).hexdigest()[:16]
        place.mkdir(parents=True, exist_ok=True)
        known = _read_known(place)
        before = known.get("sha256")
        if pages is not None:
            file = fetch_pages(url, place / "new.json", pages, client=self._client, sleep=self._sleep)
            data, known, name = file.read_bytes(), {}, f"{urlsplit(url).hostname}-pages.json"
            file.unlink()
        else:
            asked = {"If-None-Match": known.get("etag"), "If-Modified-Since": known.get("modified")}
            headers = {header: value for header, value in asked.items() if value}
            answer = receive(url, client=self._client, headers=headers, may_lead_to=self._may_lead_to(url))
            if answer is None:
                self.changed = False
                return place / str(known["name"])
            data, name = answer.data, answer.name
            known = {"etag": answer.etag, "modified": answer.modified}
        digest = hashlib.sha256(data).hexdigest()
        self.changed = digest != before
        # The table first: what is known of it is true only once it is there.
        (place / f"{name}.part").write_bytes(data)
        (place / f"{name}.part").replace(place / name)
        state = {"url": url, "name": name, "sha256": digest, **known}
        (place / "state.json").write_text(json.dumps(state), encoding="utf-8", newline="\n")
        return place / name

    def holds(self, path: Path) -> bool:
        """Say whether a file is one that was fetched."""
        return self._folder is not None and self._folder in path.parents

    def _may_lead_to(self, url: str) -> Callable[[str], bool]:
        own = _OF_THE_HOUSE.get(urlsplit(url).hostname or "", ())
        return lambda host: host in self._hosts or host.endswith(tuple(own))


def _read_known(place: Path) -> dict[str, Any]:
    """Return by what a server knows the table, where it is still there."""
    try:
        known = json.loads((place / "state.json").read_text(encoding="utf-8"))
        return dict(known) if (place / str(known["name"])).is_file() else {}
    except (OSError, ValueError, LookupError, TypeError):
        return {}


def local_file(
    text: str, folder: Path, *, allowed: bool, fetch: Callable[..., Path] | None, pages: PagesOptions | None = None
) -> Path:
    """Return the file of a table that a project names: in its folder, or fetched where it may be.

    Raises
    ------
    InputError
        For an address, where none is allowed.
    TableError
        When it cannot be fetched.
    """
    from impactmap.reading.formats.remote import is_address

    if not is_address(text):
        return folder / text
    if not allowed:
        raise InputError(
            f"{text} is an address, and asking for it tells its host who builds what. Add --allow-url, or write "
            "allow_url = true under [data] in the project file."
        )
    fetch = fetch or Fetcher()
    return fetch(text, pages) if pages else fetch(text)
