"""GPX is guarded as KML is: nothing in a file can make its reader fetch or grow."""

from __future__ import annotations

import pytest

from impactmap.model.errors import TableError
from impactmap.reading.formats.gpx import read_gpx

HEAD = '<?xml version="1.0"?><gpx xmlns="http://www.topografix.com/GPX/1/1">'
POINT = '<wpt lat="-4.05" lon="39.67"><name>Mombasa</name><time>2025-11-09T10:00:00Z</time></wpt>'


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (HEAD + "<extensions>" * 300 + "</extensions>" * 300 + POINT + "</gpx>", "at most 200 elements in each other"),
        ('<!DOCTYPE gpx [<!ENTITY a "b">]>' + HEAD.partition("?>")[2] + POINT + "</gpx>", "GPX needs neither"),
        ('<!DOCTYPE gpx SYSTEM "file:///etc/passwd">' + HEAD.partition("?>")[2] + "</gpx>", "without a document type"),
        (HEAD + POINT, "found a damaged file"),
        (HEAD + "</gpx>", "expected waypoints, found none"),
        (HEAD + "<trk/></gpx>", "found tracks alone"),
    ],
)
def test_what_no_gpx_should_hold_is_refused(tmp_path, text, message):
    (tmp_path / "points.gpx").write_text(text, encoding="utf-8")
    with pytest.raises(TableError, match=message):
        read_gpx(tmp_path / "points.gpx")


def test_waypoints_are_rows_and_tracks_are_told(tmp_path):
    (tmp_path / "points.gpx").write_text(HEAD + POINT + "<trk/><rte/></gpx>", encoding="utf-8")
    frame, notes = read_gpx(tmp_path / "points.gpx")
    assert frame.to_dict("records") == [
        {"latitude": "-4.05", "longitude": "39.67", "name": "Mombasa", "date": "2025-11-09T10:00:00Z"}
    ]
    assert notes == ["Tracks and routes were left out: 2."]
