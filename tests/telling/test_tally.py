"""What a summary counts adds up over parts of a map."""

from __future__ import annotations

import pytest

from impactmap.model.project import Project
from impactmap.telling.reports import collect_reports
from impactmap.telling.summary import summarise, summarise_tally
from impactmap.telling.tally import Tally
from impactmap.telling.wording import Wording


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_parts_together_are_the_whole(made_reports, seed):
    events, claims = made_reports(seed, 24)
    project = Project()
    ids = sorted(events["event_id"].unique())
    parts = [events[events["event_id"].isin(ids[start::3])] for start in range(3)]
    tallies = [Tally.of(collect_reports(part, None, project=project)) for part in parts]
    whole = Tally.of(collect_reports(events, None, project=project))
    together = Tally.together(tallies)
    assert together.through == whole.through
    told, expected = summarise_tally(together, Wording("en"), project), summarise(events, claims, project)
    same = ("title", "through", "count", "by_confirmation", "by_precision", "not_located", "period")
    assert [getattr(told, name) for name in same] == [getattr(expected, name) for name in same]
    assert {side: count for side, count in told.by_side.items() if count} == expected.by_side


def test_nothing_is_nothing():
    assert Tally.together([]) == Tally()
    assert Tally().through is None
