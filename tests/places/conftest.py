"""The shipped gazetteer, opened once."""

from __future__ import annotations

import pytest

from impactmap.places import Gazetteer


@pytest.fixture(scope="session")
def gazetteer() -> Gazetteer:
    return Gazetteer()
