"""Questions told to the page, and answers written where they belong: each in a text file of the project."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any, Final

from impactmap.desk.board import Choice
from impactmap.desk.look import Look
from impactmap.desk.server import read_choice
from impactmap.desk.session import Session
from impactmap.desk.tell import tell_place
from impactmap.desk.words import DeskWords
from impactmap.model.errors import InputError
from impactmap.model.project import MOST_SIDES, Project, load_project
from impactmap.places.overrides.decisions import EditorDecision
from impactmap.workspace.answers.answer_file import ANSWER_FILE, Answer, Answers, change_answers, read_answers
from impactmap.workspace.answers.project_edit import (
    add_alias,
    add_side,
    edit_project,
    remove_alias,
    set_setting,
    silence_check,
)
from impactmap.workspace.answers.questions import Question, doubt_key

__all__ = ["answer_question", "take_back", "tell_questions"]

_ASIDE: Final = "\x1f"


class _Files:
    """What is answered at this moment, as the project's files have it."""

    def __init__(self, session: Session, look: Look) -> None:
        self.answers: Answers = read_answers(session.folder / ANSWER_FILE)
        self.project: Project = load_project(session.project_file)
        if look.board is not None:
            look.board.reload()
        self.board = look.board
        self.numbers = {doubt_key(doubt): n for n, doubt in enumerate(look.board.doubts)} if look.board else {}

    def place(self, question: Question) -> int:
        """Return the number of a question's place on the board."""
        if (number := self.numbers.get(question.subject)) is None or self.board is None:
            raise InputError("place: the table has changed meanwhile, and it is not in doubt any more.")
        return number

    def told(self, question: Question) -> str:
        """Return what stands as the answer to a question; empty while it is open."""
        from impactmap.workspace.side_names import SideNames

        match question.kind:
            case "place":
                return _of_decision(self.board.decision(self.place(question)) if self.board is not None else None)
            case "check":
                return self.project.checks.silenced.get(question.subject, "")
            case "side":
                return SideNames(self.project.sides).key_of(question.subject) or ""
            case "same_side":
                keys = {side.key for side in self.project.sides}
                gone = not {question.subject, question.other} <= keys
                return "same" if gone else self.answers.told("side", question.subject, question.other)
            case "claimant" if question.subject == "*" and "claimant" in self.project.columns:
                return self.project.columns["claimant"]
            case _:
                return self.answers.told(question.kind, question.subject, question.other)


def _same(now: str, seen: str) -> None:
    """Refuse where somebody else answered meanwhile."""
    if now != seen:
        told = now.split(_ASIDE, maxsplit=1)[0]
        raise InputError(
            f"Somebody answered meanwhile: {told!r}. Look at it again, then decide."
            if told
            else "Somebody took the answer back meanwhile. Look at it again, then decide."
        )


def _of_decision(decision: EditorDecision | None) -> str:
    if decision is None:
        return ""
    return _ASIDE.join(map(str, (decision.decision, decision.place_id, decision.latitude, decision.longitude)))


def tell_questions(session: Session, words: DeskWords) -> dict[str, Any]:
    """Return the open questions, the weightiest first, and what was answered."""
    look = session.look
    if look is None:
        return {"open": [], "settled": [], "title": "", "editor": session.editor}
    files = _Files(session, look)
    open_: list[dict[str, Any]] = []
    settled: list[dict[str, Any]] = []
    for question in look.questions:
        if question.kind == "place" and question.subject not in files.numbers:
            continue
        told = files.told(question)
        (settled if told else open_).append(_question(question, files, told, words))
    asked = {question.key for question in look.questions}
    settled += [each for each in _answered(files, words) if each["key"] not in asked]
    return {"open": open_, "settled": settled, "title": look.project.map.title, "editor": session.editor}


def _question(question: Question, files: _Files, told: str, words: DeskWords) -> dict[str, Any]:
    conflict = files.answers.conflicts.get(_answer_key(question), ())
    value: dict[str, Any] = {
        "key": question.key, "kind": question.kind, "subject": question.subject, "other": question.other,
        "weight": question.weight, "options": list(question.options), "seen": told,
        "reports": [asdict(report) for report in question.reports],
        "conflict": [{"answer": each.answer, "editor": each.editor, "reason": each.reason} for each in conflict],
    }  # fmt: skip
    for report in value["reports"]:
        report["figures"] = [
            {"metric": words.term("metric", metric), "value": figure, "who": who}
            for metric, figure, who in report["figures"]
        ]
    if question.kind == "place" and files.board is not None:
        number = files.place(question)
        value["place"] = tell_place(files.board, number, words)
        value["conflict"] = [
            {
                "answer": f"{words.text(f'way.{each.decision}')} {each.name or ''}".strip(),
                "editor": each.editor,
                "reason": each.reason,
            }
            for each in files.board.differing(number)
        ]
    if question.kind == "check":
        value["label"] = words.text(f"record.check.{question.subject}")
    if question.kind in {"side", "same_side"}:
        names = {side.key: side.name for side in files.project.sides}
        value["names"] = [{"key": key, "name": names.get(key, key)} for key in question.options]
        value["room"] = len(files.project.sides) < MOST_SIDES
    return value


def _answered(files: _Files, words: DeskWords) -> list[dict[str, Any]]:
    """Return what is answered of which nothing is asked any more, to be taken back."""
    told = []
    for answer in files.answers.entries.values():
        kind = "same_side" if answer.kind == "side" else answer.kind
        told.append(_settled(kind, answer.subject, answer.other, answer.answer, answer.editor, answer.reason))
    for name, reason in files.project.checks.silenced.items():
        label = words.text(f"record.check.{name}")
        told.append({**_settled("check", name, "", "", "", reason), "label": label})
    for side in files.project.sides:
        told += [_settled("side", alias, "", side.key, "", "") for alias in side.aliases]
    return told


def _settled(kind: str, subject: str, other: str, answer: str, editor: str, reason: str) -> dict[str, Any]:
    key = _ASIDE.join((kind, *sorted((subject, other))))
    said = {"answer": answer, "editor": editor, "reason": reason}
    nothing: dict[str, Any] = {"weight": 0, "options": [], "reports": [], "conflict": []}
    return {
        **nothing,
        "key": key,
        "kind": kind,
        "subject": subject,
        "other": other,
        "seen": answer or "-",
        "said": said,
    }


def _answer_key(question: Question) -> tuple[str, str, str]:
    kind = "side" if question.kind == "same_side" else question.kind
    pair = sorted((question.subject, question.other)) if question.other else [question.subject, ""]
    return kind, pair[0], pair[1]


def answer_question(session: Session, given: dict[str, Any], words: DeskWords) -> dict[str, Any]:
    """Write an answer down; returns the questions as they are then.

    Raises
    ------
    InputError
        For an answer that cannot be given, and where somebody else answered otherwise meanwhile: nothing is written.
    """
    look = session.need_look()
    key, seen = _text(given, "key"), _text(given, "seen")
    question = next((each for each in look.questions if each.key == key), None)
    if question is None:
        raise InputError("key: the table has changed meanwhile, and this is not asked any more.")
    editor, reason = _text(given, "editor").strip(), _text(given, "reason").strip()
    if not editor:
        raise InputError("editor: expected your name; it stands beside the answer.")
    files = _Files(session, look)
    _same(files.told(question), seen)
    session.editor = editor
    if question.kind == "place":
        _decide(files, question, given)
    else:
        _write(session, question, _Answering(_text(given, "answer"), seen, editor, reason))
    session.wake()
    return tell_questions(session, words)


def _decide(files: _Files, question: Question, given: dict[str, Any]) -> None:
    number = files.place(question)
    _, fields = read_choice({**given, "place": number})
    if files.board is not None:
        seen = _text(given, "seen")
        files.board.decide(number, Choice(**fields), unless=lambda now: _same(_of_decision(now), seen))


@dataclass(frozen=True)
class _Answering:
    """What somebody answers, what they saw as the answer before, who they are, and why."""

    answer: str
    seen: str
    editor: str
    reason: str


def _write(session: Session, question: Question, given: _Answering) -> None:
    """Write an answer that is not about a place into the file that it belongs to."""
    today, answer, editor, reason = session.around.now().date(), given.answer, given.editor, given.reason
    note = f"{editor}, {today}" + (f": {reason}" if reason else "")
    file, path = session.project_file, session.folder / ANSWER_FILE
    kind, subject, other = _answer_key(question)
    match question.kind, answer:
        case "side", "":
            edit_project(file, add_side(subject))
        case "side", _:
            edit_project(file, add_alias(answer, subject, comment=note))
        case "same_side", "same":
            edit_project(file, add_alias(question.other, question.subject, comment=note))
        case "claimant", _ if question.subject == "*" and answer:
            edit_project(file, set_setting("columns", "claimant", answer, comment=note))
        case "check", _:
            if not reason:
                raise InputError("reason: expected why it is right; it is printed with the map.")
            edit_project(file, silence_check(question.subject, reason))
        case _:
            made = Answer(kind, subject, other, answer, editor, reason, today)
            change_answers(path, add=[made], expected=given.seen)


def take_back(session: Session, given: dict[str, Any], words: DeskWords) -> dict[str, Any]:
    """Take an answer back: what it is about is asked again."""
    key = _text(given, "key")
    kind, *pair = key.split(_ASIDE)
    subject, other = [*filter(None, pair), "", ""][:2]
    look = session.need_look()
    question = next((each for each in look.questions if each.key == key), None)
    file, path = session.project_file, session.folder / ANSWER_FILE
    match kind:
        case "place":
            if question is None or look.board is None:
                raise InputError("key: the table has changed meanwhile, and this place is not in doubt any more.")
            look.board.undo(_Files(session, look).place(question))
        case "check":
            edit_project(file, silence_check(subject, None))
        case "side":
            edit_project(file, remove_alias(subject))
        case "same_side":
            if question is not None and question.subject not in {s.key for s in load_project(file).sides}:
                edit_project(file, remove_alias(question.subject))
                edit_project(file, add_side(question.subject))
            change_answers(path, remove=[("side", *sorted((subject, other)))])  # type: ignore[list-item]
        case _:
            if kind == "claimant" and subject == "*" and question is not None:
                edit_project(file, set_setting("columns", "claimant", None))
            ends = sorted((subject, other)) if other else [subject, ""]
            change_answers(path, remove=[(kind, ends[0], ends[1])])
    session.wake()
    return tell_questions(session, words)


def _text(given: dict[str, Any], name: str) -> str:
    value = given.get(name, "")
    if not isinstance(value, str) or len(value) > 2_000:
        raise InputError(f"{name}: expected a text.")
    return value
