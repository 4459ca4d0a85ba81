"""The rules of matching: one order, each with a name, each found by what it is about."""

from __future__ import annotations

import pytest

from impactmap.places.geocoder import Gazetteer
from impactmap.places.settle.decision import Query
from impactmap.places.settle.rules.order import RULES


def test_names_are_told_apart_and_the_last_rule_always_applies(gazetteer: Gazetteer) -> None:
    names = [rule.name for rule in RULES]
    assert len(set(names)) == len(names)
    assert RULES[-1].applies(gazetteer.chooser.context(Query("Qwertyville")))


@pytest.mark.parametrize(
    ("name", "query"),
    [
        ("no place", Query("", "Kharkiv", "Ukraine")), ("no place", Query("n/a", "", "Kenya")),
        ("too long", Query("x" * 201)), ("coordinates", Query("-1.29, 36.82")), ("no letter", Query("12345")),
        ("general word", Query("north")), ("several places", Query("Nakuru and Kisumu", "", "Kenya")),
        ("towns with commas", Query("Nairobi, Mombasa, Kisumu")), ("region", Query("Lublin Voivodeship")),
        ("region", Query("Крым")), ("name of a region", Query("Punjab")),
        ("country", Query("Myanmar")), ("district", Query("Kupiansk raion")),
        ("exact name", Query("Aleppo", "", "Syria")), ("other spelling", Query("Xarkiv")),
        ("unknown site", Query("Qwertyville Airport, Kenya")), ("similar name", Query("Belgrod", "", "Russia")),
    ],
)  # fmt: skip
def test_the_first_rule_that_applies_decides(gazetteer: Gazetteer, name: str, query: Query) -> None:
    assert gazetteer.chooser.rule(gazetteer.chooser.context(query)).name == name


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.name)
def test_a_rule_is_asked_alone(gazetteer: Gazetteer, rule) -> None:  # type: ignore[no-untyped-def]
    context = gazetteer.chooser.context(Query("Aleppo", "", "Syria"))
    assert rule.applies(context) is (rule.name in {"exact name", "name of a region", "similar name"})
