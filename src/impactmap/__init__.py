"""impactmap: dated, sourced reports of attacks on infrastructure, as maps to publish and to question."""

from __future__ import annotations

__version__ = "0.1.0"
