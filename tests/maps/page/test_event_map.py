"""The map is a folium map like any other, and its page is its own."""

from __future__ import annotations

import base64
import html
import json
import re
import warnings
import zlib

import folium
import folium.plugins
import pandas as pd
import pytest
from branca.element import Element

from impactmap.maps.page.event_map import EventMap, build_map
from impactmap.model.errors import ColumnError, InputError

pytestmark = pytest.mark.usefixtures("small_basemap")


@pytest.fixture
def plain(project):
    return project.model_copy(update={"border": None})


@pytest.fixture
def event_map(located, claims, plain):
    return build_map(located, claims, project=plain)


def scripts_of(page):
    return re.findall(r"<script>(.*?)</script>", page, re.DOTALL)


def test_is_a_folium_map_with_a_fixed_name(event_map):
    assert isinstance(event_map, folium.Map)
    assert isinstance(event_map, EventMap)
    assert event_map.get_name() == "map_impactmap"


def test_starts_where_the_reports_are(event_map, located):
    latitude, longitude = event_map.location
    assert located["latitude"].min() < latitude < located["latitude"].max()
    assert 29 < longitude < 40


def test_page_starts_the_viewer_after_the_map(event_map):
    last = scripts_of(event_map.to_page())[-1]
    assert last.index("L.map(") < last.index("window.impactmapMount(map_impactmap)")


def test_summary_is_at_hand(event_map):
    assert event_map.summary.count == 9
    assert event_map.summary.by_side == {"Russia": 5, "Ukraine": 3, "not stated": 1}
    assert event_map.summary.by_precision == {"settlement": 4, "region": 3, "country": 2, "not_located": 1}


def test_no_default_script_of_folium_is_loaded(event_map):
    page = event_map.to_page()
    assert not re.search(
        r"cdn|jquery|bootstrap|awesome|src=|<link", page.split("<body")[0] + scripts_of(page)[-1], re.IGNORECASE
    )


@pytest.mark.parametrize(
    "layer",
    [
        folium.Marker([50, 36], tooltip="A place"),
        folium.Circle([50, 36], radius=20_000),
        folium.Polygon([[50, 36], [51, 36], [51, 37]]),
        folium.GeoJson({"type": "Point", "coordinates": [36, 50]}),
        folium.FeatureGroup(name="Group"),
        folium.LayerControl(),
        folium.LatLngPopup(),
    ],
    ids=lambda layer: type(layer).__name__,
)
def test_folium_layers_render_into_the_page(event_map, layer):
    layer.add_to(event_map)
    page = event_map.to_page()
    assert layer.get_name() in scripts_of(page)[-1]


def test_layer_scripts_are_named_in_the_policy_by_their_hash(event_map):
    before = event_map.to_page()
    folium.Marker([50, 36], popup=folium.Popup("A pop-up")).add_to(event_map)
    after = event_map.to_page()
    policies = [re.search(r'Content-Security-Policy" content="([^"]*)"', page)[1] for page in (before, after)]
    assert policies[0] != policies[1]
    assert "style-src-attr" not in policies[0]
    assert "style-src-attr 'unsafe-inline'" in policies[1]
    assert "script-src 'unsafe" not in policies[1]


def test_pop_ups_need_no_jquery(event_map):
    folium.Marker([50, 36], popup="A pop-up").add_to(event_map)
    assert "window.$ ??=" in scripts_of(event_map.to_page())[-1]


def test_layer_that_loads_from_elsewhere_is_refused_in_a_published_page(event_map):
    folium.plugins.MarkerCluster([[50, 36]]).add_to(event_map)
    with pytest.raises(InputError, match=r"layers added to the map load https://\S+markercluster\S*\.js"):
        event_map.to_page()


def test_layer_that_loads_from_elsewhere_is_named_in_a_warning_and_in_the_policy(event_map):
    folium.plugins.MarkerCluster([[50, 36]]).add_to(event_map)
    with pytest.warns(UserWarning, match="markercluster"):
        page = event_map.to_page(external=True)
    policy = html.unescape(re.search(r'Content-Security-Policy" content="([^"]*)"', page)[1])
    loaded = re.findall(r'<script src="([^"]*)"', page)
    assert loaded
    rules = dict(rule.split(" ", 1) for rule in policy.split("; "))
    assert [source for source in rules["script-src"].split() if not source.startswith("'")] == loaded
    assert rules["default-src"] == "'none'"


def test_tiles_of_an_added_layer_are_something_from_elsewhere(event_map):
    folium.TileLayer("https://tile.example.org/{z}/{x}/{y}.png", attr="Example").add_to(event_map)
    with pytest.raises(InputError, match=r"load https://tile\.example\.org"):
        event_map.to_page()


def test_tiles_that_the_project_asked_for_may_be_added(located, plain):
    publish = plain.publish.model_copy(
        update={"tiles": "https://tile.example.org/{z}/{x}/{y}.png", "tiles_attribution": "Example"}
    )
    event_map = build_map(located, project=plain.model_copy(update={"publish": publish}))
    folium.TileLayer("https://tile.example.org/{z}/{x}/{y}.png", attr="Example").add_to(event_map)
    assert "img-src data: https://tile.example.org;" in event_map.to_page()


def test_markup_that_an_author_adds_to_the_figure_is_kept(event_map):
    event_map.get_root().html.add_child(Element("<p class='author'>By hand</p>"))
    event_map.get_root().header.add_child(Element("<style>.author{color:#123456}</style>"))
    page = event_map.to_page()
    assert "<p class='author'>By hand</p>" in page.split("<body")[1]
    assert "<style>.author{color:#123456}</style>" in page.split("</head>")[0]


def test_code_of_an_added_layer_cannot_end_the_script(event_map):
    folium.Marker([50, 36], tooltip="</script><script>hit()</script><!--").add_to(event_map)
    assert len(scripts_of(event_map.to_page())) == 5


def test_rendering_twice_gives_the_same(event_map):
    folium.Marker([50, 36]).add_to(event_map)
    assert event_map.to_page() == event_map.to_page()


def test_jupyter_gets_the_page_in_a_sandboxed_frame(event_map):
    shown = event_map._repr_html_()
    assert shown.startswith("<iframe srcdoc=")
    assert 'sandbox="allow-scripts allow-popups"' in shown
    document = html.unescape(re.search(r'srcdoc="([^"]*)"', shown)[1])
    packed = re.search(r'atob\("([^"]*)"\)', document)[1]
    assert zlib.decompress(base64.b64decode(packed)).decode() == event_map.to_page()
    assert len(document) < 0.6 * len(event_map.to_page())


def test_a_notebook_that_is_not_trusted_has_a_sentence_a_picture_and_a_table_in_the_place_of_the_frame(event_map):
    bundle = event_map._repr_mimebundle_()
    assert set(bundle) == {"text/plain", "image/png", "text/html"}
    assert bundle["text/plain"] == event_map.summary.sentence
    assert 10 * len(json.dumps(bundle)) < 3e6  # a notebook of ten such maps
    frame, instead = re.fullmatch(r"(<iframe [^>]*>)(.*)</iframe>", bundle["text/html"], re.DOTALL).groups()
    assert f"{frame}</iframe>" == event_map._repr_html_()
    assert re.search(r'<img [^>]*alt="Map: ', instead)
    assert instead.count("<tr data-row=") == len(event_map.reports.row_event)
    assert "<iframe" not in instead
    assert "<script" not in instead


def test_folium_root_renders_the_page(event_map):
    assert event_map.get_root().render() == event_map.to_page()


def test_save_writes_the_page(event_map, tmp_path):
    event_map.save(tmp_path / "map.html")
    assert (tmp_path / "map.html").read_bytes() == event_map.to_page().encode("utf-8")


def test_save_warns_of_what_is_loaded(event_map, tmp_path):
    folium.plugins.MarkerCluster([[50, 36]]).add_to(event_map)
    with pytest.warns(UserWarning, match="load from elsewhere"):
        event_map.save(tmp_path / "map.html")
    assert "markercluster" in (tmp_path / "map.html").read_text(encoding="utf-8")


def test_two_maps_do_not_share_their_layers(located, plain):
    first, second = build_map(located, project=plain), build_map(located, project=plain)
    folium.plugins.MarkerCluster([[50, 36]]).add_to(first)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        second.to_page()
    assert folium.Map.default_js, "folium's own maps keep their scripts"


def test_input_is_not_changed(located, claims, plain):
    before = located.copy(deep=True)
    build_map(located, claims, project=plain).to_page()
    pd.testing.assert_frame_equal(located, before)


def test_map_without_project_or_claims():
    page = build_map(
        pd.DataFrame({"event_id": ["a"], "latitude": [50.0], "longitude": [36.0], "side": ["Blue"]})
    ).to_page()
    assert "Reported attacks on infrastructure" in page


def test_missing_column_is_named():
    with pytest.raises(ColumnError, match="expected a column event_id"):
        build_map(pd.DataFrame({"a": [1]}))


@pytest.mark.parametrize("wrap", [str, lambda text: [text], lambda text: {"k": text}])
def test_texts_of_added_layers_are_not_run_as_templates(located, tmp_path, wrap):
    """Folium renders twice: a text that opens a file if it is run as a template stays the text that it is."""
    proof = tmp_path / "proof"
    text = f"{{{{ self.__init__.__globals__.__builtins__.open('{proof}', 'w') }}}}{{{{7*7}}}}{{% for x in %}}{{# c #}}"
    event_map = build_map(located)
    folium.Marker((50, 36), tooltip=text, popup=text, icon=folium.DivIcon(html=text)).add_to(event_map)
    group = folium.FeatureGroup(name=text).add_to(event_map)
    feature = {
        "type": "Feature",
        "properties": {"note": wrap(text)},
        "geometry": {"type": "Point", "coordinates": [36, 50]},
    }
    folium.GeoJson({"type": "FeatureCollection", "features": [feature]}, name=text).add_to(group)
    folium.LayerControl().add_to(event_map)
    page = event_map.to_page()
    assert not proof.exists()
    assert "{{7*7}}{% for x in %}{# c #}" in page
    assert "49" not in re.findall(r"\}\}(\d+)", page)
    assert group.layer_name == text
