"""Misspell names and hints as people do, the same way each time: a slip of the keyboard, another transliteration."""

from __future__ import annotations

import random

# Spellings that people take one for another; applied left to right, to the first that occurs.
SCHEMES = (
    ("zh", "j"), ("kh", "h"), ("shch", "sch"), ("yi", "i"), ("iy", "y"), ("ii", "iy"), ("ia", "ya"), ("iu", "yu"),
    ("h", "g"), ("y", "i"), ("i", "y"), ("v", "w"), ("ts", "c"), ("k", "c"), ("oe", "oye"), ("sk", "s'k"),
    ("дж", "ж"), ("і", "и"), ("ы", "и"), ("є", "е"), ("ї", "и"), ("г", "х"),
)  # fmt: skip
TYPES = (" oblast", " Oblast", " region", " область", " обл.")


def slip(text: str, rng: random.Random) -> str:
    """Swap, leave out, double or change one letter of the longest word."""
    word = max(text.split(), key=len, default="")
    if len(word) < 5:
        return text
    at = rng.randrange(1, len(word) - 2)
    other = rng.choice("aeioukrnts" if word.isascii() else "аеиоукрнтс")
    wrong = rng.choice(
        [
            word[:at] + word[at + 1] + word[at] + word[at + 2 :],
            word[:at] + word[at + 1 :],
            word[:at] + word[at] + word[at:],
            word[:at] + other + word[at + 1 :],
        ]
    )
    return text.replace(word, wrong, 1)


def respell(text: str, rng: random.Random) -> str:
    """Write one sound in another scheme."""
    fitting = [pair for pair in SCHEMES if pair[0] in text[1:]]
    if not fitting:
        return text
    old, new = rng.choice(fitting)
    return text[0] + text[1:].replace(old, new, 1)


def misspell(text: object, rng: random.Random) -> object:
    """Return a text with a slip or in another spelling; what is no text as it is."""
    if not isinstance(text, str) or not text:
        return text
    return rng.choice([slip, respell])(text, rng)


def reword(text: object, rng: random.Random) -> object:
    """Return a region's name with another word for what it is, or none, and misspelt one time in two."""
    if not isinstance(text, str) or not text:
        return text
    bare = text
    for word in TYPES:
        bare = bare.removesuffix(word)
    named = bare + rng.choice(["", "", " oblast", " Oblast", " region", "ska oblast", "ska"])
    return misspell(named, rng) if rng.random() < 0.5 else named
