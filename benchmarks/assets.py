"""What the peers' pages load from content networks, served from packages on disk; no public server is asked.

``npm install`` in this folder's ``package.json`` brings the packages (see the ``benchmarks`` target of the Makefile).
Where the very file is not in a package, the nearest one is served and reported as a substitute; what has none is
refused and reported as missing.
"""

from __future__ import annotations

import json
import mimetypes
import os
import re
import struct
import zlib
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

MODULES = Path(os.environ.get("BENCHMARK_ASSETS", Path(__file__).parent.parent / ".venv-bench/assets/node_modules"))

#: Addresses unlike /npm/PACKAGE@VERSION/PATH: (pattern, file under node_modules, how it differs).
FILES = [
    (
        r"code\.jquery\.com/jquery-3\.7\.1\.min\.js|cloudflare.*/jquery/3\.7\.1/jquery\.min\.js",
        "jquery/dist/jquery.min.js",
        "",
    ),
    (
        r"/Leaflet\.awesome-markers/2\.0\.2/(leaflet\.awesome-markers\.(?:js|css))",
        r"leaflet.awesome-markers/dist/\1",
        "2.0.5 for 2.0.2",
    ),
    (
        r"/leaflet\.markercluster/1\.1\.0/leaflet\.markercluster\.js",
        "leaflet.markercluster/dist/leaflet.markercluster-src.js",
        "not minified",
    ),
    (r"/leaflet\.markercluster/1\.1\.0/(MarkerCluster(?:\.Default)?\.css)", r"leaflet.markercluster/dist/\1", ""),
    (r"/highlight\.js/8\.4/styles/default\.min\.css", "highlight.js/styles/default.css", "not minified"),
    (r"/jqueryui/1\.10\.2/jquery-ui\.min\.js", "jquery-ui-dist/jquery-ui.min.js", "1.13.3 for 1.10.2"),
    (r"code\.jquery\.com/ui/1\.12\.1/jquery-ui\.js", "jquery-ui-dist/jquery-ui.js", "1.13.3 for 1.12.1"),
    (r"/moment\.js/2\.18\.1/moment\.min\.js", "moment/min/moment.min.js", ""),
    (r"/require\.js/2\.3\.4/require\.min\.js", "requirejs/require.js", "not minified"),
    (r"/iso8601-js-period@0\.2\.1/iso8601\.min\.js", "iso8601-js-period/iso8601.js", "not minified"),
]
EMPTY_STYLE = re.compile(r"bootstrap-glyphicons\.css|leaflet\.awesome\.rotate\.min\.css")
TILE = re.compile(r"tile\.openstreetmap\.org/|/\d+/\d+/\d+(@2x)?\.png")
GL_STYLE = re.compile(r"basemaps\.cartocdn\.com/gl/[^/]+/style\.json")
NPM = re.compile(r"cdn\.jsdelivr\.net/npm/((?:@[^/@]+/)?[^/@]+)@([^/]+)/(.+)")


@dataclass
class Assets:
    """Answers requests from disk and remembers what it served."""

    served: set[str] = field(default_factory=set)
    substitutes: dict[str, str] = field(default_factory=dict)
    missing: set[str] = field(default_factory=set)

    def find(self, url: str) -> tuple[bytes, str] | None:
        """Return (body, content type), or None for what is not to be had."""
        path = url.split("?", maxsplit=1)[0].split("#", maxsplit=1)[0]
        if TILE.search(path):
            return self._substitute("map tiles", "one plain tile for every address", _plain_tile(), "image/png")
        if GL_STYLE.search(path):
            style = {
                "version": 8,
                "sources": {},
                "layers": [{"id": "ground", "type": "background", "paint": {"background-color": "#e8e8e4"}}],
            }
            return self._substitute("basemap style", "a plain ground", json.dumps(style).encode(), "application/json")
        if EMPTY_STYLE.search(path):
            return self._substitute(path, "an empty style sheet", b"", "text/css")
        for pattern, target, difference in FILES:
            if match := re.search(pattern, path):
                return self._file(path, MODULES / match.expand(target), difference)
        if match := NPM.search(path):
            package, version, inner = match.groups()
            manifest = MODULES / package / "package.json"
            if manifest.exists():
                installed = json.loads(manifest.read_text(encoding="utf-8"))["version"]
                same = installed == version or not re.fullmatch(
                    r"[\d.]+", version
                )  # a range is resolved by whoever serves it
                for name in (inner, f"{inner}.js"):
                    if (MODULES / package / name).is_file():
                        return self._file(path, MODULES / package / name, "" if same else f"{installed} for {version}")
        self.missing.add(path)
        return None

    def _file(self, url: str, path: Path, difference: str) -> tuple[bytes, str] | None:
        if not path.is_file():
            self.missing.add(url)
            return None
        self.served.add(url)
        if difference:
            self.substitutes[url.rsplit("/", 1)[1]] = difference
        return path.read_bytes(), mimetypes.guess_type(path.name)[0] or "application/octet-stream"

    def _substitute(self, name: str, what: str, body: bytes, kind: str) -> tuple[bytes, str]:
        self.served.add(name)
        self.substitutes[name.rsplit("/", 1)[-1]] = what
        return body, kind


@cache
def _plain_tile() -> bytes:
    def chunk(kind: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

    header = struct.pack(">IIBBBBB", 256, 256, 8, 0, 0, 0, 0)
    pixels = zlib.compress(b"".join(b"\x00" + b"\xe8" * 256 for _ in range(256)))
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", pixels) + chunk(b"IEND", b"")
