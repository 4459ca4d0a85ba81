"""Places of articles beside gold: F1 of spans, and how many of those found lie within 161 km of the gold's point.

Run: python benchmarks/articles_places.py FOLDER, where the folder holds geovirus_half.xml and factrueval_dev/.
"""

from __future__ import annotations

import argparse
import statistics
import time
import xml.etree.ElementTree as ET
from collections import Counter
from pathlib import Path

from impactmap.articles import find_places
from impactmap.places.shapes import distance_km

NEAR_KM = 161.0


def geovirus(path):
    """Yield texts with gold: start, end, latitude, longitude."""
    for article in ET.parse(path).getroot():
        gold = [
            (
                int(at.findtext("start")) - 1,
                int(at.findtext("end")) - 1,
                float(at.findtext("lat")),
                float(at.findtext("lon")),
            )
            for at in article.find("locations")
        ]
        yield article.findtext("text"), gold


def factrueval(folder):
    """Yield texts with gold: start and end of the spans of places, governments that are named as places included."""
    for path in sorted(Path(folder).glob("*.txt")):
        spans = {}
        for line in path.with_suffix(".spans").read_text(encoding="utf-8").splitlines():
            number, kind, start, length, *_ = line.split()
            spans[number] = kind, int(start), int(start) + int(length)
        gold = []
        for line in path.with_suffix(".objects").read_text(encoding="utf-8").splitlines():
            told = line.split("#")[0].split()
            if len(told) > 2 and told[1] in {"Location", "LocOrg"}:
                parts = [spans[number] for number in told[2:] if number in spans]
                names = [part for part in parts if part[0] == "loc_name"]
                if names:
                    gold.append((min(p[1] for p in names), max(p[2] for p in names), None, None))
        yield path.read_bytes().decode("utf-8"), sorted(set(gold))


def measure(name, texts, *, language, show):
    """Print what was found of one corpus."""
    hits = found = wanted = placed = near = 0
    missed, wrong, far, took = Counter(), Counter(), Counter(), []
    for text, gold in texts:
        began = time.perf_counter()
        places = find_places(text, language=language)
        took.append(time.perf_counter() - began)
        left = list(places)
        wanted += len(gold)
        found += len(places)
        for start, end, latitude, longitude in gold:
            match = next((each for each in left if each.start < end and start < each.end), None)
            if match is None:
                missed[text[start:end]] += 1
                continue
            left.remove(match)
            hits += 1
            if latitude is not None and match.latitude is not None:
                placed += 1
                km = distance_km(latitude, longitude, match.latitude, match.longitude)
                near += km <= NEAR_KM
                if km > NEAR_KM:
                    far[f"{match.text} ({match.kind}, {match.country}, {km:,.0f} km)"] += 1
        wrong.update(each.text for each in left)
    precision, recall = hits / max(found, 1), hits / max(wanted, 1)
    f1 = 2 * precision * recall / max(precision + recall, 1e-9)
    share = f", within 161 km {near / placed:.3f} of {placed / max(hits, 1):.3f} placed" if placed else ""
    parts = f"{precision:.3f} right, {recall:.3f} found"
    print(f"{name}: F1 {f1:.3f} ({parts}){share}; {statistics.median(took):.3f} s a text")
    if show:
        for title, counts in (("missed", missed), ("wrong", wrong), ("far", far)):
            print(f"  {title}: " + ", ".join(f"{word} {n}" for word, n in counts.most_common(show)))


def main():
    """Measure both corpora."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--show", type=int, default=0, help="list so many of what was missed, wrong or far")
    chosen = parser.parse_args()
    measure("GeoVirus (half)", geovirus(chosen.folder / "geovirus_half.xml"), language="en", show=chosen.show)
    measure("factRuEval (dev)", factrueval(chosen.folder / "factrueval_dev"), language="ru", show=chosen.show)


if __name__ == "__main__":
    main()
