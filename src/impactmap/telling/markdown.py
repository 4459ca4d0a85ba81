"""Texts of other people in Markdown: shown as they are, never as markup."""

from __future__ import annotations

import re

from impactmap.model.text import isolate

__all__ = ["markdown_list", "plain_markdown"]

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


def markdown_list(text: str) -> str:
    r"""Return a text for a list's item: its lines that begin with a dash are a list below it.

    Parameters
    ----------
    text
        As `correction_note` writes it, or an author's.

    Examples
    --------
    >>> print("- " + markdown_list("1 report was withdrawn:\n- Sumy (*)"))
    - 1 report was withdrawn:
      - Sumy (\*)
    """
    lines: list[str] = []
    for line in text.split("\n"):
        if line.startswith("- ") or not lines or lines[-1].startswith("- "):
            lines.append(line)
        else:
            lines[-1] += f" {line}"
    told = [(line.removeprefix("- "), line.startswith("- ")) for line in lines]
    shown = [("\n  - " if nested else "\n- ") + plain_markdown(line, longest=None) for line, nested in told]
    return "".join(shown).removeprefix("\n- ")
