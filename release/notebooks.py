"""Run the notebooks and store what a reader sees who does not run them: ``python release/notebooks.py [NAME...]``.

Each runs in a copy of the project's seeds. Stored are texts, tables and one picture in few
colours, that of the cell with the tag ``picture``, else the last; of
an interactive map its text, since the map itself would be stored with its whole viewer. No times, no addresses in
memory, no numbers of runs: the same notebook gives the same file, but for the picture's bytes.
"""

from __future__ import annotations

import argparse
import base64
import io
import re
import shutil
import tempfile
from pathlib import Path
from typing import Any

import nbformat
from nbclient import NotebookClient
from PIL import Image

ROOT = Path(__file__).parent.parent
FOLDER = ROOT / "notebooks"
#: Characters of a table that is stored as one.
MOST = 20_000


def run(path: Path, folder: Path) -> Any:
    """Run a notebook beside a copy of the seeds, in an empty folder; return it with its outputs."""
    shutil.copytree(ROOT / "seeds", folder / "seeds")
    (folder / "notebooks").mkdir()
    content = nbformat.read(path, as_version=4)
    NotebookClient(content, timeout=300, resources={"metadata": {"path": str(folder / "notebooks")}}).execute()
    return content


def keep(content: Any) -> Any:
    """Return the notebook as it is stored: see this module's docstring."""
    shown = [cell for cell in content.cells if "picture" in cell.metadata.get("tags", ())] or content.cells
    pictures = [output for cell in shown for output in cell.get("outputs", []) if "image/png" in _data(output)]
    content.nbformat, content.nbformat_minor = 4, 5
    for number, cell in enumerate(content.cells, 1):
        cell["id"] = f"cell-{number:02}"
        cell.metadata = {key: cell.metadata[key] for key in ("tags",) if key in cell.metadata}
        if cell.cell_type != "code":
            continue
        cell.execution_count = None
        cell.outputs = [_kept(output, picture=output is pictures[-1] if pictures else False) for output in cell.outputs]
    content.metadata = {
        "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
        "language_info": {"name": "python"},
    }
    return content


def texts(content: Any) -> list[str]:
    """Return every text of the outputs, in order: what running it again has to give."""
    outputs = [output for cell in content.cells for output in cell.get("outputs", [])]
    return [output.get("text") or _data(output).get("text/plain", "") for output in outputs]


def _data(output: Any) -> dict[str, Any]:
    return dict(output.get("data", {}))


def _kept(output: Any, *, picture: bool) -> Any:
    if output.output_type == "stream":
        return output
    data = _data(output)
    stored = {"text/plain": re.sub(r" at 0x[0-9a-f]+", "", data.get("text/plain", ""))}
    if picture:
        stored["image/png"] = _few_colours(data["image/png"])
    if "<table" in (table := data.get("text/html", "")) and "<iframe" not in table and len(table) < MOST:
        stored["text/html"] = table
    return nbformat.v4.new_output("display_data", data=stored, metadata={})


def _few_colours(picture: str) -> str:
    image = Image.open(io.BytesIO(base64.b64decode(picture))).convert("RGB")
    buffer = io.BytesIO()
    image.quantize(48, dither=Image.Dither.NONE).save(buffer, "PNG", optimize=True)
    return base64.b64encode(buffer.getvalue()).decode("ascii")


def main() -> None:
    """Run and store those named, or all."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("names", nargs="*", help="of notebooks, or how they begin: 03")
    names = parser.parse_args().names
    for path in sorted(FOLDER.glob("*.ipynb")):
        if names and not any(path.name.startswith(name) for name in names):
            continue
        with tempfile.TemporaryDirectory() as folder:
            content = keep(run(path, Path(folder)))
        nbformat.write(content, path)
        print(f"{path.name}: {path.stat().st_size / 1000:.0f} kB")


if __name__ == "__main__":
    main()
