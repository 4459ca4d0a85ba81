"""The document is valid HTML, holds every report without JavaScript, and carries a strict content policy."""

from __future__ import annotations

import base64
import dataclasses
import gzip
import hashlib
import itertools
import re

import html5lib
import numpy as np
import pandas as pd
import pytest

from impactmap.context.borders import load_border
from impactmap.maps.page.document import NOTICES
from impactmap.maps.page.event_map import build_map
from impactmap.maps.page.head import tile_host
from impactmap.maps.page.viewer_code import leaflet_script, viewer_script, viewer_style
from impactmap.model.project import Project
from impactmap.model.text import isolate
from impactmap.model.values import clean_text, web_url

pytestmark = pytest.mark.usefixtures("small_basemap")


def parse(page):
    """Parse as a browser would, refusing every parse error."""
    return html5lib.HTMLParser(strict=True, namespaceHTMLElements=False).parse(page)


def text_of(element):
    return "".join(element.itertext())


def by_id(root, name):
    found = [element for element in root.iter() if element.get("id") == name]
    assert len(found) == 1, name
    return found[0]


def rows_of(root):
    return [row for row in by_id(root, "im-rows").iter("tr") if row.get("data-row") is not None]


@pytest.fixture
def page(located, claims, project):
    return build_map(located, claims, project=project).to_page()


@pytest.fixture
def root(page):
    return parse(page)


def with_map(project, **values):
    return project.model_copy(update={"map": project.map.model_copy(update=values)})


def test_ids_are_there_once_and_in_reading_order(root):
    ids = [element.get("id") for element in root.iter() if element.get("id")]
    assert len(ids) == len(set(ids))
    wanted = [
        *("im-header", "im-title", "im-subtitle", "im-summary", "im-through", "im-nojs", "im-view", "im-controls"),
        *("im-stage", "map_impactmap", "im-timeline", "im-beside", "im-legend", "im-key", "im-method", "im-table"),
        *("im-rows", "im-footer", "im-credit", "im-notices", "im-data", "im-texts"),
    ]
    assert [name for name in ids if name in wanted] == wanted


@pytest.mark.parametrize("language", ["en", "uk", "ru"])
def test_page_is_in_its_language(located, claims, project, language):
    root = parse(build_map(located, claims, project=with_map(project, language=language)).to_page())
    assert root.get("lang") == language
    heading = {"en": "All reports", "uk": "Усі повідомлення", "ru": "Все сообщения"}[language]
    assert text_of(by_id(root, "im-table-title")) == heading


def test_headline_and_sentence(root):
    assert text_of(root.find("head/title")) == text_of(by_id(root, "im-title")) == "Power and heating under attack"
    assert text_of(by_id(root, "im-summary")) == (
        "9 reports, 7–9 November 2025 (attacking side: Russia 5, Ukraine 3, not stated 1); 2 confirmed, 7 claimed only."
    )
    assert text_of(by_id(root, "im-through")) == "Data through 9 November 2025."


def test_table_holds_every_row_whole(root, located):
    rows = rows_of(root)
    assert [row.get("data-row") for row in rows] == [str(n) for n in range(len(located))]
    cells = [text_of(cell) for cell in rows[0]]
    assert cells == [
        "9 November 2025",
        "Belgorod, Belgorod Oblast, Russia Settlement, within 5 km",
        "Ukraine",
        "Strikes damaged power and heating systems.What was hit: power, heatingWith what: missiles",
        "Households without power: about\xa020,000 said by Vyacheslav Gladkov",
        "31.4 km",
        "345,289",
        "Claimed",
        "News article",
    ]
    assert [text_of(cell) for cell in rows[2]][2] == "Not stated"
    assert [text_of(cell) for cell in rows[4]][5:7] == ["0 to 168 km", ""]


def test_every_cell_carries_its_columns_name_and_no_element_a_role_that_it_has(root):
    """Rows laid out as cards show the names; the roles come with the script, HTML does not allow them here."""
    table = by_id(root, "im-rows")
    heads = [text_of(cell) for cell in table.find("thead/tr")]
    assert not [each.tag for each in table.iter() if each.get("role")]
    for row in rows_of(root):
        assert [cell.get("data-label") or heads[1] for cell in row] == heads


def test_notes_and_differences_are_in_the_table_too(located, claims, project):
    located["note"] = "Whether it was an attack is not said."
    claims["note"] = "In the source: “some”."
    row = rows_of(parse(build_map(located, claims, project=project).to_page()))[1]
    assert "Note: Whether it was an attack is not said." in text_of(row)
    told = [text_of(item) for item in row.iter("li")]
    assert told[0] == (
        "Distance to the border: nearly\xa0300 km Differs from our figure: 179.9 km said by News article "
        "Note: In the source: “some”."
    )
    assert "Differs from our figure: 848,752" in told[1]


def test_contradictions_are_said_in_the_table(root):
    disputed = [text_of(item) for item in by_id(root, "im-rows").iter("li") if item.get("class") == "im-disputed"]
    assert disputed == ["Sources disagree: cause", "Sources disagree: killed"]


def test_links_are_http_and_give_nothing_away(root):
    links = [link for link in root.iter("a") if not link.get("href").startswith("#")]
    assert {link.get("href").split(":")[0] for link in links} == {"https"}
    assert {link.get("rel") for link in links} == {"noopener"}
    assert "News article (javascript:alert(1))" in [text_of(item) for item in by_id(root, "im-rows").iter("span")]


def test_reports_without_a_point_stand_beside_the_map(root):
    aside = by_id(root, "im-beside")
    assert [item.get("data-row") for item in aside.iter("li") if item.get("data-row")] == ["3", "9", "8"]
    assert aside.get("hidden") is None


def test_nothing_beside_the_map_hides_the_aside(located, claims, project):
    root = parse(build_map(located.iloc[[0]], claims, project=project).to_page())
    assert by_id(root, "im-beside").get("hidden") == ""


def test_method_says_how_places_were_found_and_what_was_left(root):
    text = text_of(by_id(root, "im-method"))
    assert "Places by precision: settlement — 4; region — 3; country — 2; not located — 1." in text
    assert "Where the positions come from: GeoNames." in text
    assert "1 report place was not located." in text
    assert "Days are days in the time zone UTC." in text
    assert "no sooner than 24 hours" in text
    assert "Populations of settlements: GeoNames (undated)." in text


def test_method_names_the_border_view_and_the_data(located, claims, project):
    root = parse(build_map(located, claims, project=project).to_page())
    text = text_of(by_id(root, "im-method"))
    assert "border between Russia and Ukraine (geodesic on WGS 84, land border simplified to 25 m)" in text
    assert "Border view: internationally recognised, as in United Nations resolutions." in text
    assert "OpenStreetMap" in text


def test_method_tells_of_a_border_of_the_authors_own(located, claims, project):
    border = dataclasses.replace(load_border(("RU", "UA")), view="file", data="A & <b>", data_date=None)
    text = text_of(by_id(parse(build_map(located, claims, project=project, border=border).to_page()), "im-method"))
    assert "Border view: the authors' own file. Border data: A & <b>, undated." in text


def test_method_takes_the_border_from_the_frame_where_none_is_given(located, claims, project):
    root = parse(build_map(located, claims, project=project.model_copy(update={"border": None})).to_page())
    text = text_of(by_id(root, "im-method"))
    assert "border between Russia and Ukraine" in text
    assert "Border data: OpenStreetMap, 2026-03." in text


def test_no_distances_no_word_of_a_border(located, project):
    plain = located[["event_id", "latitude", "longitude"]]
    root = parse(build_map(plain, project=project.model_copy(update={"border": None})).to_page())
    assert "border between" not in text_of(by_id(root, "im-method"))
    headings = [text_of(cell) for cell in by_id(root, "im-rows").iter("th") if cell.get("scope") == "col"]
    assert headings == [
        "Date",
        "Place",
        "Attacking side",
        "What happened",
        "Reported, and by whom",
        "Confirmation",
        "Sources",
    ]


def test_held_back_reports_and_exact_positions_are_told(located, claims, project):
    located.attrs["held_back"] = 3
    publish = project.publish.model_copy(
        update={"exact_positions": True, "exact_positions_reason": "A court's request."}
    )
    root = parse(build_map(located, claims, project=project.model_copy(update={"publish": publish})).to_page())
    text = text_of(by_id(root, "im-method"))
    assert "3 newer reports are held back and not shown." in text
    assert "The authors' reason: A court's request." in text


def test_corrections_are_listed_newest_first(located, claims, project):
    raw = project.model_dump() | {
        "corrections": [{"date": "2025-11-10", "text": "One."}, {"date": "2025-11-12", "text": "Two."}]
    }
    root = parse(build_map(located, claims, project=Project.model_validate(raw)).to_page())
    section = by_id(root, "im-corrections")
    assert [text_of(item) for item in section.iter("li")] == ["12 November 2025Two.", "10 November 2025One."]
    assert [time.get("datetime") for time in section.iter("time")] == ["2025-11-12", "2025-11-10"]


def test_no_corrections_no_section(root):
    assert not [element for element in root.iter() if element.get("id") == "im-corrections"]


def test_footer_carries_credit_and_the_three_notices(root):
    footer = text_of(by_id(root, "im-footer"))
    assert "Credit: Graphics desk" in footer
    for name in ("OpenStreetMap contributors", "GeoNames", "Natural Earth"):
        assert name in footer
    assert len(NOTICES) == 3


def test_policy_allows_exactly_the_inline_code(root, page):
    (policy,) = (
        meta.get("content") for meta in root.iter("meta") if meta.get("http-equiv") == "Content-Security-Policy"
    )
    rules = dict(rule.split(" ", 1) for rule in policy.split("; "))
    assert rules["default-src"] == "'none'"
    assert rules["img-src"] == "data:"
    assert rules["base-uri"] == rules["form-action"] == "'none'"
    assert "unsafe" not in policy
    assert set(rules) == {"default-src", "script-src", "style-src", "img-src", "base-uri", "form-action"}
    for tag, rule in (("script", "script-src"), ("style", "style-src")):
        inline = [e for e in root.iter(tag) if e.get("type") is None]
        hashes = [
            "'sha256-" + base64.b64encode(hashlib.sha256(text_of(e).encode()).digest()).decode() + "'" for e in inline
        ]
        assert hashes == rules[rule].split()
    assert not re.search(r"<[^>]*\s(style|on\w+)=", re.sub(r"<script.*?</script>", "", page, flags=re.DOTALL))


def test_policy_stands_before_everything_it_governs(root):
    tags = [element.tag for element in root.find("head")]
    assert tags[:2] == ["meta", "meta"]
    assert tags.index("style") > 1


def test_nothing_is_loaded(root):
    assert not [e for e in root.iter() if e.get("src") or (e.tag == "link")]
    assert "url(" not in "".join(text_of(e) for e in root.iter("style"))


def test_tile_host_joins_the_policy_only_when_asked(located, claims, project):
    publish = project.publish.model_copy(
        update={"tiles": "https://{s}.tiles.example.org/{z}/{x}/{y}.png", "tiles_attribution": "Tiles & <co>"}
    )
    page = build_map(located, claims, project=project.model_copy(update={"publish": publish})).to_page()
    assert "img-src data: https://*.tiles.example.org;" in page
    assert "Map tiles: Tiles & <co>" in text_of(by_id(parse(page), "im-footer"))


@pytest.mark.parametrize(
    ("url", "host"),
    [
        ("https://tile.example.org/{z}/{x}/{y}.png", "https://tile.example.org"),
        ("https://{s}.example.org:8080/{z}/{x}/{y}.png?key=1", "https://*.example.org:8080"),
        ("https://tiles-{s}.example.org/{z}", "https://*.example.org"),
        ("https://ev il.test/{z}", ""),
        ("https://x.test; script-src */{z}", ""),
        ("javascript:alert(1)", ""),
    ],
)
def test_tile_host(url, host):
    assert tile_host(url) == host


def test_page_fits_the_budget(page):
    """The whole first map may weigh 160 KB; its code and words alone stay far below."""
    assert len(gzip.compress(page.encode(), 9)) < 160_000


def test_long_table_becomes_counts_by_month_and_side(project):
    n = 1201
    events = pd.DataFrame(
        {
            "event_id": [str(k) for k in range(n)],
            "side": np.resize(["Russia", "Ukraine", None], n),
            "date_start": pd.to_datetime(np.resize(["2025-10-31", "2025-11-01"], n)),
        }
    )
    project = project.model_copy(update={"border": None})
    root = parse(build_map(events, project=project).to_page())
    assert rows_of(root) == []
    body = by_id(root, "im-rows").find("tbody")
    assert [[text_of(cell) for cell in row] for row in body] == [
        ["October 2025", "201", "200", "200", "601"],
        ["November 2025", "200", "200", "200", "600"],
    ]
    (link,) = (a for a in by_id(root, "im-table").iter("a"))
    assert link.get("href") == "events.csv"


def test_empty_map_says_so(project):
    events = pd.DataFrame({"event_id": pd.Series([], dtype="str")})
    root = parse(build_map(events, project=project.model_copy(update={"border": None})).to_page())
    assert text_of(by_id(root, "im-summary")) == "No reports."
    assert rows_of(root) == []


def test_same_reports_give_the_same_page(located, claims, project):
    pages = [build_map(located, claims, project=project).to_page() for _ in range(2)]
    assert pages[0] == pages[1]


def test_swapped_sides_change_names_and_colours_only(located, claims, project):
    """Exchange the two sides everywhere: the page differs in which name stands where, and in nothing else."""
    swap = {"Russia": "Ukraine", "Ukraine": "Russia"}
    other = located.assign(side=located["side"].map(swap))
    sides = tuple(side.model_copy(update={"key": swap[side.key], "name": swap[side.name]}) for side in project.sides)
    plain = {"border": None}
    one = parse(build_map(located, project=project.model_copy(update=plain)).to_page())
    two = parse(build_map(other, project=project.model_copy(update={"sides": sides, **plain})).to_page())
    cells = [[[text_of(cell) for cell in row][3] for row in rows_of(root)] for root in (one, two)]
    assert [swap.get(name, name) for name in cells[0]] == cells[1]
    shape = [[(e.tag, sorted(e.keys())) for e in root.iter()] for root in (one, two)]
    assert shape[0] == shape[1]


# --- hostile text ---


def skeleton(root):
    """Return the page's elements and attribute names: what text must never change."""
    return [(e.tag, *sorted(e.keys())) for e in root.iter() if e.tag not in {"li", "ul", "a", "span", "p"}]


def test_hostile_text_in_every_field_is_the_same_text(hostile):
    texts = hostile.every_text()
    events, claims = hostile.hostile_events(
        hostile.without_surrogates(texts), sides=["<b>one</b>", "{{two}}", "__proto__"]
    )
    plain_events, plain_claims = hostile.hostile_events(
        [f"text {n}" for n in range(len(events))], sides=["a", "b", "c"]
    )
    root, plain = (parse(build_map(*frames).to_page()) for frames in ((events, claims), (plain_events, plain_claims)))
    assert skeleton(root) == skeleton(plain)
    for number, row in enumerate(rows_of(root)):
        text = clean_text(events["summary"].iloc[number])
        what = [p for p in row.iter("p") if p.get("class") == "im-what"]
        assert [text_of(p) for p in what] == ([text] if text else [])
        for link in row.iter("a"):
            assert web_url(link.get("href"))


def test_text_that_reads_like_a_place_for_data_is_the_same_text(decode, located, claims, project):
    markers = " ".join(f"<!--im:{name}-->" for name in ("header", "html", "data", "texts"))
    page = build_map(located.assign(summary=markers), claims, project=with_map(project, title=markers)).to_page()
    root = parse(page)
    assert text_of(by_id(root, "im-title")) == markers
    assert {text_of(p) for row in rows_of(root) for p in row.iter("p") if p.get("class") == "im-what"} == {markers}
    blocks = {name: text_of(by_id(root, f"im-{name}")) for name in ("data", "texts")}
    assert decode.data(blocks["data"])[0]["page"]["title"] == markers
    assert decode.texts(blocks["texts"])[0]["summary"] == markers


def test_undated_reports_stand_first_among_the_months(project):
    days = pd.to_datetime(np.resize(["2025-11-01", "1969-12-31", None], 1200))
    events = pd.DataFrame({"event_id": [str(k) for k in range(1200)], "side": "Russia", "date_start": days})
    root = parse(build_map(events, project=project.model_copy(update={"border": None})).to_page())
    months = [[text_of(cell) for cell in row] for row in by_id(root, "im-rows").find("tbody")]
    assert [row[-1] for row in months] == ["400", "400", "400"]
    assert [row[0] for row in months][1:] == ["December 1969", "November 2025"]


def test_hostile_text_in_the_project_is_the_same_text(hostile):
    events = pd.DataFrame({"event_id": ["a"], "side": ["x"]})
    texts = hostile.without_surrogates(hostile.every_text())
    # Several to a page, for speed: each still begins where nothing of ours precedes it but a space.
    for text in [" ".join(texts[start : start + 12]) for start in range(0, len(texts), 12)]:
        raw = {
            "map": dict.fromkeys(("title", "subtitle", "credit", "contact"), text),
            "sides": [{"key": "x", "name": text}],
            "corrections": [{"date": "2025-11-10", "text": text}],
        }
        page = build_map(events, project=Project.model_validate(raw)).to_page()
        # Without the code, which is the same on every page and slow to parse.
        for code in (viewer_script(), viewer_style(), leaflet_script()):
            assert code in page
            page = page.replace(code, "")
        root = parse(page)
        assert len(list(root.iter("script"))) == 6
        expected = clean_text(text)
        assert text_of(by_id(root, "im-title")) == expected
        assert expected in text_of(by_id(root, "im-corrections"))
        assert text_of(by_id(root, "im-subtitle")) == expected
        assert text_of(by_id(root, "im-credit")) == f"Credit: {isolate(expected)}"
        assert text_of(by_id(root, "im-contact")) == f"Contact and corrections: {isolate(expected)}"
        assert expected in [text_of(cell) for cell in rows_of(root)[0]]


def test_random_hostile_text_leaves_the_page_as_it_is(hostile):
    texts = hostile.without_surrogates(list(itertools.islice(hostile.hostile_texts(20251109), 300)))
    events, claims = hostile.hostile_events(texts)
    plain = hostile.hostile_events([f"text {n}" for n in range(len(events))])
    assert skeleton(parse(build_map(events, claims).to_page())) == skeleton(parse(build_map(*plain).to_page()))


def test_lone_surrogates_and_controls_become_a_visible_sign():
    events = pd.DataFrame(
        {
            "event_id": pd.Series(["\ud800", "a\0b"], dtype="object"),
            "summary": pd.Series(["\udfff", "c\x1bd"], dtype="object"),
        }
    )
    page = build_map(events).to_page()
    root = parse(page.encode("utf-8").decode("utf-8"))
    assert [text_of(e) for e in root.iter("p") if e.get("class") == "im-what"] == ["\ufffd", "c\ufffdd"]


@pytest.mark.parametrize(
    ("url", "linked"),
    [
        ("https://example.org/a?b=c#d", True),
        ("HTTP://example.org", True),
        ("https://приклад.укр/шлях", True),
        ("javascript:alert(1)", False),
        ("java\nscript:alert(1)", False),
        (" https://example.org", False),
        ("https://example.org/a b", False),
        ("https://example.org/<b>", False),
        ('https://example.org/"x', False),
        ("https://example.org\\@evil.test", False),
        ("http://[::1", False),
        ("http://[::1]:8080/", True),
        ("https://example.org:99999/", False),
        ("https://", False),
        ("https:///path", False),
        ("//example.org", False),
        ("ftp://example.org", False),
        ("data:text/html,x", False),
        ("", False),
        (None, False),
    ],
)
def test_only_http_addresses_are_links(url, linked):
    assert (web_url(url) == url and url is not None) is linked


# --- the viewer's code ---


def test_viewer_is_one_classic_script():
    script = viewer_script()
    assert script.startswith('(() => {"use strict";')
    assert not re.search(r"^\s*(import|export)\b", script, re.MULTILINE)
    assert "impactmapMount" in script


def test_viewer_names_are_unique_over_all_modules():
    names = re.findall(r"^(?:async )?(?:function\*?|class|const|let) ([\w$]+)", viewer_script(), re.MULTILINE)
    assert len(names) > 50
    assert len(names) == len(set(names))


def test_code_of_the_page_cannot_end_its_element():
    assert not re.search(r"</(script|style)|<!--", viewer_script() + viewer_style(), re.IGNORECASE)


def test_viewer_asks_for_no_words_that_the_catalogs_lack(decode, page):
    """Every message the viewer names is sent to it."""
    header, _ = decode.data(re.search(r'id="im-data">([^<]*)<', page)[1])
    asked = set(re.findall(r'\bsay\("([a-z_]+)"', viewer_script()))
    assert len(asked) > 20
    assert asked <= set(header["messages"])


def test_a_long_text_is_shortened_in_the_list_beside_the_map_and_whole_in_the_table(located, claims, project):
    # Chromium takes minutes to lay out a word of a megabyte in that list.
    row = located.index[located["place_precision"] == "country"][0]
    located.loc[row, ["summary", "place_name"]] = "x" * 1_000_000
    root = parse(build_map(located, claims, project=project).to_page())
    beside = text_of(by_id(root, "im-beside"))
    assert 2000 <= beside.count("x") < 5000
    assert beside.count("Shortened here; the full text is in the table of data.") == 1
    assert text_of(by_id(root, "im-rows")).count("x") >= 2_000_000


@pytest.mark.parametrize(("days", "hidden"), [(["2025-11-09"] * 2, True), (["2025-11-08", "2025-11-09"], False)])
def test_a_single_day_keeps_no_room_for_a_timeline(located, project, days, hidden):
    rows = located.iloc[[0, 1]].assign(date_start=pd.to_datetime(days), date_end=pd.to_datetime(days))
    page = build_map(rows, project=project).to_page()
    assert ('id="im-timeline" hidden=""' in page) is hidden


def test_whoever_shares_the_address_gets_words_and_a_picture(located, claims, project):
    chosen = project.model_copy(
        update={"publish": project.publish.model_copy(update={"base_url": "https://example.org/maps/first"})}
    )
    tags = sharing(build_map(located, claims, project=chosen).to_page())
    assert tags["og:title"] == "Power and heating under attack"
    assert tags["og:url"] == "https://example.org/maps/first/map.html"
    assert tags["og:image"] == "https://example.org/maps/first/social.png"
    assert (tags["og:image:width"], tags["og:image:height"]) == ("1200", "630")
    assert tags["twitter:card"] == "summary_large_image"
    finding = "Killed: 7 (Ukraine; said by Ukrainian officials; highest of 2 reports with such a figure)"
    assert tags["og:description"].startswith(finding)


def test_without_an_address_there_is_no_picture_to_share(located, claims, project):
    tags = sharing(build_map(located, claims, project=project).to_page())
    assert not any("image" in name or name == "og:url" for name in tags)
    assert tags["twitter:card"] == "summary"


def sharing(page):
    metas = html5lib.parse(page, namespaceHTMLElements=False).iter("meta")
    return {meta.get("property") or meta.get("name") or "": meta.get("content") for meta in metas}
