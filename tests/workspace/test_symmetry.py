"""The two sides are treated alike: with their names exchanged in the input, every output is the same but for names."""

from __future__ import annotations

import datetime as dt
import re
import shutil
from collections import Counter
from pathlib import Path
from xml.etree import ElementTree as ET

import html5lib
import pytest

import impactmap as im

SEEDS = Path(__file__).parents[2] / "seeds"
NOW = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)
STEPS = """
[[steps]]
title = "First"
text = "What the cards of the first days say."
places = ["Port Example"]
date_from = 2025-03-01
date_to = 2025-03-02

[[steps]]
title = "One team alone"
text = "The reports of one side."
sides = ["{one}"]
"""
SUDAN = """id,date,place,country,side,sectors,means,killed,injured,claimant,confirmation,summary,source_name
s1,2025-05-04,Port Sudan,Sudan,Ochre,airport,drones,,3,Ochre,claimed,A hangar was hit,Desk
s2,2025-05-05,Kassala,Sudan,Ochre,power,drones,4,,Umber,claimed,A substation was hit,Desk
s3,2025-05-05,Kassala,Sudan,Umber,power; fuel,missiles,7,12,Hospital,confirmed,A depot burned,Desk
s4,2025-05-06,Nyala,Sudan,Umber,rail,drones,,,,claimed,A line was cut,Desk
s5,2025-05-07,El Fasher,Sudan,,water,,1,,Hospital,confirmed,A pump stopped,Desk
s6,2025-05-07,North Darfur,Sudan,Umber,power,drones,about 20,,Umber,claimed,Lines were down,Desk
"""
#: Marks, colours and the order of sides go with the alphabet, so that words are counted and not compared in order.
WORD = re.compile(r"[^\W_]+")


def exercise(folder, exchange):
    shutil.copytree(SEEDS, folder / "seeds")
    project = folder / "seeds" / "exercise"
    table = project / "events.csv"
    table.write_text(exchange(table.read_text(encoding="utf-8")), encoding="utf-8")
    file = project / "project.toml"
    own = file.read_text(encoding="utf-8") + exchange(STEPS.format(one="Teal team"))
    file.write_text(own, encoding="utf-8")
    return project


def sudan(folder, exchange):
    folder.mkdir(exist_ok=True)
    (folder / "project.toml").write_text(
        '[map]\ntitle = "Reported attacks"\nsubtitle = "Two sides"\n[data]\nevents = "events.csv"\n'
        '[[sides]]\nkey = "Ochre"\nname = "Ochre"\n[[sides]]\nkey = "Umber"\nname = "Umber"\n'
        '[charts]\nby = ["sector", "means", "side", "claimant", "region"]\n'
    )
    (folder / "events.csv").write_text(exchange(SUDAN), encoding="utf-8")
    return folder


MAPS = {"exercise": (exercise, "Amber", "Teal"), "sudan": (sudan, "Ochre", "Umber")}


def exchanging(one, two):
    return lambda text: re.sub(f"{one}|{two}", lambda found: two if found[0] == one else one, text)


def words(path):
    """Return how often each word stands in what people read of a file."""
    text = path.read_text(encoding="utf-8")
    if path.suffix == ".html":
        root = html5lib.parse(text, treebuilder="lxml", namespaceHTMLElements=False).getroot()
        for element in root.xpath("//script | //style | //svg"):
            element.getparent().remove(element)
        read = [
            *root.itertext(),
            *(value for name in ("alt", "aria-label", "title") for value in root.xpath(f"//@{name}")),
        ]
        text = " ".join(map(str, read))
    if path.suffix == ".svg":
        svg = "{http://www.w3.org/2000/svg}"
        root = ET.parse(path).getroot()
        text = " ".join(" ".join(each.itertext()) for tag in ("text", "title", "desc") for each in root.iter(svg + tag))
    return Counter(WORD.findall(text))


@pytest.fixture(scope="module", params=sorted(MAPS))
def pair(request, tmp_path_factory):
    make, one, two = MAPS[request.param]
    exchange = exchanging(one, two)
    folders = []
    for name, change in (("as-it-is", lambda text: text), ("exchanged", exchange)):
        folder = tmp_path_factory.mktemp(f"{request.param}-{name}")
        im.build(make(folder / "in", change), folder / "out", now=NOW)
        folders.append(folder / "out")
    return *folders, exchange


@pytest.mark.parametrize(
    "name", ["map.html", "embed.html", "METHOD.md", "events.csv", "claims.csv", "DATASHEET.md", "map.svg"]
)
def test_exchanged_sides_exchange_their_names_and_nothing_else(pair, name):
    before, after, exchange = pair
    one = words(before / name)
    assert one
    two = Counter({exchange(word): count for word, count in words(after / name).items()})
    hashes = {word for word in one.keys() ^ two.keys() if re.fullmatch(r"[0-9a-f]{12,}", word)}
    assert {word: (one[word], two[word]) for word in one | two if one[word] != two[word] and word not in hashes} == {}
