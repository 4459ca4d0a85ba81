"""Draft events of our own texts beside their gold: found, wholly right, false, wrong sides, wrong days, figures.

Run: python benchmarks/articles_events.py [FOLDER], by default tests/articles/texts.
"""

from __future__ import annotations

import sys
import tomllib
from collections import Counter
from pathlib import Path

from impactmap.articles import draft_article
from impactmap.articles.texts import make_article

TEXTS = Path(__file__).parent.parent / "tests/articles/texts"


def read_texts(folder=TEXTS):
    """Yield articles with their gold events: places, side, first and last day, figures."""
    for path in sorted(Path(folder).glob("*.toml")):
        for told in tomllib.loads(path.read_text(encoding="utf-8"))["text"]:
            article = make_article(
                told["name"], told["body"].strip(), published=told["published"], language=told.get("language", "en")
            )
            yield article, [read_gold(line) for line in told["gold"]]


def read_gold(line):
    """Return a line of gold as its parts."""
    places, side, days, figures = (part.strip() for part in line.split("|"))
    first, _, last = days.partition("/")
    listed = [each.strip().partition("=") for each in figures.split(",") if each.strip()]
    return {
        "places": places.split("+"),
        "side": None if side == "-" else side,
        "days": None if days == "-" else (first, last or first),
        "figures": {name: tuple(rest.split("@")) for name, _, rest in listed},
    }


def same_place(draft, gold):
    """Return whether a draft names all places of the gold, and no other."""
    return {each.text for each in draft.places} == set(gold["places"])


def compare(article, gold, counts, say):
    """Count what was found of one text."""
    drafts = [each for each in draft_article(article) if each.status == "draft"]
    left = list(drafts)
    for event in gold:
        counts["gold"] += 1
        match = next((each for each in left if same_place(each, event)), None)
        match = match or next((e for e in left if {p.text for p in e.places} & set(event["places"])), None)
        if match is None:
            say(f"missed: {event['places']}")
            continue
        left.remove(match)
        counts["found"] += 1
        right = same_place(match, event)
        side = match.side.value if match.side else None
        days = (match.date.start, match.date.end) if match.date else None
        if side != event["side"]:
            right = False
            counts["side wrong" if side else "side missing"] += 1
            say(f"side: {side} for {event['side']} at {event['places']}")
        if days != event["days"]:
            right = False
            counts["day wrong" if days else "day missing"] += 1
            say(f"day: {days} for {event['days']} at {event['places']}")
        counts["right"] += right
        figures(match, event, counts, say)
    counts["false"] += len(left)
    counts["drafts"] += len(drafts)
    for each in left:
        say(f"false: {[p.text for p in each.places]} {each.spans[0].exact[:60]!r}")


def figures(draft, event, counts, say):
    """Count the figures of one event, and who says them."""
    numbers = {each.metric: each for each in draft.claims if each.value is not None and each.metric != "population"}
    for metric, (value, *speaker) in event["figures"].items():
        counts["figures"] += 1
        claim = numbers.pop(metric, None)
        if claim is None or claim.value != float(value):
            say(f"figure: {metric}={value} missed, found {claim and claim.value}")
            counts["figures false"] += claim is not None
            continue
        counts["figures right"] += 1
        if speaker and speaker[0]:
            counts["speakers"] += 1
            counts["speakers right"] += speaker[0] in claim.claimant
            if speaker[0] not in claim.claimant:
                say(f"speaker: {claim.claimant!r} for {speaker[0]!r}")
    for metric, claim in numbers.items():
        counts["figures false"] += 1
        say(f"figure: {metric}={claim.value} is not in the gold")


def main():
    """Measure and print."""
    counts = Counter()
    for article, gold in read_texts(sys.argv[1] if len(sys.argv) > 1 else TEXTS):
        lines = []
        compare(article, gold, counts, lines.append)
        for line in lines:
            print(f"{article.text[:40]!r}: {line}")
        counts["texts"] += 1
    print(dict(counts))


if __name__ == "__main__":
    main()
