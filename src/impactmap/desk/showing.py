"""The map as it will be: its page and its pictures, of the project as it stands, and the settings that shape it."""

from __future__ import annotations

import re
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from impactmap.desk.look import States, file_states
from impactmap.desk.session import Session
from impactmap.model.errors import InputError
from impactmap.model.languages import language_codes, page_language
from impactmap.model.project import load_project
from impactmap.workspace.answers.project_edit import edit_project, set_setting, set_side
from impactmap.workspace.opening import need_rows
from impactmap.workspace.workspace import Workspace

if TYPE_CHECKING:
    from impactmap.model.project import Project
    from impactmap.workspace.preparing import Prepared

__all__ = ["PICTURES", "Showing", "Shown", "change_setting", "show", "show_page", "show_picture", "tell_settings"]

PICTURES: Final = ("web", "social", "square", "story")
#: Settings that the page may change, with what takes the place of an empty one.
_TEXTS: Final = frozenset(
    ("map.title", "map.headline", "map.subtitle", "map.finding", "map.credit", "map.contact", "map.language",
     "map.timezone", "data.sheet", "data.date_format", "symbols.size", "publish.base_url")
)  # fmt: skip
_SIDE: Final = re.compile(r"sides\.(\d+)\.(name|color|color_dark)")


@dataclass(frozen=True)
class Shown:
    """What may leave, as `build` and `draw` make it, and of which files it was made."""

    states: States
    work: Workspace
    ready: Prepared


class Showing:
    """Keeps what was made last, until a file changes."""

    def __init__(self) -> None:
        self.shown: Shown | None = None
        self.page: bytes = b""
        self.pictures: dict[str, bytes] = {}


def show(session: Session, kept: Showing) -> Shown:
    """Prepare what may leave, once for each state of the files.

    Raises
    ------
    ImpactMapError
        Whatever would stop the build.
    """
    from impactmap.workspace.build import make_ready

    states = file_states(session.folder)
    if kept.shown is None or kept.shown.states != states or kept.shown.work.given != session.folder:
        around = session.around
        work = Workspace(
            session.folder, now=around.now(), gazetteers=around.gazetteers, cache_folder=around.cache_folder
        )
        with session.doing("draw") as say:
            need_rows([work.read().reading])
            kept.shown = Shown(states, work, make_ready(work, say))
        kept.page, kept.pictures = b"", {}
    return kept.shown


def show_page(session: Session, kept: Showing) -> bytes:
    """Return the page as it would be published."""
    from impactmap.maps.page.event_map import build_map

    with session.working:
        shown = show(session, kept)
        if not kept.page:
            with session.doing("draw"):
                ready, project = shown.ready, shown.work.project
                made = build_map(ready.events, ready.claims, project=project, border=ready.border)
                kept.page = made.to_page().encode()
        return kept.page


def show_picture(session: Session, kept: Showing, preset: str) -> bytes:
    """Return a picture as it would be published, PNG."""
    from impactmap.maps.picture.image_file import save_figure
    from impactmap.maps.picture.plot import plot_map
    from impactmap.telling.summary import alt_text, summarise

    if preset not in PICTURES:
        raise InputError(f"preset: expected {', '.join(PICTURES)}, found {preset!r}.")
    with session.working:
        shown = show(session, kept)
        if preset not in kept.pictures:
            ready, project = shown.ready, shown.work.project
            with session.doing("draw"), tempfile.TemporaryDirectory(prefix="impactmap-") as folder:
                file = Path(folder) / "picture.png"
                figure = plot_map(ready.events, ready.claims, project=project, border=ready.border, preset=preset)
                text = alt_text(summarise(ready.events, ready.claims, project))
                save_figure(figure, file, alt_text=text, credit=project.map.credit)
                kept.pictures[preset] = file.read_bytes()
        return kept.pictures[preset]


def tell_settings(session: Session) -> dict[str, Any]:
    """Return what the author may set, and what readers could not see well of it."""
    if not session.has_project:
        return {}
    project = load_project(session.project_file)
    options = project.map
    faults = _colour_faults(project)
    look = session.look
    metrics = [] if look is None or look.reading is None else sorted(set(look.reading.claims["metric"].dropna()))
    return {
        "title": options.title, "headline": options.title if options.headline is None else options.headline,
        "subtitle": options.subtitle, "finding": options.finding or "",
        "language": options.language, "languages": [[code, page_language(code).name] for code in language_codes()],
        "credit": options.credit, "contact": options.contact,
        "size": project.symbols.size or "", "metrics": list(map(str, metrics)),
        "base_url": project.publish.base_url or "", "pictures": list(PICTURES),
        "sides": [
            {**side, "faults": faults.get(number, [])}
            for number, side in enumerate(_looks(project), 1)
        ],
    }  # fmt: skip


def _looks(project: Project) -> list[dict[str, str]]:
    from impactmap.look.theme import side_styles

    return [
        {"name": style.name, "color": style.color, "shape": style.shape}
        for style in side_styles(project.sides)
        if style.key is not None
    ]


def _colour_faults(project: Project) -> dict[int, list[str]]:
    """Return by side's number what is wrong with its colour: contrast, alike, lightness."""
    from impactmap.look.theme import DARK, LIGHT, check_theme, side_styles

    styles = side_styles(project.sides)
    if not styles:
        return {}
    found: dict[int, list[str]] = {}
    for sentence in (*check_theme(LIGHT, styles), *check_theme(DARK, styles)):
        kind = "contrast" if "contrast" in sentence else "alike" if "differ" in sentence else "lightness"
        for number in {int(each) for each in re.findall(r"side (\d)", sentence)}:
            if kind not in found.setdefault(number, []):
                found[number].append(kind)
    return found


def change_setting(session: Session, name: str, value: Any) -> None:
    """Write a setting into the project file.

    Raises
    ------
    InputError
        For one that this page does not change.
    ProjectError
        For a value that the project file cannot have.
    """
    if not isinstance(value, str) or len(value) > 2_000:
        raise InputError("value: expected a text.")
    text = " ".join(re.sub(r"[\x00-\x1f\x7f\ud800-\udfff]", " ", value).split())
    if side := _SIDE.fullmatch(name):
        edit_project(session.project_file, set_side(int(side[1]), side[2], text or None))
    elif name in _TEXTS:
        section, _, key = name.partition(".")
        # An empty headline is one that is made from the reports; without any the title heads the map.
        kept = text if name == "map.headline" else text or None
        edit_project(session.project_file, set_setting(section, key, kept))
    elif name == "data.header_row":
        edit_project(session.project_file, set_setting("data", "header_row", _number(text, int)))
    elif name == "map.embargo_hours":
        edit_project(session.project_file, set_setting("map", "embargo_hours", _number(text, float)))
    elif name == "map.countries":
        edit_project(session.project_file, set_setting("map", "countries", [_country(text)] if text else None))
    else:
        raise InputError(f"setting: expected one that this page changes, found {name!r}.")
    session.wake()


def _number(text: str, kind: type[int | float]) -> float | None:
    try:
        return kind(text) if text else None
    except ValueError:
        raise InputError(f"expected a number, found {text[:40]!r}.") from None


def _country(text: str) -> str:
    from impactmap.places.names.country_names import find_country

    if (code := find_country(text)) is None:
        raise InputError(f"country: expected a country's name or code, found {text!r}.")
    return code
