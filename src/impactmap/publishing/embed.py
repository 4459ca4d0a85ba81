"""The code that puts the map into another page."""

from __future__ import annotations

import json
from xml.etree import ElementTree as ET

from impactmap.model.project import Project
from impactmap.scene.presets import PRESETS
from impactmap.telling.notes.note_words import RecordWords
from impactmap.telling.summary import Summary, alt_text

__all__ = ["SANDBOX", "embed_page", "embed_snippet", "oembed_text", "picture_snippet"]

PAGE = "map.html"
PICTURE = "map.png"
#: What a frame may do: run its own scripts, save the map's files, open links in tabs of their own, which are then free.
#: Nothing else: it has no origin, so that it can neither read nor change the page around it.
SANDBOX = "allow-scripts allow-downloads allow-popups allow-popups-to-escape-sandbox"
#: Before the frame has told its height, and where the newsroom's page lets no script run: what the folded page needs in
#: a column of 680 px, and more the narrower the screen is.
HEIGHT = 780
#: Width of a column of text, to which that height belongs.
OEMBED_WIDTH = 680
_NO_TAGS = str.maketrans("<>", "\u2039\u203a")
_HEIGHT = f"height:{HEIGHT}px;height:clamp({HEIGHT}px,calc(1200px - 60vw),980px)"

# The frame has no origin of its own (no allow-same-origin), so the listener knows it by its window alone.
_SCRIPT = """
addEventListener("message", function (event) {
  var data = event.data;
  if (!data || data.type !== "impactmap:height" || !Number.isFinite(data.height)) return;
  document.querySelectorAll("iframe[data-impactmap]").forEach(function (frame) {
    if (frame.contentWindow !== event.source) return;
    frame.style.height = Math.min(Math.max(Math.ceil(data.height), 200), 20000) + "px";
  });
});
"""
_STYLE = (
    "body{font:16px/1.5 system-ui,sans-serif;margin:2rem auto;max-width:60rem;padding:0 1rem;"
    "color:#222;background:#fff}"
    "textarea{box-sizing:border-box;width:100%;height:15rem;font:13px/1.4 ui-monospace,monospace}"
    "h1{font-size:1.3rem}h2{font-size:1.1rem}"
)


def embed_snippet(project: Project, summary: Summary, *, scripted: bool = True) -> str:
    """Return the code to paste into another page.

    Parameters
    ----------
    project
        Its ``base_url``, where there is one, goes before the page's name.
    summary
        Gives the frame's title.
    scripted
        With the script that makes the frame as high as its page; else the frame keeps one height.

    Returns
    -------
    str
        An ``iframe`` that may do what `SANDBOX` says, a link for readers without frames and, where `scripted`, a
        listener that sets the frame's height to what that frame says of itself. Texts are escaped by the serialiser.
    """
    figure = ET.Element("figure", {"style": "margin:0"})
    frame = ET.SubElement(
        figure,
        "iframe",
        {
            "data-impactmap": "",
            "src": project.publish.address(project.file(PAGE)),
            "title": summary.title,
            "sandbox": SANDBOX,
            "referrerpolicy": "no-referrer",
            "loading": "lazy",
            "height": str(HEIGHT),
            "style": f"border:0;width:100%;{_HEIGHT}",
        },
    )
    frame.text = ""
    # An editing system may read this as elements and write it anew, with signs in attributes as they are; readers'
    # browsers take it for raw text, and what ends a noscript in it would end this one.
    without = ET.SubElement(figure, "noscript")
    _add_picture(without, project, summary)
    for picture in without.iter("img"):
        picture.set("alt", picture.get("alt", "").translate(_NO_TAGS))
    _add_caption(figure, project, summary)
    script = ET.Element("script")
    script.text = _SCRIPT
    return _html(figure) + ("\n" + _html(script) if scripted else "")


def oembed_text(project: Project, summary: Summary) -> str:
    """Return the map's oEmbed answer as JSON: editing systems that know its address then offer the frame themselves.

    Parameters
    ----------
    project
        With a ``base_url``: oEmbed needs whole addresses.
    summary
        Gives the title.

    References
    ----------
    oEmbed 1.0, https://oembed.com
    """
    preset = PRESETS["social"]
    told = {
        "version": "1.0",
        "type": "rich",
        "title": summary.title,
        "provider_name": project.map.credit or summary.title,
        "provider_url": project.publish.address(""),
        "html": embed_snippet(project, summary, scripted=False),
        "width": OEMBED_WIDTH,
        "height": HEIGHT,
        "thumbnail_url": project.publish.address(project.file("social.png")),
        "thumbnail_width": preset.width,
        "thumbnail_height": preset.height,
    }
    return json.dumps(told, ensure_ascii=False, indent=1) + "\n"


def picture_snippet(project: Project, summary: Summary) -> str:
    """Return the code of a picture that leads to the map, for pages that take no frames."""
    figure = ET.Element("figure", {"style": "margin:0"})
    _add_picture(figure, project, summary)
    _add_caption(figure, project, summary)
    return _html(figure)


def _add_picture(parent: ET.Element, project: Project, summary: Summary) -> None:
    link = ET.SubElement(parent, "a", {"href": project.publish.address(project.file(PAGE))})
    picture = {
        "src": project.publish.address(project.file(PICTURE)),
        "alt": alt_text(summary),
        "style": "max-width:100%;height:auto",
    }
    ET.SubElement(link, "img", picture)


def _add_caption(figure: ET.Element, project: Project, summary: Summary) -> None:
    words = RecordWords(project.map.language)
    address = project.publish.address(project.file(PAGE))
    caption = ET.SubElement(figure, "figcaption")
    link = ET.SubElement(caption, "a", {"href": address, "target": "_blank", "rel": "noopener"})
    link.text = words.text("record.embed.open", title=summary.title)


def embed_page(project: Project, summary: Summary) -> str:
    """Return a page that shows the first snippet at work, and every snippet and the alternative text to copy.

    Parameters
    ----------
    project, summary
        As in `embed_snippet`.

    Returns
    -------
    str
        One HTML document that asks for nothing but the map beside it.
    """
    words = RecordWords(project.map.language)
    snippet = embed_snippet(project, summary)
    html = ET.Element("html", {"lang": words.language})
    head = ET.SubElement(html, "head")
    ET.SubElement(head, "meta", {"charset": "utf-8"})
    ET.SubElement(head, "meta", {"name": "viewport", "content": "width=device-width, initial-scale=1"})
    ET.SubElement(head, "title").text = words.text("record.embed.title")
    ET.SubElement(head, "style").text = _STYLE
    main = ET.SubElement(ET.SubElement(html, "body"), "main")
    ET.SubElement(main, "h1").text = words.text("record.embed.title")
    for key in ("where", "advice", "sandbox"):
        ET.SubElement(main, "p").text = words.text(f"record.embed.{key}")
    for name, key, text in (
        ("im-snippet", "scripted", snippet),
        ("im-snippet-fixed", "fixed", embed_snippet(project, summary, scripted=False)),
        ("im-snippet-picture", "picture", picture_snippet(project, summary)),
        ("im-alt", "alt", alt_text(summary)),
    ):
        label = ET.SubElement(ET.SubElement(main, "h2"), "label", {"for": name})
        label.text = words.text(f"record.embed.{key}")
        ET.SubElement(main, "textarea", {"id": name, "readonly": "readonly", "spellcheck": "false"}).text = text
    ET.SubElement(main, "h2").text = summary.title
    before, after = _html(html).split("</main>")
    return f"<!DOCTYPE html>\n{before}\n{snippet}\n</main>{after}\n"


def _html(element: ET.Element) -> str:
    return ET.tostring(element, encoding="unicode", method="html")
