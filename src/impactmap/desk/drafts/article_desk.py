"""The articles of a desk: brought, told, and decided about, each decision one line of the project's own file."""

from __future__ import annotations

import datetime as dt
import hashlib
import re
import shutil
import tempfile
from collections import defaultdict
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from impactmap.articles.board import BoardDraft, DraftBoard, ForeignWords
from impactmap.articles.draft_decisions import FILE as DECISIONS
from impactmap.articles.draft_decisions import KINDS
from impactmap.articles.drafts import FILE as DRAFTS
from impactmap.articles.project import draft_into, prepare_project
from impactmap.articles.sources.reading import UndatedArticle, UnknownLanguage, read_articles
from impactmap.articles.texts import Article
from impactmap.desk.drafts.draft_words import seen_of, tell_article, tell_choices, tell_listed
from impactmap.desk.drafts.same_events import same_events
from impactmap.desk.local_server import Refused
from impactmap.desk.session import Session
from impactmap.desk.words import DeskWords
from impactmap.model.errors import ImpactMapError, InputError
from impactmap.model.project import load_project
from impactmap.model.system.locks import alone_in
from impactmap.workspace.answers.project_edit import edit_project, set_setting

__all__ = ["ArticleDesk"]

_LONGEST: Final = 8 << 20  # bytes of a text that is pasted, dropped or chosen; a longer one is drafted by the command
_LONGEST_FACT: Final = 2_000
_PASTED: Final = "pasted"


class ArticleDesk:
    """What the page asks of articles.

    Parameters
    ----------
    session
        What lies on the desk.
    """

    def __init__(self, session: Session) -> None:
        self._session = session
        self._board: DraftBoard | None = None
        self._read: object = None

    def counts(self) -> dict[str, int]:
        """Return how many articles there are, and how many of their drafts wait."""
        try:
            board = self.board()
        except ImpactMapError:  # said where the drafts are shown
            return {"articles": 0, "waiting": 0}
        return {"articles": len(board.articles), "waiting": board.waiting()}

    def board(self) -> DraftBoard:
        """Return the drafts as the project's files have them."""
        folder = self._session.folder
        with self._session.editing:
            states = (folder, *(_state(folder / name) for name in (DRAFTS, DECISIONS, "articles")))
            if self._board is None or self._read != states:
                self._board, self._read = DraftBoard(folder), states
            return self._board

    def bring(self, file: Path, facts: Mapping[str, str]) -> dict[str, Any]:
        """Read an article that was dropped, chosen or pasted, and draft its events.

        Parameters
        ----------
        file
            Its bytes.
        facts
            ``name`` of the file, none for a pasted text; ``published``, ``outlet``, ``url`` and ``language``, where the
            editor gives them.

        Raises
        ------
        Refused
            Without a day, in a language that is not read, and for what is none of these forms.
        """
        if file.stat().st_size > _LONGEST:
            raise Refused("article_long", f"expected an article of at most {_LONGEST:,} bytes.")
        given = {name: _fact(facts, name) for name in ("outlet", "url", "language")}
        published = _day(_fact(facts, "published"))
        with self._session.working, self._session.doing("draft"):
            articles = _articles(file, facts.get("name", ""), published, given)
            if not articles:
                raise Refused("article_empty", "expected a text, found none.")
            countries = self._prepare()
            with alone_in(self._session.folder):
                report = draft_into(
                    self._session.folder, articles, countries=countries, gazetteer=self._session.gazetteer()
                )
        self._session.wake()
        return {
            "article": articles[0].article_id,
            "articles": len(articles),
            "drafts": sum(draft.status == "draft" for draft in report.drafts),
        }

    def _prepare(self) -> tuple[str, ...]:
        """Make a project where there is none: without a headline, so that the reports head the map."""
        session, is_new = self._session, not self._session.has_project
        countries = prepare_project(session.folder)
        if is_new:
            edit_project(session.project_file, set_setting("map", "title", session.folder.name))
            edit_project(session.project_file, set_setting("map", "headline", ""))
        return countries

    def tell_list(self, words: DeskWords) -> dict[str, Any]:
        """Return the articles, those with drafts that wait first, and what fields may be chosen from."""
        board = self.board()
        entries: defaultdict[str, list[BoardDraft]] = defaultdict(list)
        for entry in board.drafts:
            entries[entry.draft.article_id].append(entry)
        listed = [tell_listed(article, entries[key]) for key, article in board.articles.items()]
        listed.sort(key=lambda each: (not each["waiting"], each["published"]))
        session = self._session
        project = load_project(session.project_file) if session.has_project else None
        return {
            "articles": listed,
            "editor": session.editor,
            "orphans": len(board.orphans),
            "choices": tell_choices(project, words),
        }

    def tell(self, article_id: str, words: DeskWords) -> dict[str, Any]:
        """Return one article with its drafts."""
        board = self.board()
        return tell_article(board, self._article(board, article_id), words)

    def tell_same(self, article_id: str, words: DeskWords) -> dict[str, Any]:
        """Return what may be the same events as an article's drafts."""
        session, look = self._session, self._session.look
        board = self.board()
        self._article(board, article_id)
        return {
            "same": same_events(
                board,
                article_id,
                reading=look.reading if look else None,
                gazetteer=session.gazetteer(),
                now=session.around.now(),
                words=words,
            )
        }

    def decide(self, given: dict[str, Any], words: DeskWords) -> dict[str, Any]:
        """Write one decision down; returns the article as it is then.

        Raises
        ------
        Refused
            Without a name, without what the decision needs, and where somebody else decided meanwhile.
        InputError
            For a value that cannot be read.
        """
        session = self._session
        with session.editing, alone_in(_made(session.folder)):
            board = self.board()
            article_id, key = _text(given, "article"), _text(given, "draft")
            self._article(board, article_id)
            made = _Decision(board, given, session.around.now().astimezone(dt.UTC).date())
            if made.kind != "add" and seen_of(board, key) != _text(given, "seen"):
                raise Refused("draft_changed", "Somebody decided about this draft meanwhile. Look at it again.")
            key = made.write(article_id, key)
            session.editor = made.editor or session.editor
        session.wake()
        return {"draft": key, "article": self.tell(article_id, words), "editor": session.editor}

    def _article(self, board: DraftBoard, article_id: str) -> Article:
        if article_id not in board.articles:
            raise Refused("article_gone", f"expected an article of the project, found {article_id!r}.")
        return board.articles[article_id]


class _Decision:
    """What an editor decides, checked before anything is written."""

    def __init__(self, board: DraftBoard, given: dict[str, Any], day: dt.date) -> None:
        self.board, self.given, self.day = board, given, day
        self.kind = _text(given, "decision")
        self.editor, self.reason = _text(given, "editor").strip(), _text(given, "reason").strip()
        if not self.editor:
            raise Refused("no_name", "editor: expected your name; it stands beside the decision.")

    def write(self, article_id: str, key: str) -> str:
        """Write it; returns the draft that it is about."""
        board = self.board
        who: dict[str, Any] = {"editor": self.editor, "day": self.day}
        match self.kind:
            case "confirm":
                self._complete(key)
                board.confirm(key, reason=self.reason, **who)
            case "reject":
                if not self.reason:
                    raise Refused("no_reason", "reason: expected why it is no event to publish, found none.")
                board.reject(key, reason=self.reason, **who)
            case "merge":
                board.merge(key, _text(self.given, "into"), reason=self.reason, **who)
            case "change":
                value = _text(self.given, "value")
                words = self._words()
                if value and words is None:
                    raise Refused("no_words", "expected the words that the value was read from, found none.")
                try:
                    board.change(key, _text(self.given, "field"), value, words=words, reason=self.reason, **who)
                except ForeignWords as error:
                    raise Refused("own_words", str(error)) from None
                except InputError as error:
                    raise Refused("value_unread", str(error)) from None
            case "add":
                words = self._words()
                if words is None:
                    raise Refused("no_words", "expected the words of the event, found none.")
                return board.add(article_id, words, reason=self.reason, **who)
            case "undo":
                board.undo(key)
            case _:
                raise InputError(f"decision: expected {', '.join(KINDS)} or undo; found {self.kind!r}.")
        return key

    def _complete(self, key: str) -> None:
        draft = self.board[key].draft
        if not draft.places or not draft.date:
            raise Refused("draft_incomplete", "expected a place and a day, found fewer: no map could show it.")

    def _words(self) -> tuple[int, int] | None:
        words = self.given.get("words")
        if words is None:
            return None
        if not isinstance(words, list) or len(words) != 2 or not all(type(each) is int for each in words):
            raise InputError(f"words: expected two numbers, found {words!r}.")
        return words[0], words[1]


def _articles(file: Path, name: str, published: dt.date | None, given: dict[str, str]) -> list[Article]:
    """Read a file under the name that it had: its ending says its form, and its name is part of what identifies it."""
    if not name:  # two texts that are pasted on one day are two articles
        name = f"{_PASTED}-{hashlib.sha256(file.read_bytes()).hexdigest()[:8]}.txt"
    plain = re.sub(r"[^\w .()+-]+", "-", name.replace("\\", "/").rpartition("/")[2]).strip(" .")[-120:]
    with tempfile.TemporaryDirectory(prefix="impactmap-") as folder:
        path = Path(folder) / (plain or f"{_PASTED}.txt")
        shutil.copyfile(file, path)
        try:
            return read_articles([path], published=published, **given)
        except UndatedArticle as error:
            raise Refused("article_undated", str(error)) from None
        except UnknownLanguage as error:
            raise Refused("article_language", str(error)) from None
        except InputError as error:
            told = str(error).replace(f"{path}", path.name)
            raise Refused("article_unread", told) from None


def _made(folder: Path) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def _state(path: Path) -> tuple[int, int]:
    try:
        state = path.stat()
    except OSError:
        return 0, -1
    return state.st_mtime_ns, state.st_size


def _fact(facts: Mapping[str, str], name: str) -> str:
    text = facts.get(name, "").strip()
    if len(text) > _LONGEST_FACT:
        raise InputError(f"{name}: expected a shorter text.")
    return text


def _day(text: str) -> dt.date | None:
    try:
        return dt.date.fromisoformat(text) if text else None
    except ValueError:
        raise Refused("article_day", f"expected a day as 2025-11-09, found {text[:40]!r}.") from None


def _text(given: dict[str, Any], name: str) -> str:
    value = given.get(name, "")
    if not isinstance(value, str) or len(value) > _LONGEST_FACT:
        raise InputError(f"{name}: expected a text.")
    return value
