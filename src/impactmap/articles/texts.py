"""Articles and where a project keeps them: the text as it was read, and what is known of it, never published."""

from __future__ import annotations

import dataclasses
import datetime as dt
import hashlib
import json
import re
from collections.abc import Iterable
from pathlib import Path
from typing import Any, Final

from impactmap.model.atomic import replace_file
from impactmap.model.errors import InputError

__all__ = ["Article", "is_passage", "keep_articles", "load_articles", "make_article"]

_FOLDER: Final = "articles"
_IGNORED: Final = ("articles/", "drafts.jsonl")
_SURROGATE: Final = re.compile("[\ud800-\udfff]")
_DIGITS: Final = 12
_LONGEST_NAME: Final = 80
_LONGEST_TITLE: Final = 300
_WORDS: Final = re.compile(r"\w+")
_LONGEST_TERM: Final = 4  # words
_ID: Final = re.compile(rf"[0-9a-f]{{{_DIGITS}}}")


@dataclasses.dataclass(frozen=True)
class Article:
    """A text and what is known of it.

    Attributes
    ----------
    article_id
        The same for a text that was corrected: made of the address, or else of the file's name, the day and the outlet.
    text
        As it was read; positions are its code points.
    published
        The day of publication.
    language
        ``en``, ``uk`` or ``ru``.
    outlet, url, title
        Who published it, where, and under which headline; empty where nothing says so.
    """

    article_id: str
    text: str
    published: dt.date
    language: str
    outlet: str = ""
    url: str = ""
    title: str = ""

    @property
    def sha256(self) -> str:
        """Check sum of the text in UTF-8."""
        return hashlib.sha256(self.text.encode()).hexdigest()


def make_article(name: str, text: str, *, published: dt.date, language: str, **more: str) -> Article:
    """Return an article with its identifier.

    Parameters
    ----------
    name
        Of its file, and of the item in it where there are several.
    text, published, language, **more
        As in `Article`; code points that UTF-8 cannot hold are replaced.

    Examples
    --------
    >>> one = make_article("a.txt", "Rain.", published=dt.date(2025, 3, 1), language="en")
    >>> one.article_id == make_article("a.txt", "Snow.", published=dt.date(2025, 3, 1), language="en").article_id
    True
    """
    told = {key: " ".join(_SURROGATE.sub("\ufffd", more.get(key) or "").split()) for key in ("outlet", "url", "title")}
    # The outlet is published; a page that gives sentences for its name does not get them out by it.
    told |= {"outlet": told["outlet"][:_LONGEST_NAME], "title": told["title"][:_LONGEST_TITLE]}
    known = told["url"] or "\n".join((name, published.isoformat(), told["outlet"]))
    number = hashlib.sha256(known.encode("utf-8", "replace")).hexdigest()[:_DIGITS]
    return Article(number, _SURROGATE.sub("\ufffd", text), published, language, **told)


def is_passage(text: str, article: str) -> bool:
    """Return whether a text is a run of an article's words that is too long to be a mere term.

    Examples
    --------
    >>> article = "Officials said a transformer near the old mill caught fire late on Monday."
    >>> is_passage("a transformer near the old mill caught fire", article), is_passage("caught fire", article)
    (True, False)
    """
    words = _WORDS.findall(text.casefold())
    told = " ".join(_WORDS.findall(article.casefold()))
    return len(words) > _LONGEST_TERM and f" {' '.join(words)} " in f" {told} "


def keep_articles(folder: str | Path, articles: Iterable[Article]) -> list[Path]:
    """Keep texts in a project: each as ``articles/ID.txt``, with what is known of it as ``articles/ID.json``.

    Parameters
    ----------
    folder
        Of the project; made when it does not exist.
    articles
        What to keep; a text that is kept already is replaced.

    Returns
    -------
    list of Path
        The files of the texts. The project's ``.gitignore`` names the folder, since the texts are others'.
    """
    folder = Path(folder)
    kept = folder / _FOLDER
    kept.mkdir(parents=True, exist_ok=True)
    _ignore(folder)
    paths = []
    for article in articles:
        paths.append(kept / f"{article.article_id}.txt")
        facts = dataclasses.asdict(article) | {"published": article.published.isoformat(), "sha256": article.sha256}
        del facts["text"]
        _write(paths[-1], article.text)
        _write(paths[-1].with_suffix(".json"), json.dumps(facts, ensure_ascii=False, indent=1) + "\n")
    return paths


def load_articles(folder: str | Path) -> dict[str, Article]:
    """Return the articles that a project keeps, by their identifiers; none where it keeps none.

    Raises
    ------
    InputError
        When what is kept of one cannot be read.
    """
    articles = {}
    for path in sorted((Path(folder) / _FOLDER).glob("*.json")):
        if not _ID.fullmatch(path.stem):
            continue
        try:
            facts: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
            text = path.with_suffix(".txt").read_bytes().decode("utf-8")
            facts["published"] = dt.date.fromisoformat(facts["published"])
            names = [field.name for field in dataclasses.fields(Article) if field.name not in {"article_id", "text"}]
            articles[path.stem] = Article(path.stem, text, **{name: facts[name] for name in names})
        except (OSError, ValueError, LookupError, TypeError, RecursionError) as error:
            raise InputError(
                f"{path}: expected what is known of the article beside it, found a file that cannot be used ({error}). "
                "Remove both files and draft the article again."
            ) from error
    return articles


def _write(path: Path, text: str | bytes) -> None:
    with replace_file(path) as temporary:
        temporary.write_bytes(
            text.encode("utf-8") if isinstance(text, str) else text
        )  # line ends as they are: positions count them


def _ignore(folder: Path) -> None:
    """Name what is never published in the project's ignore file, whatever else it holds."""
    path = folder / ".gitignore"
    before = path.read_bytes() if path.is_file() else b""
    missing = [line.encode() for line in _IGNORED if line.encode() not in before.splitlines()]
    if missing:
        glue = b"" if not before or before.endswith(b"\n") else b"\n"
        _write(path, before + glue + b"\n".join(missing) + b"\n")
