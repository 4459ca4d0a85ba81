"""The desk's server: bring a table, settle what is open, see the map, publish it; for this computer alone."""

from __future__ import annotations

import re
import threading
from collections.abc import Callable
from http import HTTPStatus
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from impactmap.desk import bring, leaving, showing
from impactmap.desk.asking import answer_question, take_back, tell_questions
from impactmap.desk.drafts.article_desk import ArticleDesk
from impactmap.desk.local_server import Answer, LocalServer, Problem, json_answer
from impactmap.desk.server import PlaceAnswers, page_file
from impactmap.desk.session import Session
from impactmap.desk.tell_table import tell_brought, tell_rows
from impactmap.desk.words import DeskWords, desk_languages
from impactmap.model.errors import InputError
from impactmap.model.messages import word_message

if TYPE_CHECKING:
    from impactmap.desk.board import Board
    from impactmap.reading.formats.remote import HttpClient

__all__ = ["DeskServer"]

_LARGEST_FILE: Final = 256 << 20
_PAGE_POLICY: Final = {
    "Content-Security-Policy": "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; "
    "img-src 'self' data:; frame-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
}
#: The map's page says itself what it may do; in its frame it is a stranger to the desk.
_MAP_POLICY: Final = {
    "Content-Security-Policy": "sandbox allow-scripts allow-popups allow-popups-to-escape-sandbox; "
    "frame-ancestors 'self'",
    "X-Frame-Options": "SAMEORIGIN",
}
_LONGEST_PASTED: Final = 32 << 20


class DeskServer(LocalServer):
    """Serves the desk until somebody is done.

    Parameters
    ----------
    session
        What lies on it.
    port, token
        As for `LocalServer`.
    client
        Asks for tables and published pages on the web, each time the author says so.
    """

    def __init__(
        self, session: Session, *, port: int = 0, token: str | None = None, client: HttpClient | None = None
    ) -> None:
        super().__init__(port=port, token=token, largest_file=_LARGEST_FILE)
        self.session, self._client = session, client
        self._showing = showing.Showing()
        self._leaving = leaving.Leaving(session)
        self._articles = articles = ArticleDesk(session)
        self._places: PlaceAnswers | None = None
        self._gets: dict[str, Callable[[dict[str, str]], Any]] = {
            "state.json": lambda _: self._state(),
            "articles.json": lambda _: articles.tell_list(self.words),
            "article.json": lambda query: articles.tell(query.get("id", ""), self.words),
            "same-events.json": lambda query: articles.tell_same(query.get("id", ""), self.words),
            "words.json": self._words_told,
            "bring.json": lambda _: tell_brought(session, self.words),
            "rows.json": self._rows,
            "questions.json": lambda _: tell_questions(session, self.words),
            "settings.json": lambda _: showing.tell_settings(session),
            "leaving.json": self._leaving_told,
            "snippets.json": lambda _: {"snippets": leaving.tell_snippets(session, self._showing)},
        }
        self._posts: dict[str, Callable[[dict[str, Any]], Any]] = {
            "example": lambda _: bring.bring_example(session),
            "use": lambda given: bring.use_table(session, self._chosen(_text(given, "name"))),
            "address": lambda given: {"name": bring.bring_address(session, _text(given, "url"), client=self._client)},
            "column": lambda given: bring.set_column(session, _text(given, "header"), _text(given, "ours")),
            "cell": self._cell,
            "setting": self._setting,
            "answer": lambda given: answer_question(session, given, self.words),
            "take-back": lambda given: take_back(session, given, self.words),
            "draft": lambda given: articles.decide(given, self.words),
            "publish": self._leaving.publish,
            "uploaded": self._uploaded,
            "language": self._language,
        }
        self._watch = threading.Thread(target=session.watch, daemon=True)
        self._watch.start()

    @property
    def words(self) -> DeskWords:
        """The page's, in the language that was chosen."""
        return DeskWords(self.session.language or "en")

    def worded(self, text: str) -> str:
        """Return an answer's words in the page's language."""
        return word_message(text, self.words.language)

    def close(self) -> None:
        """Give the port back, and stop watching."""
        self.session.end()
        super().close()

    def get(self, path: str, query: dict[str, str]) -> Answer:
        """Answer what only reads."""
        if path == "":
            page = page_file("web/desk.html")
            return Answer(page.kind, page.body, _PAGE_POLICY)
        if path.startswith("web/"):
            return page_file(path)
        if path == "preview/map.html":
            return Answer("html", showing.show_page(self.session, self._showing), _MAP_POLICY)
        if picture := re.fullmatch(r"preview/(\w+)\.png", path):
            return Answer("png", showing.show_picture(self.session, self._showing, picture[1]))
        if path in self._gets:
            return json_answer(self._gets[path](query))
        if (places := self._place_answers()) is not None and (
            answer := places.get(path, query, self.words)
        ) is not None:
            return answer
        raise Problem(HTTPStatus.NOT_FOUND, "There is nothing here.")

    def post(self, path: str, given: dict[str, Any]) -> Answer:
        """Answer what changes something."""
        if path == "done":
            return json_answer({"folder": str(self.session.folder)}, last=True)
        if path not in self._posts:
            raise Problem(HTTPStatus.NOT_FOUND, "There is nothing here.")
        told = self._posts[path](given)
        return json_answer(told if told is not None else {"version": self.session.version})

    def take(self, path: str, query: dict[str, str], file: Path) -> Answer:
        """Take a table or an article that was dropped or chosen, or cells or a text that were pasted."""
        if path == "article":
            return json_answer({**self._articles.bring(file, query), "version": self.session.version})
        if path == "file":
            bring.bring_file(self.session, query.get("name", ""), file)
        elif path == "paste":
            if file.stat().st_size > _LONGEST_PASTED:
                raise InputError("expected cells, found more than can be pasted. Save them as a file.")
            bring.bring_text(self.session, file.read_text(encoding="utf-8"))
        else:
            raise Problem(HTTPStatus.NOT_FOUND, "There is nothing here.")
        return json_answer({"version": self.session.version})

    def _place_answers(self) -> PlaceAnswers | None:
        look = self.session.look
        board: Board | None = look.board if look else None
        if look is None or board is None:
            return None
        if self._places is None or self._places.board is not board:
            self._places = PlaceAnswers(board, look.border)
        return self._places

    def _state(self) -> dict[str, Any]:
        state = self.session.state()
        told = {"told": self.words.told(state["problem"]), "published": self._leaving.told(self.words)}
        return {**state, **told, "drafts": self._articles.counts()}

    def _chosen(self, name: str) -> Path:
        """Return a table that lies in the folder, or that a whole path of this computer names."""
        path = Path(name)
        if not path.is_absolute() and (path.name != name or name.startswith(".")):
            raise InputError(f"expected a file of the folder, or a whole path; found {name!r}.")
        return path if path.is_absolute() else self.session.folder / name

    def _words_told(self, query: dict[str, str]) -> dict[str, object]:
        """Return the page's words; the first browser that asks says in which language it reads."""
        if self.session.language is None:
            wanted = [each.split("-")[0] for each in query.get("reads", "").split(",")]
            self.session.language = next((each for each in wanted if each in desk_languages()), "en")
        return self.words.messages()

    def _language(self, given: dict[str, Any]) -> dict[str, object]:
        if (language := _text(given, "language")) not in desk_languages():
            raise InputError(f"language: expected {', '.join(desk_languages())}, found {language!r}.")
        self.session.language = language
        return self.words.messages()

    def _rows(self, query: dict[str, str]) -> dict[str, Any]:
        return tell_rows(self.session.need_look(), int(query.get("start", "0")), int(query.get("count", "100")))

    def _cell(self, given: dict[str, Any]) -> None:
        row = given.get("row")
        if not isinstance(row, int) or isinstance(row, bool):
            raise InputError(f"row: expected a number, found {row!r}.")
        bring.fix_cell(self.session, row, _text(given, "column"), _text(given, "text"), _text(given, "seen"))

    def _setting(self, given: dict[str, Any]) -> dict[str, Any]:
        showing.change_setting(self.session, _text(given, "name"), given.get("value", ""))
        return showing.tell_settings(self.session)

    def _leaving_told(self, query: dict[str, str]) -> dict[str, Any]:
        folder = query.get("folder") or leaving.FOLDER
        return leaving.tell_leaving(self.session, self._showing, self.words, folder)

    def _uploaded(self, given: dict[str, Any]) -> dict[str, Any]:
        folder = leaving.target_folder(self.session, given.get("folder", leaving.FOLDER))
        return {"checks": leaving.check_upload(_text(given, "url"), folder, client=self._client)}


def _text(given: dict[str, Any], name: str) -> str:
    value = given.get(name, "")
    if not isinstance(value, str):
        raise InputError(f"{name}: expected a text, found {value!r}.")
    return value
