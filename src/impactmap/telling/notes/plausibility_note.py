"""What METHOD.md says of the checks of plausibility."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from impactmap.telling.notes.note_words import RecordWords

__all__ = ["plausibility_lines"]


def plausibility_lines(counts: Iterable[tuple[str, int]], silenced: Mapping[str, str], words: RecordWords) -> list[str]:
    """Say how many events each check names, and which checks the author silenced and why.

    Parameters
    ----------
    counts
        Name of a check and number of events.
    silenced
        Name of a check to the author's reason, as Markdown shows them.
    words
        Of the map's language.
    """
    lines = [words.plural("record.checks_row", n, reason=words.text(f"record.check.{name}")) for name, n in counts]
    return lines + [words.text("record.checks_silenced", name=name, reason=reason) for name, reason in silenced.items()]
