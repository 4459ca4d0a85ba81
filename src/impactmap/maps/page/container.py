"""The one binary format of a page's data: a JSON header and typed columns, compressed together."""

from __future__ import annotations

import base64
import json
import struct
import zlib
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from impactmap.model.arrow import codes_of

__all__ = ["MISSING", "Container", "pack_json", "unpacking_document"]

#: Stands for a missing whole number or decimal figure.
MISSING = -(2**31)

#: Texts are coded where the first so many of them repeat themselves.
SAMPLE = 4096
#: Deflate's level, and the one for blocks up to so many bytes: of a large block the last tenth of size would cost half
#: as much cpu again, of a small one it costs nothing that anybody notices.
LEVEL, LEVEL_SMALL, SMALL = 2, 9, 2**20

_UNSIGNED = (("u8", 2**8), ("u16", 2**16), ("u32", 2**32))
_NUMPY = {"u8": "u1", "u16": "<u2", "u32": "<u4", "i32": "<i4", "f32": "<f4"}


class Container:
    """Collects columns and writes them as one compressed block.

    Notes
    -----
    The format is described in docs/architecture.md, "The page's data". The same columns give the same bytes.
    """

    def __init__(self) -> None:
        self.columns: dict[str, dict[str, Any]] = {}
        self._buffers: list[bytes] = []
        self._offset = 0
        self._known: dict[bytes, int] = {}

    def add_numbers(self, name: str, values: npt.NDArray[Any]) -> None:
        """Add whole numbers, or 32-bit floats; of what rises, the differences are kept."""
        values = np.ascontiguousarray(values)
        entry: dict[str, Any] = {"length": len(values)}
        if len(values) and (values.view("u1").reshape(len(values), -1) == values[:1].view("u1")).all():
            value = values[0].item()
            self.columns[name] = entry | {"dtype": _kind(values), "fill": None if value != value else value}  # noqa: PLR0124 -- NaN differs from itself
            return
        if values.dtype.kind in "iu" and values.dtype.itemsize > 1 and len(values):
            steps = np.diff(values.astype(np.int64))
            if (steps >= 0).all():
                entry["delta"] = True
                values = np.concatenate([values[:1].astype(np.int64), steps])
        self.columns[name] = entry | self._put_numbers(values)

    def add_figures(self, name: str, values: npt.NDArray[np.float64], decimals: int) -> None:
        """Add figures as whole numbers of their last decimal; missing as `MISSING`, those too large as floats."""
        scaled = np.round(values * 10**decimals)
        if (np.abs(scaled[np.isfinite(scaled)]) >= 2**31).any():
            self.columns[name] = {"length": len(values), "dtype": "f64", "offset": self._put(_planes(values, 8))}
            return
        whole = np.where(np.isnan(scaled), MISSING, scaled).astype(np.int32)
        self.add_numbers(name, whole)
        self.columns[name]["decimals"] = decimals

    def add_texts(self, name: str, texts: pa.Array) -> None:
        """Add texts, each different one once where they repeat; a missing one is the empty text."""
        sample = texts.slice(0, SAMPLE)
        if texts.null_count < len(texts) and pc.count_distinct(sample).as_py() < 0.7 * len(sample):
            codes, values = codes_of(texts)
            self.add_coded(name, codes, pa.array(values, pa.large_string()))
        else:
            self._put_texts(name, texts)

    def add_coded(self, name: str, codes: npt.NDArray[np.signedinteger[Any]], values: pa.Array) -> None:
        """Add texts by their number among the different ones, one of which may be missing; -1 is missing, too."""
        count = len(values) - values.null_count
        if not count or count >= 0.7 * len(codes):
            absent = pa.array([None], pa.large_string())
            self._put_texts(name, pa.concat_arrays([values, absent]).take(pa.array(codes % (len(values) + 1))))
            return
        numbers = np.zeros(len(values) + 1, dtype=np.int64)
        numbers[:-1][values.is_valid().to_numpy(zero_copy_only=False)] = np.arange(1, count + 1)
        data = _joined(values.drop_null())
        entry = {"length": len(codes), "dtype": "coded", "values": count, "bytes": len(data), "offset": self._put(data)}
        self.columns[name] = entry | {"codes": self._codes(numbers[codes])}

    def _put_texts(self, name: str, texts: pa.Array) -> None:
        entry: dict[str, Any] = {"length": len(texts), "dtype": "text"}
        if texts.null_count == len(texts):
            self.columns[name] = entry | {"fill": ""}
            return
        data = _joined(texts.fill_null(""))
        self.columns[name] = entry | {"bytes": len(data), "offset": self._put(data)}

    def _codes(self, codes: npt.NDArray[Any]) -> dict[str, Any]:
        if (codes == codes[0]).all():
            return {"dtype": "u8", "fill": int(codes[0])}
        return self._put_numbers(codes)

    def _put_numbers(self, values: npt.NDArray[Any]) -> dict[str, Any]:
        if values.dtype.kind in "iu" and len(values) and values.min() >= 0:
            dtype = next(name for name, end in _UNSIGNED if values.max() < end)
        else:
            dtype = _kind(values)
        values = np.ascontiguousarray(values, dtype=_NUMPY[dtype])
        return {"dtype": dtype, "offset": self._put(_planes(values, values.itemsize))}

    def _put(self, data: bytes) -> int:
        """Keep a buffer and return where it begins; one that is there already is not kept twice."""
        if data in self._known:
            return self._known[data]
        self._known[data] = offset = self._offset
        padding = -len(data) % 8
        self._buffers += [data, bytes(padding)]
        self._offset += len(data) + padding
        return offset

    def pack(self, header: dict[str, Any]) -> bytes:
        """Return header and columns as zlib-compressed bytes."""
        encoded = pack_json(header | {"columns": self.columns})
        start = struct.pack("<I", len(encoded)) + encoded
        packer = zlib.compressobj(LEVEL_SMALL if self._offset <= SMALL else LEVEL)
        parts = [packer.compress(start + bytes(-len(start) % 8)), *map(packer.compress, self._buffers), packer.flush()]
        return b"".join(parts)


def pack_json(value: Any) -> bytes:
    """Return JSON without spaces."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"), allow_nan=False).encode()


def _joined(texts: pa.Array) -> bytes:
    """Return the texts as UTF-8, parted by U+0000."""
    together = pa.LargeListArray.from_arrays(pa.array([0, len(texts)], pa.int64()), texts)
    joined: bytes = pc.binary_join(together, pa.scalar("\0", pa.large_string()))[0].as_buffer().to_pybytes()
    return joined


def _kind(values: npt.NDArray[Any]) -> str:
    if values.dtype.kind == "f":
        return "f32"
    if values.dtype.kind == "u" or not len(values) or values.min() >= 0:
        return "u8" if values.dtype.itemsize == 1 else "u32"
    return "i32"


def _planes(values: npt.NDArray[Any], size: int) -> bytes:
    """Return all first bytes, then all second bytes...: alike stands by alike, which compresses better."""
    return values.tobytes() if size == 1 else values.view("u1").reshape(-1, size).T.tobytes()


_UNPACKING = """<!DOCTYPE html><meta charset="utf-8"><script>(async () => {
const bytes = Uint8Array.from(atob("%s"), (sign) => sign.charCodeAt(0));
const page = await new Response(new Blob([bytes]).stream().pipeThrough(new DecompressionStream("deflate"))).text();
document.open();
document.write(page);
document.close();
})();</script>"""


def unpacking_document(page: str) -> str:
    """Return a document that a browser turns into the page: a half of its size, for where it is kept in a notebook."""
    packed = base64.b64encode(zlib.compress(page.encode("utf-8"), 9)).decode("ascii")
    return _UNPACKING % packed
