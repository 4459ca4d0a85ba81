"""What figures a header's words speak of: of whom, which end of a range."""

from __future__ import annotations

from dataclasses import dataclass

from impactmap.model.header_words import SUBGROUP, header_concepts, header_key

__all__ = ["Metric", "read_metric"]

_GLUE = "glue"
#: So many words may be unknown: of whom a figure speaks is named in many ways.
_MOST_UNKNOWN = 2


@dataclass(frozen=True)
class Metric:
    """Figures that a header's words speak of: what is counted, and which end of a range."""

    name: str
    part: str
    sure: float


_BOUNDS = ("low", "high", "best")
_COUNTED = frozenset({"count", "person", "event", "report", "name", "best", "local", "confirm", "used", "alleged"})
#: What a figure speaks of, by the concepts that together name it.
_FIGURES: tuple[tuple[frozenset[str], str, float], ...] = tuple(
    (frozenset(head.split()), metric, sure)
    for head, metric, sure in (
        ("killed", "killed", 0.93),
        ("injured", "injured", 0.93),
        ("household without power", "households_without_power", 0.95),
        ("household power", "households_without_power", 0.85),
        ("customer without power", "customers_without_power", 0.95),
        ("customer without", "customers_without_power", 0.9),
        ("customer power", "customers_without_power", 0.85),
        ("person without power", "people_without_power", 0.95),
        ("person affected", "people_affected", 0.9),
        ("drone launched", "drones_launched", 0.95),
        ("drone downed", "drones_downed", 0.95),
        ("missile launched", "missiles_launched", 0.95),
        ("missile downed", "missiles_downed", 0.95),
    )
)


def read_metric(header: str) -> Metric | None:
    """Return the figures that the header's words speak of, None where they speak of none.

    Examples
    --------
    >>> read_metric("Min. civilians reported killed")
    Metric(name='civilians_killed', part='low', sure=0.93)
    >>> read_metric("Killed by") is None
    True
    """
    words = [
        (word, concepts) for word, concepts in header_concepts(header) if concepts != {_GLUE} and not word.isdigit()
    ]
    # What is counted may stand in several words without a list of them: "health workers killed".
    unknown = [word for word, concepts in words if not concepts]
    groups = [
        concept.removeprefix(SUBGROUP)
        for _, concepts in words
        for concept in sorted(concepts)
        if concept.startswith(SUBGROUP)
    ]
    for head, metric, sure in _FIGURES:
        lacking, parts, fits = set(head), [], True
        for _, concepts in words:
            if meant := concepts & lacking:
                lacking -= meant
            elif ends := [part for part in _BOUNDS if part in concepts]:
                parts += ends[:1]
            elif concepts and not (concepts & head or concepts & _COUNTED or _GLUE in concepts or _subgroup(concepts)):
                fits = False
        if lacking or not fits:
            continue
        part = next((part for part in parts if part != "best"), "best")
        if metric in {"killed", "injured"} and (groups or unknown):
            whom = "_and_".join(dict.fromkeys(groups))
            if not unknown:
                return Metric(f"{whom}_{metric}", part, sure)
            # "Security deaths (female)" are not all of "security deaths".
            slug = "_".join(filter(None, (header_key(" ".join(unknown)).replace(" ", "_"), whom)))
            return (
                Metric(f"{slug}_{metric}", part, sure - 0.1)
                if slug.isascii() and len(unknown) <= _MOST_UNKNOWN
                else None
            )
        return None if unknown or groups else Metric(metric, part, sure)
    return None


def _subgroup(concepts: frozenset[str]) -> bool:
    return any(concept.startswith(SUBGROUP) for concept in concepts)
