"""The map's project file: what a map is about, in TOML, validated."""

from __future__ import annotations

import difflib
import re
import tomllib
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

from pydantic import BaseModel, Field, ValidationError, model_validator

from impactmap.model.errors import ProjectError
from impactmap.model.sections.author import (
    COUNTED_BY,
    ChartOptions,
    LabelOptions,
    LayerOptions,
    NoteOptions,
    ViewOptions,
)
from impactmap.model.sections.files import DataOptions, GeocoderOptions, PublishOptions
from impactmap.model.sections.map import (
    BorderOptions,
    Correction,
    FieldOptions,
    MapOptions,
    Side,
    SymbolOptions,
    Translation,
)
from impactmap.model.sections.section import Language, Section
from impactmap.model.sections.story import StepOptions
from impactmap.model.sections.style import StyleOptions, with_shared_style
from impactmap.model.sections.surroundings import CheckOptions, ContextOptions, LimitOptions

if TYPE_CHECKING:
    import pandas as pd

__all__ = [
    "OTHER_SIDES",
    "Project",
    "check_project",
    "decisions_beside",
    "load_project",
    "project_for_places",
    "project_for_table",
]

#: Hues and shapes that can be told apart, whatever the reader's eyes.
MOST_SIDES = 6
#: Key of the side that stands for all that have none of their own.
OTHER_SIDES = "*"


class Project(Section):
    """A validated project file.

    Notes
    -----
    Sides are drawn in the order given; only their names and colours differ on the map. ``columns`` says which of the
    table's columns is which of ours, where its header does not: our name to theirs. Of ``translations`` the one of the
    map's language is put in place of what it translates.
    """

    map: MapOptions = MapOptions()
    data: DataOptions = DataOptions()
    columns: dict[str, str] = Field(default_factory=dict)
    sides: tuple[Side, ...] = ()
    fields: tuple[FieldOptions, ...] = ()
    border: BorderOptions | None = None
    symbols: SymbolOptions = SymbolOptions()
    view: ViewOptions = ViewOptions()
    style: StyleOptions = StyleOptions()
    charts: ChartOptions = ChartOptions()
    labels: LabelOptions = LabelOptions()
    notes: tuple[NoteOptions, ...] = ()
    steps: Annotated[tuple[StepOptions, ...], Field(max_length=40)] = ()
    layers: tuple[LayerOptions, ...] = ()
    geocoder: GeocoderOptions | None = None
    context: ContextOptions = ContextOptions()
    publish: PublishOptions = PublishOptions()
    checks: CheckOptions = CheckOptions()
    limits: LimitOptions = LimitOptions()
    corrections: tuple[Correction, ...] = ()
    translations: dict[Language, Translation] = Field(default_factory=dict)
    folder: Path = Field(default=Path(), exclude=True)

    @model_validator(mode="after")
    def _translated(self) -> Project:
        chosen = self.translations.get(self.map.language)
        if chosen is None:
            return self
        if self.map.languages:
            raise ValueError(f"no translations.{self.map.language}: the file's own words are in the first language")
        if unknown := set(chosen.sides) - {side.key for side in self.sides}:
            raise ValueError(f"translations of sides by their keys; found {', '.join(sorted(unknown))}")
        if unknown := set(chosen.fields) - {field.column for field in self.fields}:
            raise ValueError(f"translations of fields by their columns; found {', '.join(sorted(unknown))}")
        if chosen.notes is not None and len(chosen.notes) != len(self.notes):
            raise ValueError(
                f"translations of notes, one a note and in their order: {len(self.notes)}; found {len(chosen.notes)}"
            )
        if chosen.steps is not None and len(chosen.steps) != len(self.steps):
            raise ValueError(f"translations of steps in their order: {len(self.steps)}; found {len(chosen.steps)}")
        own = chosen.model_dump(
            exclude={"sides", "fields", "labels", "notes", "steps", "layers", "corrections"}, exclude_none=True
        )
        if chosen.steps is not None:
            said = zip(self.steps, chosen.steps, strict=True)
            steps = tuple(step.model_copy(update={"title": each.title, "text": each.text}) for step, each in said)
            object.__setattr__(self, "steps", steps)
        sides = tuple(side.model_copy(update={"name": chosen.sides.get(side.key, side.name)}) for side in self.sides)
        # Fields of a frozen model, before anybody has it.
        object.__setattr__(self, "map", self.map.model_copy(update=own))
        object.__setattr__(self, "sides", sides)
        fields = tuple(
            field.model_copy(update={"label": chosen.fields.get(field.column, field.label)}) for field in self.fields
        )
        object.__setattr__(self, "fields", fields)
        labels = self.labels.model_copy(update={"names": self.labels.names | chosen.labels})
        object.__setattr__(self, "labels", labels)
        told = chosen.notes or tuple(note.text for note in self.notes)
        notes = tuple(note.model_copy(update={"text": text}) for note, text in zip(self.notes, told, strict=True))
        object.__setattr__(self, "notes", notes)
        named = tuple(one.model_copy(update={"name": chosen.layers.get(one.name, one.name)}) for one in self.layers)
        object.__setattr__(self, "layers", named)
        days = [each.date for each in self.corrections]
        corrections = tuple(
            each.model_copy(update={"text": chosen.corrections[each.date]})
            if each.date in chosen.corrections and days.count(each.date) == 1
            else each
            for each in self.corrections
        )
        object.__setattr__(self, "corrections", corrections)
        return self

    @model_validator(mode="after")
    def _distinct(self) -> Project:
        keys = [side.key for side in self.sides]
        if len(set(keys)) < len(keys):
            raise ValueError("a key of its own for each side")
        named = [alias.casefold() for side in self.sides for alias in side.aliases]
        if len(set(named)) < len(named):
            raise ValueError("each of the aliases at one side only")
        if len(keys) > MOST_SIDES:
            raise ValueError(f"at most {MOST_SIDES} sides can be told apart on one map")
        if len({field.column for field in self.fields}) < len(self.fields):
            raise ValueError("each column in one of the fields only")
        known = [*COUNTED_BY, *(field.column for field in self.fields if field.kind == "category")]
        if unknown := [name for name in self.charts.by if name not in known]:
            raise ValueError(f"charts by {', '.join(known)} (or a field of the kind category); found {unknown[0]!r}")
        return self

    def in_language(self, code: str) -> Project:
        """Return the project as it speaks another of its languages."""
        if code == self.map.language:
            return self
        raw = self.model_dump()
        raw["map"] |= {"language": code, "languages": ()}
        spoken = check_project(raw, self.folder / "project.toml")
        options = spoken.map.model_copy(update={"languages": self.map.languages})
        return spoken.model_copy(update={"map": options})

    def file(self, name: str, code: str | None = None) -> str:
        """Return what a file of a language is called: the first one's as it is, ``map.uk.html`` of another."""
        languages, code = self.map.languages, code or self.map.language
        stem, dot, suffix = name.rpartition(".")
        return name if not languages or code == languages[0] else f"{stem}.{code}{dot}{suffix}"


def load_project(path: str | Path) -> Project:
    """Read and check a project file.

    Parameters
    ----------
    path
        TOML file in UTF-8, or the folder of a ``project.toml``; the tables it names are relative to its folder.

    Returns
    -------
    Project
        With ``folder`` set to the file's folder.

    Raises
    ------
    ProjectError
        For a missing file, broken TOML, an unknown key (named with the nearest valid one) or a wrong value;
        every fault is listed at once.

    Examples
    --------
    >>> import tempfile
    >>> import impactmap as im
    >>> file, _ = im.new_project(Path(tempfile.mkdtemp()) / "map")
    >>> load_project(file).map.title
    'Reported attacks on infrastructure'
    """
    path = Path(path)
    if path.is_dir():
        path /= "project.toml"
    try:
        raw = tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except FileNotFoundError:
        raise ProjectError(f"{path}: no such project file. `impactmap new FOLDER` writes one to start from.") from None
    except (OSError, UnicodeDecodeError) as error:
        raise ProjectError(f"{path}: cannot be read as UTF-8 text ({error}).") from error
    except RecursionError:
        raise ProjectError(f"{path}: expected settings, found lists within lists without end.") from None
    except tomllib.TOMLDecodeError as error:
        fix = "Texts need quotes, dates do not."
        if "escape" in str(error) or "hex" in str(error):
            fix = "Write \\ in a path as / or put the path between single quotes: file = 'maps\\events.csv'."
        raise ProjectError(f"{path}: not valid TOML: {error}. {fix}") from error
    raw.pop("folder", None)
    return check_project(raw, path)


def project_for_table(path: str | Path, events: pd.DataFrame, **options: Any) -> Project:
    """Make the project of a table that has no project file.

    Parameters
    ----------
    path
        The table. Its name becomes the title, its folder the project's.
    events
        The events frame: its sides come in alphabetical order, those of more than six as `sides_of` says.
    **options
        What the user chose: ``title``, ``language``, ``timezone``, ``embargo_hours``, ``countries``, ``border`` (two
        ISO codes) and ``view``; None means not chosen.

    Returns
    -------
    Project
        A valid project, without a border unless one is given.

    Raises
    ------
    ProjectError
        For a chosen value that a project file would not allow either.

    Examples
    --------
    >>> import pandas as pd
    >>> events = pd.DataFrame({"side": ["North", None, "East"]})
    >>> made = project_for_table("night_strikes-2025.csv", events, border="NL:BE")
    >>> made.map.title, [side.key for side in made.sides], made.border.countries
    ('Night strikes 2025', ['East', 'North'], ('NL', 'BE'))
    """
    path = Path(path)
    title = " ".join(re.split(r"[\s_-]+", path.stem)).strip()
    chosen = {
        "title": title[:1].upper() + title[1:],
        # A file's name heads no map.
        "headline": None if options.get("title") else "",
        **{k: v for k, v in options.items() if v is not None and k not in {"border", "view"}},
    }
    raw: dict[str, Any] = {"map": chosen, "data": {"events": path.name, "decisions": decisions_beside(path)}}
    raw["sides"] = [side.model_dump() for side in sides_of(events, chosen.get("language"))]
    if options.get("border"):
        raw["border"] = {
            "countries": tuple(re.split(r"[:,/\s]+", str(options["border"]).strip().upper())),
            "view": options.get("view") or "un",
        }
    return check_project(raw, path)


def sides_of(events: pd.DataFrame, language: str | None = None) -> tuple[Side, ...]:
    """Return the sides of events without a project file: all by name, of more than six the five with most events.

    Parameters
    ----------
    events
        ``side``, and ``event_id`` where several rows may be one event.
    language
        Of the name that the others have together.

    Returns
    -------
    tuple of Side
        In alphabetical order; the others last, under the key ``*``.

    Examples
    --------
    >>> import pandas as pd
    >>> [side.name for side in sides_of(pd.DataFrame({"side": [*"abcdefg", *"cdefg"]}))]
    ['c', 'd', 'e', 'f', 'g', 'Other sides']
    """
    from impactmap.model.words import Words

    once = events.drop_duplicates("event_id") if "event_id" in events.columns else events
    counts = once["side"].dropna().astype("str").value_counts()
    keys = sorted(counts.index, key=lambda key: (-int(counts[key]), key))
    named = keys if len(keys) <= MOST_SIDES else keys[: MOST_SIDES - 1]
    sides = tuple(Side(key=key, name=key) for key in sorted(named))
    if len(named) == len(keys):
        return sides
    return (*sides, Side(key=OTHER_SIDES, name=Words(language or "en").text("legend.other_sides")))


def project_for_places(path: str | Path) -> Project:
    """Make the project of a table that names places and need not be one of events.

    Parameters
    ----------
    path
        The table.

    Returns
    -------
    Project
        Its title is the table's name; its decisions lie beside the table.
    """
    import pandas as pd

    return project_for_table(path, pd.DataFrame({"side": pd.Series(dtype="str")}))


def decisions_beside(table: str | Path) -> str:
    """Return the name of the file that holds what editors decided about the places of a table without a project.

    Parameters
    ----------
    table
        The table; the file lies in its folder.

    Returns
    -------
    str

    Examples
    --------
    >>> decisions_beside("reports/november.xlsx")
    'november.decisions.csv'
    """
    return f"{Path(table).stem}.decisions.csv"


def check_project(raw: dict[str, Any], path: Path) -> Project:
    """Check the content of a project file.

    Parameters
    ----------
    raw
        As `tomllib` gives it.
    path
        Where it comes from, for messages; its folder becomes the project's.

    Returns
    -------
    Project

    Raises
    ------
    ProjectError
        For every fault at once.
    """
    try:
        folder = path.resolve().parent
        return Project.model_validate({**with_shared_style(raw, folder), "folder": folder})
    except ValidationError as error:
        lines = [_explain(fault) for fault in error.errors()]
        count = f"{len(lines)} fault{'s' if len(lines) > 1 else ''}"
        raise ProjectError(f"{path}: {count}:\n" + "\n".join(f"  {line}" for line in lines)) from None


def _explain(fault: Any) -> str:
    location = ".".join(str(part + 1) if isinstance(part, int) else part for part in fault["loc"]) or "project"
    if fault["type"] == "extra_forbidden":
        nearest = difflib.get_close_matches(str(fault["loc"][-1]), _valid_keys(fault["loc"][:-1]), n=1, cutoff=0.5)
        hint = (
            f" Did you mean {nearest[0]!r}?"
            if nearest
            else f" Known here: {', '.join(_valid_keys(fault['loc'][:-1]))}."
        )
        return f"{location}: unknown key.{hint}"
    expected = re.sub(r"^(Value error, |Input should be |Input should )", "", fault["msg"])
    found = "" if fault["type"] in {"missing", "value_error"} else f" Found {fault['input']!r}."
    return f"{location}: expected {expected}.{found}" if fault["type"] != "missing" else f"{location}: missing."


def _valid_keys(location: tuple[int | str, ...]) -> list[str]:
    model: Any = Project
    for part in location:
        if isinstance(part, int) or part not in model.model_fields:  # a place in a list, a key of a mapping
            continue
        annotation = model.model_fields[part].annotation
        candidates = [annotation, *getattr(annotation, "__args__", ())]
        model = next(c for c in candidates if isinstance(c, type) and issubclass(c, BaseModel))
    return [name for name in model.model_fields if name != "folder"]
