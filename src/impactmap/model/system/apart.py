"""Readers that are not ours, in a plain process of their own, which can be ended."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Mapping
from typing import Any

from impactmap.model.errors import ImpactMapError

__all__ = ["BrokeDownError", "TookTooLongError", "ask_apart", "hold_to"]


class BrokeDownError(ImpactMapError):
    """The process ended without an answer; its text says how."""


class TookTooLongError(ImpactMapError):
    """The process was ended, since its time was up."""


def ask_apart(module: str, order: Mapping[str, Any], *, seconds: float) -> dict[str, Any]:
    """Run a module as a process, give it an order, and return its answer.

    Parameters
    ----------
    module
        Its name; run as a program it reads the order as JSON from standard input and prints its answer as JSON.
    order
        What it is asked.
    seconds
        After which it is ended.

    Raises
    ------
    TookTooLongError, BrokeDownError
        When there is no answer.
    """
    command = [sys.executable, "-m", module]
    try:
        done = subprocess.run(  # noqa: S603 -- this interpreter, with a module of ours
            command, input=json.dumps(order).encode(), capture_output=True, timeout=seconds, check=False
        )
    except subprocess.TimeoutExpired:
        raise TookTooLongError(f"no answer within {seconds:,} seconds") from None
    try:
        answer: dict[str, Any] = json.loads(done.stdout)
    except ValueError:
        how = f"signal {-done.returncode}" if done.returncode < 0 else f"code {done.returncode}"
        raise BrokeDownError(how) from None
    return answer


def hold_to(memory_bytes: int) -> None:
    """Have the system end this process's growth at so many bytes, where it can."""
    if sys.platform == "win32":
        return
    import contextlib
    import resource

    with contextlib.suppress(ValueError, OSError):
        _, most = resource.getrlimit(resource.RLIMIT_AS)
        limit = memory_bytes if most == resource.RLIM_INFINITY else min(memory_bytes, most)
        resource.setrlimit(resource.RLIMIT_AS, (limit, most))
