"""The interactive map: a folium map that carries its own page."""

from __future__ import annotations

import glob
import html
import re
import warnings
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Unpack

import folium
import geopandas as gpd
import pandas as pd
from branca.element import CssLink, Figure, JavascriptLink, MacroElement
from folium.template import Template

from impactmap.context.bands import project_bands
from impactmap.maps.coloured import color_marks, with_shapes
from impactmap.maps.options import PageOptions, page_options, with_options
from impactmap.maps.page.card_texts import TEXTS_A_FILE, text_files
from impactmap.maps.page.container import unpacking_document
from impactmap.maps.page.document import build_page
from impactmap.maps.page.head import FoliumParts, tile_host
from impactmap.maps.page.inert_layers import JQUERY_SHIM, descend, inert_texts, live_again, unending
from impactmap.maps.page.payload import TEXTS_INSIDE, encode_payload
from impactmap.model.arrow import give_back
from impactmap.model.errors import InputError
from impactmap.model.progress import Progress, quiet
from impactmap.model.project import Project
from impactmap.places.geometry import take_positions
from impactmap.scene.antimeridian import in_one_piece
from impactmap.scene.author.inset import inset_extent
from impactmap.scene.author.labels import name_ground
from impactmap.scene.author.resolving import reports_of_map
from impactmap.scene.view import Bounds, map_bounds
from impactmap.telling.summary import Summary, summarise_reports
from impactmap.telling.wording import BorderNote

if TYPE_CHECKING:
    from impactmap.context.basemap import Basemap
    from impactmap.context.borders import Border

__all__ = ["EventMap", "build_map"]


class _PageFigure(Figure):
    """The figure around an `EventMap`: it renders the map's page, so folium's own ways to show a map work."""

    def render(self, **_kwargs: Any) -> str:
        """Return the page, with whatever outside scripts added layers need."""
        (page_map,) = (child for child in self._children.values() if isinstance(child, EventMap))
        return page_map.to_page(external=True)

    def framed(self, instead: str = "") -> str:
        """Return the page in a frame, with markup that stands for it where frames are taken out."""
        page = html.escape(unpacking_document(self.render()), quote=True)
        return (
            f'<iframe srcdoc="{page}" sandbox="allow-scripts allow-popups" '
            f'width="{html.escape(str(self.width or "100%"))}" height="{html.escape(str(self.height or "900px"))}" '
            f'style="border:none" loading="lazy">{instead}</iframe>'
        )

    def _repr_html_(self, **_kwargs: Any) -> str:
        return self.framed()


class _EventLayer(MacroElement):
    """Starts the viewer on the map; the reports themselves travel beside it, never through a template."""

    _template = Template(
        """
        {% macro script(this, kwargs) %}
            window.impactmapMount({{ this._parent.get_name() }});
        {% endmacro %}
        """
    )

    def __init__(self) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self._name = "Events"
        self._id = "impactmap"


class EventMap(folium.Map):
    """A folium map of reports, with its page around it.

    Any folium layer or plugin can be added with ``add_to`` or ``add_child``. In Jupyter the map shows itself.

    Attributes
    ----------
    reports
        What the page shows, as `collect_reports` gives it.
    summary
        The counts and the sentence that head the page.

    Notes
    -----
    Made by `build_map`. Leaflet travels inside the page; folium's other default scripts (jQuery, Bootstrap, icon fonts)
    are not loaded. A layer whose plugin loads scripts from elsewhere still does so in a notebook and in `save`, with a
    warning that names them; `to_page` refuses, because a published page must not send its readers' browsers to anyone
    else's server.
    """

    _template = Template(
        """
        {% macro script(this, kwargs) %}
            var {{ this.get_name() }} = L.map(
                {{ this.get_name()|tojson }}, {center: {{ this.location|tojson }}, crs: L.CRS.{{ this.crs }}, ...{{
                this.options|tojavascript }}}
            );
            {{ this.get_name() }}.attributionControl.setPrefix(false);
            {%- if this.objects_to_stay_in_front %}
            {{ this.get_name() }}.on("overlayadd", () => {
                {%- for obj in this.objects_to_stay_in_front %}
                {{ obj.get_name() }}.bringToFront();
                {%- endfor %}
            });
            {%- endif %}
        {% endmacro %}
        """
    )
    default_js: list[tuple[str, str]] = []  # noqa: RUF012 -- as folium declares it
    default_css: list[tuple[str, str]] = []  # noqa: RUF012

    def __init__(
        self, events: gpd.GeoDataFrame, claims: pd.DataFrame | None, *, project: Project, border: Border | None
    ) -> None:
        self.reports = in_one_piece(reports_of_map(take_positions(events), claims, project))
        self._project = project
        self._border = border
        self._bounds: Bounds = map_bounds(self.reports, border)
        self._note = self.reports.border
        if border is not None:
            self._note = BorderNote(border.countries, border.view, border.data, border.data_date)
        west, south, east, north = self._bounds
        super().__init__(
            location=[round((south + north) / 2, 4), round((west + east) / 2, 4)],
            tiles=None,
            zoom_start=5,
            prefer_canvas=True,
            track_resize=False,  # the viewer does, and knows when a size says nothing
        )
        # Folium makes random names; a fixed one lets the same reports give the same bytes.
        self._id = "impactmap"
        _PageFigure().add_child(self)
        self._layer = _EventLayer()
        self.add_child(self._layer)
        self.summary: Summary = summarise_reports(self.reports, project=project)
        give_back()

    @property
    def texts_beside(self) -> bool:
        """Whether there are so many events that `save` puts their texts into files beside the page."""
        return len(self.reports.events) > TEXTS_INSIDE

    def write_texts(self, folder: str | Path, beside: str, *, progress: Progress = quiet) -> list[Path]:
        """Write the texts of the cards into files of their own.

        Parameters
        ----------
        folder
            Where the page will be.
        beside
            Begins the files' names.
        progress
            Told the events written of all.

        Returns
        -------
        list of Path
            The files, for `to_page`.
        """
        written: list[Path] = []
        count = len(self.reports.events)
        for name, data in text_files(self.reports, beside):
            written.append(Path(folder) / name)
            written[-1].write_bytes(data)
            progress(min(len(written) * TEXTS_A_FILE, count), count, "Writing the page's texts")
        return written

    def to_page(
        self,
        *,
        external: bool = False,
        files: Sequence[str | Path] = (),
        still: bytes = b"",
        step_pictures: Sequence[bytes] = (),
        languages: Mapping[str, str] | None = None,
    ) -> str:
        """Return the whole page as one HTML document.

        Parameters
        ----------
        external
            Allow added layers to load scripts, styles and tiles from elsewhere, with a warning.
        files
            What `write_texts` wrote: the page then holds no texts and fetches these from its own folder when a card, a
            search or the table needs them. Without them it holds everything.
        still
            A WebP picture of the map, from `still_map`, that is shown where no script runs.
        step_pictures
            The same of each step of the story.
        languages
            Names of the files that hold the map's page in each language, by code: a switch leads to them.

        Returns
        -------
        str
            To be written as UTF-8. Without layers of the author's own the same reports give the same bytes.

        Raises
        ------
        InputError
            When an added layer needs something from elsewhere and `external` is False.
        """
        parts = self.render_folium()
        asked = tile_host(self._project.publish.tiles or "")
        if outside := [*parts.scripts, *parts.styles, *(host for host in parts.images if host != asked)]:
            names = ", ".join(outside[:5]) + (f" and {len(outside) - 5} more" if len(outside) > 5 else "")
            if not external:
                raise InputError(
                    f"expected a page that asks nobody else for anything; layers added to the map load {names}. "
                    "Remove them, or write the page with save(), which allows them."
                )
            warnings.warn(f"layers added to the map load from elsewhere: {names}", UserWarning, stacklevel=2)
        encoding = self.encoding()
        give_back()
        payload = encode_payload(self.reports, files=[Path(file).name for file in files], **encoding)
        payload = replace(payload, still=still, step_pictures=tuple(step_pictures), languages=languages or {})
        common: Any = {name: encoding[name] for name in ("project", "words", "border")}
        return build_page(self.reports, payload, self.summary, parts, **common)

    def encoding(self) -> dict[str, Any]:
        """Return what the page's data are encoded with, as `page_header` takes it: the ground, the view, the words."""
        return {
            "project": self._project, "words": self.reports.events.say, "border": self._note,
            "basemap": self._basemap(), "bounds": self._bounds, "bands": project_bands(self._project, self._border),
        }  # fmt: skip

    def save(self, outfile: str | Path, **_kwargs: Any) -> None:  # type: ignore[override]
        """Write the page to a file; added layers may load from elsewhere (with a warning).

        Parameters
        ----------
        outfile
            Path of the HTML file.

        Notes
        -----
        For more than 250,000 events the texts lie in files beside the page (``map-texts-0001-....bin`` beside
        ``map.html``), which it reads from a web server but, as browsers are, not from disk. Older ones are removed.
        """
        path = Path(outfile)
        files = self.write_texts(path.parent, path.stem) if self.texts_beside else []
        path.write_text(self.to_page(external=True, files=files), encoding="utf-8", newline="\n")
        for old in path.parent.glob(f"{glob.escape(path.stem)}-texts-*.bin"):
            if re.search(r"-texts-\d{4}-[0-9a-f]{8}\.bin$", old.name) and old not in files:
                old.unlink()

    def _repr_mimebundle_(self, **_kwargs: Any) -> dict[str, str]:
        """Return what a notebook shows: the page, and for where it has no leave to, a picture, a table, a sentence."""
        from impactmap.maps.still import still_bundle

        bundle = still_bundle(self.reports, self.summary, project=self._project, border=self._border)
        figure: Any = self.get_root()
        return bundle | {"text/html": figure.framed(bundle["text/html"])}

    def _basemap(self) -> Basemap:
        from impactmap.scene.whole_ground import ground_about

        authored = self.reports.authored
        grounds = [
            name_ground(ground_about(box, border=self._border, language=self._project.map.language), authored)
            for box in (self._bounds, *([inset_extent(authored.inset)] if authored.inset else []))
        ]
        return replace(grounds[0], inset=grounds[1]) if len(grounds) > 1 else grounds[0]

    def render_folium(self) -> FoliumParts:
        """Let folium render the map and its layers, with their texts made inert, and sort what came out."""
        with inert_texts(layer for layer in self._children.values() if layer is not self._layer):
            return self._sort_rendered()

    def _sort_rendered(self) -> FoliumParts:
        figure = self._parent
        for child in figure._children.values():  # noqa: SLF001 -- branca has no public walk
            child.render()
        own = {"meta_http", self.get_name(), self._layer.get_name()}
        header, scripts, styles = [], [], []
        for name, child in figure.header._children.items():  # noqa: SLF001
            if isinstance(child, JavascriptLink):
                scripts.append(child.url)
            elif isinstance(child, CssLink):
                styles.append(child.url)
            elif name not in own:
                header.append(live_again(child.render(), script=False))
        written = figure.html._children.items()  # noqa: SLF001
        body = [live_again(child.render(), script=False) for name, child in written if name not in own]
        scripted = figure.script._children.items()  # noqa: SLF001
        pieces = {name: live_again(child.render().strip(), script=True) for name, child in scripted}
        added = [text for name, text in pieces.items() if name not in own]
        if any(re.search(r"\$\(", text) for text in added) and not any("jquery" in url for url in scripts):
            added.insert(0, "")
            pieces = {"shim": JQUERY_SHIM, **pieces}
        hosts = {tile_host(layer.tiles) for layer in descend(self) if isinstance(layer, folium.TileLayer)}
        hosts |= {tile_host(layer.url) for layer in descend(self) if isinstance(layer, folium.WmsTileLayer)}
        return FoliumParts(
            script="\n".join(unending(text) for text in pieces.values()) + "\n",
            header="\n".join(header), html="\n".join(body),
            scripts=tuple(scripts), styles=tuple(styles), images=tuple(sorted(hosts - {""})),
            added=bool(added or header or body),
        )  # fmt: skip


def build_map(
    events: gpd.GeoDataFrame,
    claims: pd.DataFrame | None = None,
    *,
    project: Project | None = None,
    border: Border | None = None,
    width: int | str = "100%",
    height: int = 900,
    m: EventMap | None = None,
    **options: Unpack[PageOptions],
) -> EventMap:
    """Build the interactive map.

    Parameters
    ----------
    events
        Located reports, one row an event and place, EPSG:4326. Every documented column is used where it is there.
    claims
        The claims frame.
    project, border
        Title, language, sides and the like; the border that distances refer to, by default the project's.
    width, height
        Of the frame that shows it in a notebook, in pixels; the width also in per cent.
    m
        A map made before: the frame's shapes are drawn on it below the reports, in the legend with ``title`` and
        ``attribution`` (and in ``color``), counted nowhere.
    **options
        ``column``, ``tooltip``, ``fields``, ``size``, ``tiles`` and others: see `PageOptions`.

    Returns
    -------
    EventMap
        `m`, where it is given. A ``folium.Map``: add layers to it, show it in Jupyter, write its page with
        `EventMap.save` or `EventMap.to_page`.

    Raises
    ------
    ColumnError
        Without ``event_id``.
    CrsError
        When the frame's geometry is not in EPSG:4326.
    InputError
        For more than six attacking sides.

    Notes
    -----
    The page holds Leaflet, the viewer, the basemap and the data; it asks nobody for anything. See docs/architecture.md,
    "The page".

    References
    ----------
    Leaflet 1.9.3, BSD 2-Clause. Basemap: Natural Earth (public domain) and OpenStreetMap contributors (ODbL); places:
    GeoNames (CC BY 4.0).

    Examples
    --------
    >>> import pandas as pd
    >>> import impactmap as im
    >>> sheet = pd.DataFrame({"date": ["2025-03-01"], "place": ["Erdenet"]})
    >>> located = im.geocode_events(im.read_events(sheet).events)
    >>> page = im.build_map(located).to_page()
    >>> "Erdenet" in page
    True
    """
    if m is not None:
        m.reports = with_shapes(m.reports, events, options, exact=m._project.publish.exact_positions)  # noqa: SLF001
        return m
    project = with_options(project, events, page_options(project, events, options))
    if border is None:
        from impactmap.context.borders import load_project_border

        border = load_project_border(project)
    made = EventMap(events, claims, project=project, border=border)
    made.reports = color_marks(made.reports, events, options)
    figure: Any = made.get_root()
    figure.width, figure.height = f"{width}px" if isinstance(width, int) else width, f"{height}px"
    return made
