"""Score the proposals of duplicates on pairs made from a UCDP GED file: two sources that share half of their events.

    python benchmarks/duplicates.py FILE.csv [--rows N]

The file's events fall into four quarters. Source A has the first three. Source B has the second and third, told anew
(another identifier, a day later for a tenth, the position moved by up to 5 km or, for a fifth, left out, the place
misspelt for a tenth, words of the headline dropped, exchanged and put in another order, for a fifth no text, for three
tenths another figure), and the fourth, which A lacks. The second quarter also gives the same address in both, which
real sources rarely do. Reported for each threshold: how many pairs are proposed, the share of them that are true
(precision), the share of true pairs that are proposed (recall), also for those with one address, those without, and
those without but with a text in both: as `propose_duplicates` does by default, and where every pair is proposed. UCDP
itself has several events of one day, place and headline: not every wrong pair could be told. `--rows` repeats the
table to that length, a year later each time, and gives the processor's time.
"""

from __future__ import annotations

import argparse
import random
import time
from pathlib import Path

import numpy as np
import pandas as pd

from impactmap.claims.duplicates import propose_duplicates
from impactmap.places.geocode import geocode_events
from impactmap.reading.read import read_events

SEED = 20251109
THRESHOLDS = (0.5, 0.6, 0.65, 0.7, 0.75, 0.8, 0.85, 0.9)


def reword(text: object, rng: random.Random, others: list[str]) -> object:
    """Drop a quarter of the words, exchange a tenth, and move the first third to the end."""
    if not isinstance(text, str) or rng.random() < 0.2:
        return None
    words = [word for word in text.split() if rng.random() > 0.25]
    words = [rng.choice(others) if rng.random() < 0.1 else word for word in words]
    at = len(words) // 3
    return " ".join(words[at:] + words[:at]) or None


def misspell(text: object, rng: random.Random) -> object:
    """Exchange two letters of one name in ten."""
    if not isinstance(text, str) or len(text) < 5 or rng.random() > 0.1:
        return text
    at = rng.randrange(1, len(text) - 2)
    return text[:at] + text[at + 1] + text[at] + text[at + 2 :]


def two_sources(events: pd.DataFrame, claims: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame]:
    """Return the two sources' events under each other, their claims, and the true pairs with their kind."""
    rng, draw = random.Random(SEED), np.random.default_rng(SEED)
    quarter = draw.integers(0, 4, len(events))
    words = [word for text in events["summary"].dropna().unique() for word in text.split()]
    first = events[quarter < 3].assign(source_name="A")
    second = events[quarter > 0].copy()
    told = quarter[quarter > 0]
    identifiers = "B" + second["event_id"]
    late = draw.random(len(second)) < 0.1
    for name in ("date_start", "date_end"):
        second[name] += pd.to_timedelta(np.where(late, 1, 0), unit="D")
    gone = draw.random(len(second)) < 0.2
    for name, wide in (("latitude", 0.045), ("longitude", 0.06)):
        moved = second[name] + draw.uniform(-wide, wide, len(second))
        second[name] = moved.mask(gone)
    second["place"] = pd.Series([misspell(text, rng) for text in second["place"]], index=second.index, dtype="str")
    second["summary"] = pd.Series(
        [reword(text, rng, words) for text in second["summary"]], index=second.index, dtype="str"
    )
    address = pd.Series([f"https://example.org/report/{event}" for event in second["event_id"]], index=second.index)
    second["source_url"] = address.where(told == 1).astype("str")
    first["source_url"] = ("https://www.example.org/report/" + first["event_id"] + "/").where(quarter[quarter < 3] == 1)
    shared = (told == 1) | (told == 2)
    truth = pd.DataFrame(
        {
            "event_id_1": second.loc[shared, "event_id"].to_numpy(),
            "event_id_2": identifiers[shared].to_numpy(),
            "url": (told == 1)[shared],
        }
    )
    figures = claims[claims["event_id"].isin(second["event_id"])].copy()
    other = draw.random(len(figures)) < 0.3
    figures["value"] = figures["value"].mask(other, figures["value"] * 2 + 1)
    figures["event_id"] = "B" + figures["event_id"]
    second = second.assign(event_id=identifiers, source_name="B")
    return (
        pd.concat([first, second], ignore_index=True),
        pd.concat([claims[claims["event_id"].isin(first["event_id"])], figures], ignore_index=True),
        truth,
    )


def main() -> None:
    """Print the tables."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("file", type=Path)
    parser.add_argument("--rows", type=int, default=0, metavar="N", help="also time N rows")
    arguments = parser.parse_args()
    reading = read_events(arguments.file)
    events, claims, truth = two_sources(reading.events, reading.claims)
    told = events.set_index("event_id")["summary"].str.split().str.len().fillna(0) >= 3
    both = told.reindex(truth["event_id_1"]).to_numpy() & told.reindex(truth["event_id_2"]).to_numpy()
    truth["texts"] = both & ~truth["url"]
    located = geocode_events(events)
    print(
        f"{len(events):,} reports of two sources, {len(truth):,} true pairs, {truth['url'].sum():,} with one address\n"
    )
    for every in (False, True):
        print(
            f"{'Every pair' if every else 'The best of each report'}\n{scored(located, claims, truth, every=every)}\n"
        )
    if arguments.rows:
        times = -(-arguments.rows // len(located))
        parts = [
            located.assign(
                event_id=located["event_id"] + f"-{number}",
                **{name: located[name] + pd.Timedelta(days=366 * number) for name in ("date_start", "date_end")},
            )
            for number in range(times)
        ]
        many = pd.concat(parts, ignore_index=True).head(arguments.rows)
        begin = time.process_time()
        found = propose_duplicates(many, across="source_name")
        print(f"{len(many):,} rows: {len(found):,} pairs, {time.process_time() - begin:.1f} s of the processor")


def scored(located: pd.DataFrame, claims: pd.DataFrame, truth: pd.DataFrame, *, every: bool) -> str:
    """Return the table of precision and recall by threshold."""
    pairs = propose_duplicates(located, claims=claims, across="source_name", threshold=0.4, every=every)
    pairs = pairs.merge(truth, on=["event_id_1", "event_id_2"], how="left", indicator="found")
    pairs["true"] = pairs["found"] == "both"
    pairs["texts"] = pairs["texts"].eq(other=True)
    table = []
    for threshold in THRESHOLDS:
        part = pairs[pairs["score"] >= threshold]
        known = part["url"].eq(other=True).sum()
        table.append(
            {
                "threshold": threshold,
                "pairs": len(part),
                "precision": f"{part['true'].mean():.3f}",
                "recall": f"{part['true'].sum() / len(truth):.3f}",
                "recall, one address": f"{known / truth['url'].sum():.3f}",
                "recall, none": f"{(part['true'].sum() - known) / (~truth['url']).sum():.3f}",
                "recall, texts": f"{part.loc[part['true'], 'texts'].sum() / truth['texts'].sum():.3f}",
            }
        )
    return pd.DataFrame(table).to_string(index=False)


if __name__ == "__main__":
    main()
