"""What a map shows where no widget runs: a sentence, a picture, and a picture with a table."""

from __future__ import annotations

import base64
import io
from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET

from PIL import Image

from impactmap.maps.page.report_table import add, report_table
from impactmap.maps.picture.plot import still_picture
from impactmap.model.project import Project
from impactmap.telling.reports import Reports
from impactmap.telling.summary import Summary, alt_text

if TYPE_CHECKING:
    from impactmap.context.borders import Border

__all__ = ["still_bundle"]

#: Rows that the table shows.
TABLE_ROWS = 10


def still_bundle(
    reports: Reports, summary: Summary, *, project: Project, border: Border | None, name: str = ""
) -> dict[str, str]:
    """Return what stands for a map, by media type.

    Parameters
    ----------
    reports
        What picture and table show.
    summary
        The sentence.
    project, border
        As for `plot_map`.
    name
        Of the HTML's class, by which a map that runs takes its picture off the page.

    Returns
    -------
    dict
        ``text/plain``, ``image/png`` (base64) and ``text/html``, in which data text is element text only.
    """
    picture = still_picture(reports, project=project, border=border)
    png, webp = io.BytesIO(), io.BytesIO()
    # Few colours are on a map: of 32 the picture takes a third of what it would.
    picture.quantize(32, dither=Image.Dither.NONE).save(png, "PNG", optimize=True)
    picture.save(webp, "WEBP", quality=45, method=6)
    words = reports.events.say
    root = ET.Element("div", {"lang": words.language, "dir": words.direction} | ({"class": name} if name else {}))
    add(root, "p", summary.sentence)
    add(root, "p", words.text("part.cell.stands"))
    source = f"data:image/webp;base64,{base64.b64encode(webp.getvalue()).decode('ascii')}"
    size = {"width": str(picture.width), "height": str(picture.height)}
    add(root, "img", src=source, alt=alt_text(summary), **size)
    root.append(report_table(reports, words, first=TABLE_ROWS))
    count = len(reports.row_event)
    if count > TABLE_ROWS:
        add(root, "p", words.text("part.cell.rows", shown=words.number(TABLE_ROWS), n=words.number(count)))
    return {
        "text/plain": summary.sentence,
        "image/png": base64.b64encode(png.getvalue()).decode("ascii"),
        "text/html": ET.tostring(root, encoding="unicode", method="html"),
    }
