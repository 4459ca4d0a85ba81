"""The shipped gazetteer, opened once; a service that misbehaves, and a clock that nobody waits for."""

from __future__ import annotations

import importlib.util
import socket
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from impactmap.places.geocoder import Gazetteer

_SPEC = importlib.util.spec_from_file_location("misbehaving", Path(__file__).parent / "misbehaving.py")
misbehaving = importlib.util.module_from_spec(_SPEC)
_SPEC.loader.exec_module(misbehaving)


@pytest.fixture(scope="session")
def gazetteer() -> Gazetteer:
    return Gazetteer()


@pytest.fixture
def server() -> Iterator[Any]:
    server = misbehaving.Server()
    yield server
    server.close()


@pytest.fixture
def clock() -> Any:
    return misbehaving.Clock()


@pytest.fixture
def unused_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return one.getsockname()[1]
