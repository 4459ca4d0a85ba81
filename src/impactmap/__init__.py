"""impactmap: dated, sourced reports of attacks on infrastructure, as maps to publish and to question.

Public names are loaded when they are first used, so that ``import impactmap`` costs next to nothing. They are listed
once, with the room each comes from, in ``__init__.pyi``, which type checkers and editors read as well.
"""

from __future__ import annotations

import functools
import importlib
import sys
from typing import Any

import lazy_loader

__version__ = "0.1.0"

_load, __dir__, _names = lazy_loader.attach_stub(__name__, __file__)
__all__ = sorted(_names)  # noqa: PLE0605 -- the stub has the list


def __getattr__(name: str) -> Any:
    """Load a public name from its room, or say which was meant."""
    _check_pandas()
    try:
        value = _load(name)
    except AttributeError as error:
        import difflib

        near = difflib.get_close_matches(name, __all__, n=1)
        meant = f" Did you mean {near[0]!r}?" if near else ""
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}.{meant}", name=name) from error
    globals()[name] = value
    _add_accessor()
    return value


@functools.cache
def _check_pandas() -> None:
    """Refuse an old pandas before anything is loaded that would fail without saying why."""
    importlib.import_module(f"{__name__}.model.system.installation").check_pandas()


def _add_accessor() -> None:
    """Give frames their ``impact``, as soon as there can be any: pandas is not loaded for it."""
    if "pandas" in sys.modules:
        _check_pandas()
        importlib.import_module(f"{__name__}.analysis.accessor")


_add_accessor()
