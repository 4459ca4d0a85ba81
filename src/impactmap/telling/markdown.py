"""Texts of other people in Markdown: shown as they are, never as markup."""

from __future__ import annotations

import re

from impactmap.model.text import isolate

__all__ = ["plain_markdown"]

_LONGEST = 300
_MARKS = re.compile(r"([\\`*_{}\[\]#|~!$])")  # brackets without their square ones link nothing


def plain_markdown(text: object, *, longest: int | None = _LONGEST) -> str:
    r"""Return a text that Markdown shows as it is: one line, no markup, no HTML, no template syntax.

    Parameters
    ----------
    text
        Of a cell, or a sentence.
    longest
        Characters beyond which it is cut; None for what is told whole.

    Examples
    --------
    >>> plain_markdown("<b>{{ x }}</b> [a](b)")
    '&lt;b&gt;\\{\\{ x \\}\\}&lt;/b&gt; \\[a\\](b)'
    >>> plain_markdown("20% of AT&T"), plain_markdown("{% raw %}")
    ('20% of AT&T', '\\{&#37; raw &#37;\\}')
    """
    line = " ".join("".join(ch if ch.isprintable() or ch.isspace() else "" for ch in str(text)).split())
    if longest is not None and len(line) > longest:
        line = line[: longest - 1] + "…"
    # Signs stay themselves but where they would begin something: a character reference, a tag, a template's block.
    line = re.sub(r"&(?=#?\w+;)", "&amp;", line)
    line = re.sub(r"(?<=[{<])%|%(?=[}>])", "&#37;", line)
    line = line.replace("<", "&lt;").replace(">", "&gt;")
    line = _MARKS.sub(r"\\\1", line).replace("&\\#37;", "&#37;")
    line = re.sub(r"^([-+=])", r"\\\1", line)  # what would begin a list or underline a heading
    return isolate(re.sub(r"^(\d+)([.)])", r"\1\\\2", line))
