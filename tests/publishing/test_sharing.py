"""What others take: the oEmbed answer, and one file to upload."""

from __future__ import annotations

import json
import zipfile
from html.parser import HTMLParser

import pandas as pd

import impactmap as im
from impactmap.model.project import Project
from impactmap.publishing.archive import pack_folder
from impactmap.publishing.embed import SANDBOX, oembed_text
from impactmap.telling.summary import summarise

EVENTS = pd.DataFrame({"event_id": ["a"], "date": ["2025-03-01"], "place": ["Erdenet"]})
TITLE = '</script><script>hit()</script>"'


def located():
    return im.geocode_events(im.read_events(EVENTS).events)


def test_oembed_gives_the_frame_and_the_picture_under_whole_addresses():
    project = Project.model_validate({"map": {"title": TITLE}, "publish": {"base_url": "https://example.org/maps/one"}})
    told = json.loads(oembed_text(project, summarise(located(), None, project)))
    assert (told["version"], told["type"], told["title"]) == ("1.0", "rich", TITLE)
    assert 'src="https://example.org/maps/one/map.html"' in told["html"]
    assert f'sandbox="{SANDBOX}"' in told["html"]
    tags: list[str] = []
    parser = HTMLParser()
    parser.handle_starttag = lambda tag, _attrs: tags.append(tag)
    parser.feed(told["html"])
    assert "script" not in tags
    assert told["thumbnail_url"] == "https://example.org/maps/one/social.png"
    assert told["provider_url"] == "https://example.org/maps/one/"


def test_it_is_written_where_the_address_is_known_and_the_page_names_it(tmp_path):
    (tmp_path / "events.csv").write_text(EVENTS.to_csv(index=False))
    for name, base in (("with", '[publish]\nbase_url = "https://example.org/m/"\n'), ("without", "")):
        (tmp_path / "project.toml").write_text(f'[map]\ntitle = "T"\n{base}')
        im.build(tmp_path / "project.toml", tmp_path / name)
    assert (tmp_path / "with" / "oembed.json").exists()
    assert 'href="https://example.org/m/oembed.json"' in (tmp_path / "with" / "map.html").read_text(encoding="utf-8")
    assert not (tmp_path / "without" / "oembed.json").exists()
    assert "oembed" not in (tmp_path / "without" / "map.html").read_text(encoding="utf-8")


def test_one_file_holds_the_folder_and_is_the_same_each_time(tmp_path):
    folder = tmp_path / "map"
    (folder / "deep").mkdir(parents=True)
    files = [folder / "map.html", folder / "deep" / "a.bin"]
    for number, file in enumerate(files):
        file.write_bytes(bytes([number]) * 1000)
    packed = pack_folder(folder, files)
    assert packed == tmp_path / "map.zip"
    first = packed.read_bytes()
    with zipfile.ZipFile(packed) as archive:
        assert archive.namelist() == ["deep/a.bin", "map.html"]
        assert archive.read("map.html") == bytes(1000)
    assert pack_folder(folder, reversed(files), force=True).read_bytes() == first
