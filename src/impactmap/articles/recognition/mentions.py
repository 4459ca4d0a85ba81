"""Which capitalised words of a text may be places: known names in their context, not people, not organisations."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Mapping, Sequence
from typing import Final

from impactmap.articles.lexicon import Lexicon, lexicon, shared_words
from impactmap.articles.recognition.coordination import UNKNOWN, Mention, share_kinds
from impactmap.articles.recognition.labelled import take_labelled
from impactmap.articles.recognition.name_words import is_strong, split_based
from impactmap.articles.recognition.names import SHORT_COUNTRIES, Meaning, Names, demonym_country
from impactmap.articles.sentences import Sentence, Token, sentences, tokens

__all__ = ["find_mentions"]

_LONGEST: Final = 5  # words of a name
_SHORTEST: Final = 3  # letters of one that is not known
_LONGEST_CASED: Final = 3  # the same in languages with cases
_GAP: Final = re.compile(r"[ \u00a0\u202f]|\.[ \u00a0]|[ \u00a0]?[-–][ \u00a0]?|\n")
_POSSESSIVE: Final = re.compile(r"(?:['’]s|s['’])\Z")
_LARGE: Final = 50_000  # inhabitants of a settlement that is recognised without a word beside it
_SAINTS: Final = frozenset(("St", "Mt", "Ft", "Ste", "Pt"))


class _Reader:
    """One text on its way to mentions."""

    def __init__(self, text: str, language: str, names: Names, labels: Mapping[tuple[int, int], str]) -> None:
        self.text, self.language, self.names, self.labels = text, language, names, labels
        self.words: Lexicon = lexicon(language)
        self.sentences: list[Sentence] = sentences(text)
        self.tokens: list[Token] = split_based(tokens(text))
        starts = {each.start for each in self.sentences}
        opening = re.compile(r"[^\w]*")
        self.first = set()
        for start in starts:
            found = opening.match(text, start)
            self.first.add(found.end() if found else start)
        self.small = {token.text for token in self.tokens if token.text.islower()}
        self.kinds = self.words.word_set("kinds.region")
        # "Красное море": where a sea is written small.
        self.waters = (
            self.words.word_set("kinds.feature") if self.words.words("recognition.small_demonyms") else frozenset()
        )
        self.longest = _LONGEST if language == "en" else _LONGEST_CASED

    def read(self) -> list[Mention]:
        windows = self._windows()
        self.names.expect(name for _, _, name in windows.values())
        mentions = self._select(windows)
        people = self._people(mentions)
        for mention in mentions:
            if not mention.rejected and mention.meanings:
                mention.rejected = self._why_not(mention, people)
        share_kinds(self.text, mentions, self.names, self.words)
        mentions = take_labelled(self.text, mentions, self.labels, self.language)
        known = {mention.name for mention in mentions if not mention.rejected}
        for mention in mentions:
            if mention.rejected == "small" and mention.name in known:
                mention.rejected = ""
        return mentions

    def _windows(self) -> dict[tuple[int, int], tuple[int, int, str]]:
        """Return the runs of words that may be a name: by the numbers of their first and last token."""
        windows = {}
        for first, token in enumerate(self.tokens):
            if not self._may_begin(token):
                continue
            for last in range(first, min(first + self.longest, len(self.tokens))):
                if last > first and not self._goes_on(last):
                    break
                end = self.tokens[last]
                text = self.text[token.start : end.end]
                kind = end.text.casefold() in self.kinds | self.waters
                if not (end.is_capital or (kind and last > first)):
                    continue
                name = _POSSESSIVE.sub("", text)
                windows[first, last] = token.start, token.start + len(name), name
        return windows

    def _may_begin(self, token: Token) -> bool:
        folded = _POSSESSIVE.sub("", token.text).casefold()
        if not token.is_capital or token.text[0].isdigit() or len(folded) < 2:
            return False
        if folded in self.words.word_set("common.function") and folded not in {"la", "le", "el", "al"}:
            return False
        return not (token.start in self.first and folded in self.words.word_set("recognition.before_places"))

    def _goes_on(self, number: int) -> bool:
        """Return whether a token continues the name before it."""
        before, token = self.tokens[number - 1], self.tokens[number]
        gap = self.text[before.end : token.start]
        if _GAP.fullmatch(gap) is None or (gap.startswith(".") and before.text not in _SAINTS):
            return False
        if _POSSESSIVE.search(before.text):
            return False
        folded = token.text.casefold()
        return (
            token.is_capital
            or folded in self.words.word_set("recognition.connectors")
            or folded in self.kinds
            or folded in self.waters
        )

    def _select(self, windows: Mapping[tuple[int, int], tuple[int, int, str]]) -> list[Mention]:
        """Return the longest known names from left to right."""
        found: list[Mention] = []
        first = 0
        while first < len(self.tokens):
            for last in range(min(first + self.longest, len(self.tokens)) - 1, first - 1, -1):
                if (first, last) not in windows:
                    continue
                start, end, name = windows[first, last]
                if mention := self._mention(first, last, start, end, name):
                    longer = self._unknown(first) if mention.rejected == "longer name" else []
                    if longer and longer[0].end > mention.end:
                        mention = longer[0]
                    found.append(mention)
                    first = last
                    break
            else:
                found += self._small_demonym(self.tokens[first]) or self._unknown(first)
            first += 1
        return found

    def _unknown(self, first: int) -> list[Mention]:
        """Return a name that the gazetteer has not, where a word before it says that something is there."""
        token = self.tokens[first]
        located = self._is_located(first, "recognition.locating") or self._names_a_site(first)
        if not located or not self._may_begin(token) or token.start in self.first:
            return []
        last = first
        while last + 1 < len(self.tokens) and self._goes_on(last + 1) and self.tokens[last + 1].is_capital:
            last += 1
        name = _POSSESSIVE.sub("", self.text[token.start : self.tokens[last].end])
        words = {each.text.casefold() for each in self.tokens[first : last + 1]}
        other = ("recognition.not_places", "recognition.organisations", "recognition.titles", "common.months")
        if any(words & self.words.word_set(listed) for listed in other) or len(name) < _SHORTEST:
            return []
        mention = Mention(token.start, token.start + len(name), name, name, [], stands_in=True)
        mention.meanings = self.names.alike(name)
        mention.rejected = "" if mention.meanings else UNKNOWN
        return [mention]

    def _names_a_site(self, first: int) -> bool:
        """Return whether an unknown name is that of a plant or the like: "the Chernobyl nuclear power plant"."""
        after = self.tokens[first + 1].text.casefold() if first + 1 < len(self.tokens) else ""
        beside = (
            first + 1 < len(self.tokens) and self.text[self.tokens[first].end : self.tokens[first + 1].start] == " "
        )
        return beside and after in self.words.word_set("kinds.site") and self._is_located(first)

    def _capital(self, first: int, code: str) -> Mention | None:
        """Return "the Ukrainian capital" as the place that it is."""
        if first + 1 >= len(self.tokens) or self.tokens[first + 1].text not in self.words.word_set("kinds.capital"):
            return None
        listed = shared_words("actors")["capitals"].get(code, "").split("|")
        known = [each for each in self.names.meanings(listed[0]) if each.kind == "settlement" and each.country == code]
        if not known:
            return None
        start, end = self.tokens[first].start, self.tokens[first + 1].end
        return Mention(start, end, self.text[start:end], listed[0], known[:1], located=True, stands_in=True)

    def _small_demonym(self, token: Token) -> list[Mention]:
        """Return a country's adjective that the language writes small."""
        if not (token.text.islower() and self.words.words("recognition.small_demonyms")):
            return []
        if not (code := demonym_country(token.text, self.language)):
            return []
        meaning = Meaning("country", token.text, code, place_id=f"country:{code}")
        return [Mention(token.start, token.end, token.text, token.text, [meaning], "demonym")]

    def _mention(self, first: int, last: int, start: int, end: int, name: str) -> Mention | None:
        if first == last and (code := demonym_country(name, self.language)):
            if capital := self._capital(first, code):
                return capital
            meaning = Meaning("country", name, code, place_id=f"country:{code}")
            return Mention(start, end, self.text[start:end], name, [meaning], "demonym")
        if first < last and self.tokens[last].text.casefold() in self.kinds and not self.tokens[last].is_capital:
            return self._of_kind(first, last, start, name)
        meanings = self.names.meanings(name)
        if self.text[end : end + 1] in {"$", "€", "£"}:
            return None
        if first == last and name.isupper() and len(name) < 4 and not any(each.kind == "country" for each in meanings):
            return None
        if not meanings:
            return self._feature(first, last, start, end, name)
        mention = Mention(start, end, self.text[start:end], name, meanings)
        mention.located = self._is_located(first)
        mention.stands_in = self._is_located(first, "recognition.locating")
        mention.rejected = self._part_of_more(first, last, mention)
        return mention

    def _of_kind(self, first: int, last: int, start: int, name: str) -> Mention | None:
        """Return a region that is named with a small word for its kind: "Kharkiv region"."""
        regions = [each for each in self.names.meanings(name) if each.kind == "region"]
        bare = self.tokens[last - 1]
        if not regions:
            return None
        keep = self.language != "en"  # an adjective is a name with its noun alone
        end = self.tokens[last].end if keep else bare.start + len(_POSSESSIVE.sub("", bare.text))
        mention = Mention(start, end, self.text[start:end], name, regions, located=self._is_located(first))
        mention.reason = "a word for its kind stands beside it"
        return mention

    def _feature(self, first: int, last: int, start: int, end: int, name: str) -> Mention | None:
        """Return a river, a county or the like that is known by the word for its kind alone."""
        folded = [token.text.casefold() for token in self.tokens[first : last + 1]]
        if last == first or not all(
            token.is_capital or word in self.words.word_set("recognition.connectors")
            for token, word in zip(self.tokens[first : last + 1], folded, strict=True)
        ):
            return None
        ends = folded[-1] in self.words.word_set("kinds.feature") or folded[-1] in self.words.word_set("kinds.county")
        begins = folded[0] in self.words.word_set("kinds.feature_before")
        common = self.words.word_set("recognition.not_places")
        named = folded if begins else folded[:-1]
        if not (ends or begins) or any(word in common for word in (named[1:] if begins else named)):
            return None
        if any(word in self.words.word_set("common.function") - {"of", "the"} for word in folded):
            return None
        kind = "region" if folded[-1] in self.words.word_set("kinds.county") else "area"
        inner = name.rsplit(None, 1)[0] if ends else name.split(None, 1)[1]
        near = [each for each in self.names.meanings(inner) if each.kind == "settlement"]
        guess = dataclasses.replace(near[0], kind=kind, place_id="") if len(near) == 1 else Meaning(kind, name)
        return Mention(start, end, self.text[start:end], name, [guess], located=self._is_located(first))

    def _is_located(self, first: int, listed: str = "recognition.before_places") -> bool:
        """Return whether a word before a name says that a place follows."""
        for step in (1, 2):
            if first - step < 0:
                return False
            before = self.tokens[first - step]
            gap = self.text[before.end : self.tokens[first].start]
            if any(sign in gap for sign in ".,;:!?\n"):
                return False
            folded = before.text.casefold()
            if folded in self.words.word_set(listed):
                return True
            if folded not in {"the", "city", "town", "of", "город", "городе", "місто", "місті"}:
                return False
        return False

    def _run(self, first: int, last: int) -> tuple[list[str], list[str]]:
        """Return the capitalised words that stand before and after some tokens without a sign between them."""
        before: list[str] = []
        at = first - 1
        while at >= 0 and self._goes_on(at + 1) and self.tokens[at].is_capital and not self._is_opening(at):
            before.insert(0, self.tokens[at].text)
            at -= 1
        after: list[str] = []
        at = last + 1
        if _POSSESSIVE.search(self.tokens[last].text):
            return before, after
        while at < len(self.tokens) and self._goes_on(at) and self.tokens[at].is_capital:
            after.append(self.tokens[at].text)
            at += 1
        return before, after

    def _is_opening(self, number: int) -> bool:
        """Return whether a token is capital only because a sentence begins with it."""
        token = self.tokens[number]
        folded = token.text.casefold()
        return token.start in self.first and (
            folded in self.small
            or folded in self.words.word_set("common.function")
            or folded in self.words.word_set("recognition.before_places")
            or folded in self.words.word_set("recognition.not_places")
        )

    def _part_of_more(self, first: int, last: int, mention: Mention) -> str:
        """Return why the words are part of a longer name, empty where they stand for themselves."""
        if mention.name in SHORT_COUNTRIES:  # "the U.S. Department of Agriculture" is in the U.S.
            return ""
        before, after = (
            [word.casefold().removesuffix("'s").removesuffix("’s") for word in words]
            for words in self._run(first, last)
        )
        words = self.words
        organisation = words.word_set("recognition.organisations")
        offices = words.word_set("recognition.offices") | words.word_set("recognition.titles")
        directions = words.word_set("recognition.before_places")
        if after and (after[0] in organisation or any(word in organisation for word in after[:2])):
            return "organisation"
        strong = is_strong(mention.meanings)
        # "министр Турции Эрдоган": where names have cases, what follows a country is no part of its name.
        apart = strong and self.language != "en"
        if after and not (
            apart or after[0] in offices or demonym_country(after[0], self.language) or after[0] in directions
        ):
            return "longer name"
        if before:
            near = before[-1]
            named = words.word_set("recognition.titles") | words.word_set("recognition.first_names")
            if near in named and not any(each.kind in {"country", "sea"} for each in mention.meanings):
                return "person"
            if near in organisation and not apart:
                return "organisation"
            if near in words.word_set("recognition.sides") and not is_strong(mention.meanings, _LARGE * 2):
                return "longer name"
            fits = near in directions or near in offices or demonym_country(near, self.language) or strong
            if not fits and not any(each.kind == "country" for each in self.names.meanings(before[-1].title())):
                return "longer name"
        return ""

    def _people(self, mentions: Sequence[Mention]) -> set[str]:
        """Return the words of names of people: of runs that are no place, and after titles."""
        taken = {number for mention in mentions if not mention.rejected for number in range(mention.start, mention.end)}
        people: set[str] = set()
        first = 0
        while first < len(self.tokens):
            token = self.tokens[first]
            last = first
            while last + 1 < len(self.tokens) and self._goes_on(last + 1) and self.tokens[last + 1].is_capital:
                last += 1
            run = self.tokens[first : last + 1]
            if token.is_capital and len(run) > 1:
                words = [_POSSESSIVE.sub("", each.text) for each in run if each.start not in taken]
                folded = {word.casefold() for word in words}
                if len(words) > 1 and not folded & self.words.word_set("recognition.organisations"):
                    people.update(words[1:])
            first = last + 1
        return people

    def _why_not(self, mention: Mention, people: set[str]) -> str:
        """Return why a mention that stands for itself is no place after all."""
        folded = mention.name.casefold()
        label = "" if self._was_hit(mention) else self._label(mention)
        if folded in self.words.word_set("recognition.not_places"):
            return "common word"
        if mention.role == "demonym":
            return ""
        after = re.match(r"\s+([^\W\d_]+)", self.text[mention.end : mention.end + 30])
        if after and after[1].casefold() in self.words.word_set("recognition.after_not"):
            return "name of something else"
        if folded in self.words.word_set("recognition.organisations") | self.words.word_set("recognition.titles"):
            return "common word"
        if label in {"PERSON", "PER"} and not mention.stands_in and not is_strong(mention.meanings):
            return "person"
        if label == "ORG" and not mention.stands_in and not is_strong(mention.meanings):
            return "organisation"
        called = any(form in people for form in self.names.forms(mention.name)[:8])
        if is_strong(mention.meanings, _LARGE):
            return "person" if called and not mention.located and not is_strong(mention.meanings) else ""
        if folded in self.small or folded in self.words.word_set("common.function"):
            return "common word"
        if called and (not mention.stands_in or self.longest == _LONGEST_CASED):
            return "person"
        if mention.located or label in {"GPE", "LOC", "FAC"} or " " in mention.name:
            return ""
        if called or folded in self.words.word_set("recognition.first_names"):
            return "person"
        if self._followed_by_container(mention):
            return ""
        largest = max(each.population for each in mention.meanings)
        return "" if largest >= _LARGE or self._was_hit(mention) else "small"

    def _was_hit(self, mention: Mention) -> bool:
        """Return whether a verb of attack stands before a name: "shelled Vovchansk"."""
        before = self.text[max(0, mention.start - 24) : mention.start]
        return any(before[match.end() :].isspace() for match in self.words.pattern("tags.v").finditer(before))

    def _label(self, mention: Mention) -> str:
        """Return what a model calls these words, empty where there is none."""
        return next(
            (label for (start, end), label in self.labels.items() if start <= mention.start and mention.end <= end), ""
        )

    def _followed_by_container(self, mention: Mention) -> bool:
        """Return whether a country or region follows after a comma: "Pandi, Bulacan"."""
        found = re.match(
            r",\s+([^\W\d_][\w'’.-]*(?:\s[^\W\d_a-z][\w'’.-]*)?)", self.text[mention.end : mention.end + 60]
        )
        if not found:
            return False
        names = (found[1], found[1].split()[0])
        return any(
            each.kind in {"country", "region"} for name in names for each in self.names.meanings(name.rstrip(".,"))
        )


def find_mentions(
    text: str, language: str, names: Names, labels: Mapping[tuple[int, int], str] | None = None
) -> list[Mention]:
    """Return what may be places in a text, those rejected included, in order.

    Parameters
    ----------
    text, language
        What to read.
    names
        What names may stand for.
    labels
        What a model calls parts of the text, by start and end; helps only.
    """
    return _Reader(text, language, names, labels or {}).read()
