"""XML as a stream: nothing in a document can make its reader fetch, unpack or grow."""

from __future__ import annotations

from typing import Any
from xml.parsers import expat

from impactmap.model.errors import TableError
from impactmap.reading.formats.limits import Limits

__all__ = ["GuardedXml"]


class GuardedXml:
    """Hears of a document's elements while it passes; a form's reader says what they mean.

    Parameters
    ----------
    name
        Of the file, for messages.
    form
        What the document should be, such as KML.
    limits
        How many elements may be in each other.
    """

    def __init__(self, name: str, form: str, limits: Limits) -> None:
        self._file, self._form, self._limits = name, form, limits
        self._path: list[str] = []
        self._text: list[str] = []
        self._parser = expat.ParserCreate(namespace_separator=" ")
        self._parser.buffer_text = True
        self._parser.StartElementHandler = self._open
        self._parser.EndElementHandler = self._close
        self._parser.CharacterDataHandler = self._text.append
        self._parser.StartDoctypeDeclHandler = self._refuse
        self._parser.EntityDeclHandler = self._refuse

    def feed(self, piece: bytes, *, last: bool = False) -> None:
        """Take a piece of the document.

        Raises
        ------
        TableError
            For a damaged document, one that declares entities or a document type, and one that is nested too deeply.
        """
        try:
            self._parser.Parse(piece, last)
        except expat.ExpatError as error:
            raise TableError(
                f"{self._file}: expected {self._form}, found a damaged file ({error}). Save it again from its program."
            ) from None
        except (ValueError, LookupError) as error:  # an encoding that the parser does not read, or that there is not
            raise TableError(
                f"{self._file}: expected {self._form} in UTF-8, found another encoding ({error}). Save it as UTF-8."
            ) from None

    def _refuse(self, *_declaration: Any) -> None:
        raise TableError(
            f"{self._file}: expected {self._form} without a document type, found a declaration of one or of entities. "
            f"{self._form} needs neither, and they can be built to exhaust memory or to read other files. Take the "
            "declaration out."
        )

    def _open(self, tag: str, attributes: dict[str, str]) -> None:
        kind = tag.rpartition(" ")[2]
        self._path.append(kind)
        if len(self._path) > self._limits.depth:
            raise self._limits.exceeded(self._file, "depth", len(self._path), "elements in each other")
        self._text.clear()
        self._start(kind, attributes)

    def _close(self, tag: str) -> None:
        self._path.pop()
        text = "".join(self._text)
        self._text.clear()
        self._end(tag.rpartition(" ")[2], text)

    def _start(self, kind: str, attributes: dict[str, str]) -> None:
        """Take the begin of an element, by its name without the namespace; ``_path`` ends with it."""

    def _end(self, kind: str, text: str) -> None:
        """Take the end of an element and the text since its last tag; ``_path`` ends with its parent."""
