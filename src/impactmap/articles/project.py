"""Articles drafted into a project: texts kept, drafts written, editors' decisions left as they are."""

from __future__ import annotations

import dataclasses
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from impactmap.articles.board import DraftBoard
from impactmap.articles.drafting.draft import draft_article
from impactmap.articles.drafts import Draft, load_drafts, save_drafts
from impactmap.articles.recognition.models import installed_helpers
from impactmap.articles.suggesting.gate import check_suggestions, only_new
from impactmap.articles.suggesting.suggesters import Suggester
from impactmap.articles.texts import Article, keep_articles
from impactmap.model.progress import Progress, quiet

if TYPE_CHECKING:
    from impactmap.places.geocoder import Gazetteer

__all__ = ["DraftReport", "draft_into", "prepare_project"]

#: A project of drafts alone: tables come when there are some.
_PROJECT: Final = """\
# A map's project file. Every key is explained in docs/architecture.md, "The project file".

[map]
title = "Reported attacks on infrastructure"

[data]
events = "events.csv"  # reports of your own; confirmed drafts are beside them
"""
_TABLE: Final = "date,place,country,side,sectors,means,summary,source_name,source_url\n"


@dataclasses.dataclass(frozen=True)
class DraftReport:
    """What drafting did.

    Attributes
    ----------
    articles
        How many were read.
    drafts
        Those of these articles, set aside included.
    waiting, confirmed
        Of all of the project.
    orphans
        Decisions whose draft is gone.
    notes
        What would help.
    dropped
        What suggesters said and the text does not, by why.
    """

    articles: int
    drafts: tuple[Draft, ...]
    waiting: int
    confirmed: int
    orphans: int
    notes: tuple[str, ...] = ()
    dropped: dict[str, int] = dataclasses.field(default_factory=dict)

    def to_dict(self) -> dict[str, Any]:
        """Return it as JSON can hold it."""
        told = [draft for draft in self.drafts if draft.status == "draft"]
        aside = [draft for draft in self.drafts if draft.status == "aside"]
        return {
            "articles": self.articles,
            "drafts": len(told),
            "aside": len(aside),
            "waiting": self.waiting,
            "confirmed": self.confirmed,
            "orphans": self.orphans,
            "notes": list(self.notes),
            "dropped": self.dropped,
        }


def draft_into(
    folder: str | Path,
    articles: Sequence[Article],
    *,
    countries: tuple[str, ...] = (),
    near: str = "",
    gazetteer: Gazetteer | None = None,
    suggesters: Mapping[str, Suggester] | None = None,
    progress: Progress | None = None,
) -> DraftReport:
    """Draft articles into a project folder.

    Parameters
    ----------
    folder
        Of the project; made when it does not exist.
    articles
        As `read_articles` gives them. Drafts of an article that was drafted before are replaced.
    countries, near, gazetteer
        As for `draft_article`.
    suggesters
        Whom to ask beside the rules, by their names; what they answer goes through the gate.
    progress
        Told how many articles are read.

    Returns
    -------
    DraftReport
    """
    say = progress or quiet
    made: list[Draft] = []
    dropped: Counter[str] = Counter()
    for number, article in enumerate(articles):
        say(number, len(articles), "Reading the articles")
        read = draft_article(article, countries=countries, near=near, gazetteer=gazetteer)
        for name, ask in (suggesters or {}).items():
            suggested, why = check_suggestions(article, ask(article), name, gazetteer=gazetteer)
            read += only_new(suggested, read)
            dropped.update(why)
        made += read
    ids = {article.article_id for article in articles}
    keep_articles(folder, articles)
    save_drafts(folder, [*(draft for draft in load_drafts(folder) if draft.article_id not in ids), *made])
    board = DraftBoard(folder)
    return DraftReport(
        len(articles),
        tuple(made),
        board.waiting(),
        len(board.confirmed()),
        len(board.orphans),
        tuple(_notes(articles)),
        dict(sorted(dropped.items())),
    )


def prepare_project(folder: Path) -> tuple[str, ...]:
    """Make a project where there is none, and return the countries that its map is about."""
    from impactmap.model.atomic import replace_file
    from impactmap.model.project import load_project

    if (folder / "project.toml").is_file():
        project = load_project(folder / "project.toml")
        return project.border.countries if project.border and not project.map.countries else project.map.countries
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in (("project.toml", _PROJECT), ("events.csv", _TABLE)):
        if not (folder / name).exists():
            with replace_file(folder / name) as temporary:
                temporary.write_text(text, encoding="utf-8", newline="\n")
    return ()


def _notes(articles: Sequence[Article]) -> list[str]:
    """Say what would find more, where it is not installed."""
    have, languages = installed_helpers(), {article.language for article in articles}
    if languages & {"uk", "ru"} and not have["simplemma"]:
        more = "pip install 'impactmap-newsroom[articles]'"
        return [f"Names in Ukrainian and Russian are read by their endings; simplemma knows more of them: {more}."]
    return []
