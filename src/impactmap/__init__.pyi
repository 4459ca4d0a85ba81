# The public names, each with the room it comes from: `impactmap/__init__.py` loads them by this list.
from .analysis.accessor import Impact as Impact
from .analysis.clusters import cluster_events as cluster_events
from .analysis.counts import count_events as count_events
from .analysis.counts import count_within_border as count_within_border
from .analysis.distances import distance_ranges as distance_ranges
from .analysis.exposure import people_near as people_near
from .analysis.sources import compare_sources as compare_sources
from .analysis.sources import list_contradictions as list_contradictions
from .analysis.totals import event_figures as event_figures
from .analysis.totals import total_figures as total_figures
from .analysis.views import compare_views as compare_views
from .claims.combine import combine_readings as combine_readings
from .claims.duplicates import propose_duplicates as propose_duplicates
from .claims.updates import (
    Update as Update,
)
from .claims.updates import (
    update_events as update_events,
)
from .claims.versions import (
    Changes as Changes,
)
from .claims.versions import (
    compare_events as compare_events,
)
from .context.basemap import (
    Basemap as Basemap,
)
from .context.basemap import (
    basemap_for as basemap_for,
)
from .context.borders import (
    Border as Border,
)
from .context.borders import (
    load_border as load_border,
)
from .context.borders import (
    shipped_pairs as shipped_pairs,
)
from .context.compare import compare_reported as compare_reported
from .context.distance import add_border_distance as add_border_distance
from .context.population import add_population as add_population
from .context.regions import (
    add_regions as add_regions,
)
from .context.regions import (
    region_areas as region_areas,
)
from .context.regions import (
    regions as regions,
)
from .datasets.dataset import (
    Dataset as Dataset,
)
from .datasets.dataset import (
    open_dataset as open_dataset,
)
from .look.theme import (
    DARK as DARK,
)
from .look.theme import (
    LIGHT as LIGHT,
)
from .look.theme import (
    Theme as Theme,
)
from .look.theme import (
    side_styles as side_styles,
)
from .maps.charts.agreement import plot_sources as plot_sources
from .maps.charts.agreement import plot_verification as plot_verification
from .maps.charts.by_region import count_by_region as count_by_region
from .maps.charts.by_region import plot_regions as plot_regions
from .maps.charts.over_time import plot_coverage as plot_coverage
from .maps.charts.over_time import plot_timeline as plot_timeline
from .maps.charts.ranges import plot_border_distance as plot_border_distance
from .maps.charts.ranges import plot_claims as plot_claims
from .maps.charts.ranges import plot_reported as plot_reported
from .maps.charts.thematic import ThematicOptions as ThematicOptions
from .maps.charts.thematic import plot_column as plot_column
from .maps.options import MapOptions as MapOptions
from .maps.options import PageOptions as PageOptions
from .maps.options import PictureOptions as PictureOptions
from .maps.page.event_map import (
    EventMap as EventMap,
)
from .maps.page.event_map import (
    build_map as build_map,
)
from .maps.picture.image_file import save_figure as save_figure
from .maps.picture.plot import plot_map as plot_map
from .model.claims import (
    claims_frame as claims_frame,
)
from .model.claims import (
    find_contradictions as find_contradictions,
)
from .model.claims import (
    interval as interval,
)
from .model.errors import ImpactMapError as ImpactMapError
from .model.faults import Fault as Fault
from .model.progress import Progress as Progress
from .model.project import Project as Project
from .model.project import load_project as load_project
from .model.project import project_for_table as project_for_table
from .model.words import Words as Words
from .notebook.explore import explore as explore
from .notebook.explore_map import ExploreMap as ExploreMap
from .notebook.explore_options import ExploreOptions as ExploreOptions
from .places.gazetteer.gazetteers import (
    add_gazetteer as add_gazetteer,
)
from .places.gazetteer.gazetteers import (
    list_gazetteers as list_gazetteers,
)
from .places.gazetteer.gazetteers import (
    open_gazetteer as open_gazetteer,
)
from .places.gazetteer.gazetteers import (
    remove_gazetteer as remove_gazetteer,
)
from .places.geocode import (
    geocode_events as geocode_events,
)
from .places.geocode import (
    geocode_table as geocode_table,
)
from .places.geocoder import Gazetteer as Gazetteer
from .places.lookup import locate_table as locate_table
from .places.online.cache import AnswerCache as AnswerCache
from .places.online.opening import open_provider as open_provider
from .places.overrides.decision_file import (
    format_decisions as format_decisions,
)
from .places.overrides.decision_file import (
    read_decisions as read_decisions,
)
from .places.overrides.decisions import (
    Decisions as Decisions,
)
from .places.overrides.decisions import (
    EditorDecision as EditorDecision,
)
from .places.positions import coarsen_positions as coarsen_positions
from .publishing.files.forms import FORMS as FORMS
from .publishing.files.postgis import (
    from_postgis as from_postgis,
)
from .publishing.files.postgis import (
    to_postgis as to_postgis,
)
from .publishing.files.writing import Written as Written
from .publishing.files.writing import write_events as write_events
from .publishing.files.writing import write_table as write_table
from .publishing.folder import publish as publish
from .publishing.history import (
    Earlier as Earlier,
)
from .publishing.history import (
    read_version as read_version,
)
from .publishing.manifest import verify_folder as verify_folder
from .reading.columns.table_options import TableOptions as TableOptions
from .reading.explain import explain_mapping as explain_mapping
from .reading.formats.remote import fetch_table as fetch_table
from .reading.read import (
    Reading as Reading,
)
from .reading.read import (
    ReadOptions as ReadOptions,
)
from .reading.read import (
    check_events as check_events,
)
from .reading.read import (
    read_events as read_events,
)
from .reference import notices as notices
from .telling.notes.correction_note import correction_note as correction_note
from .telling.summary import (
    Summary as Summary,
)
from .telling.summary import (
    alt_text as alt_text,
)
from .telling.summary import (
    summarise as summarise,
)
from .workspace.build import (
    BuildReport as BuildReport,
)
from .workspace.build import (
    build as build,
)
from .workspace.build import (
    draw as draw,
)
from .workspace.check import (
    CheckReport as CheckReport,
)
from .workspace.check import (
    check_source as check_source,
)
from .workspace.convert import (
    Conversion as Conversion,
)
from .workspace.convert import (
    convert as convert,
)
from .workspace.opening import (
    Source as Source,
)
from .workspace.opening import (
    open_source as open_source,
)
from .workspace.options import OpenOptions as OpenOptions
from .workspace.preparing import (
    Prepared as Prepared,
)
from .workspace.preparing import (
    hold_back as hold_back,
)
from .workspace.preparing import (
    locate as locate,
)
from .workspace.preparing import (
    prepare as prepare,
)
from .workspace.versions import (
    compare_versions as compare_versions,
)
from .workspace.workspace import (
    Workspace as Workspace,
)
from .workspace.workspace import (
    open as open,  # noqa: A004 -- what one does first
)

__version__: str
from .workspace.starting import (
    StartedProject as StartedProject,
)
from .workspace.starting import new_project as new_project
from .workspace.starting import (
    start_project as start_project,
)
