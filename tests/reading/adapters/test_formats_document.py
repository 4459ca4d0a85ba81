"""docs/formats.md says what the adapters say; running this file writes its tables anew."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from impactmap.reading.adapters import BUILT_IN, Adapter, registry
from impactmap.reading.explain import explain_mapping
from impactmap.reading.read import read_events

DOCUMENT = Path(__file__).parents[3] / "docs/formats.md"
BLOCK = re.compile(r"<!-- mapping: (?P<name>[\w-]+) -->\n(?P<text>.*?)<!-- end -->", re.DOTALL)


def cell(text):
    return str(text).replace("|", "\\|")


def table_of(told):
    """Return an adapter's mapping as Markdown."""
    lines = [f"### `{told['name']}`: {told['title']}", "", told["about"], ""]
    headers = [f"`{cell(name)}`" if "#tags" not in name else cell(name) for name in told["recognised_by"]]
    lines += [f"Recognised by {', '.join(headers)}.", "", "| ours | theirs | how |", "|---|---|---|"]
    for each in told["columns"]:
        words = [f"{word} = {meaning or 'missing'}" for word, meaning in each.get("words", {}).items()]
        if "other_words" in each:
            words.append(f"other words = {each['other_words']}")
        how = " ".join(filter(None, [each.get("how", ""), "; ".join(words) + "." if words else ""]))
        theirs = ", ".join(f"`{cell(name)}`" for name in each["from"])
        lines.append(f"| `{each['column']}` | {theirs} | {cell(how)} |")
    for each in told["claims"]:
        parts = ", ".join(f"`{cell(each[part])}` ({part})" for part in ("best", "low", "high") if part in each)
        zero = "; 0 makes no claim" if "zero" in each else ""
        who = told["claimant"] + (f", citing `{told['cited']}`" if told["cited"] else "")
        lines.append(f"| claim `{each['metric']}` | {parts} | stated by {cell(who)}{zero} |")
    lines += ["", *(f"- {remark}" for remark in told["remarks"])]
    if told["terms"]:
        lines.append(f"- {told['terms']}")
    return "\n".join(lines).rstrip() + "\n"


def test_every_format_is_documented_as_it_is():
    blocks = {found["name"]: found["text"] for found in BLOCK.finditer(DOCUMENT.read_text(encoding="utf-8"))}
    assert list(blocks) == [adapter.name for adapter in BUILT_IN]
    for name, text in blocks.items():
        assert text.strip() == table_of(explain_mapping(format=name)).strip(), (
            f"run python {Path(__file__).relative_to(DOCUMENT.parents[1])}"
        )


@pytest.fixture
def example():
    (code,) = [
        block
        for block in re.findall(r"```python\n(.*?)```", DOCUMENT.read_text(encoding="utf-8"), re.DOTALL)
        if "Layout(" in block
    ]
    names = {}
    exec(compile(code, "formats.md", "exec"), names)
    return names["ADAPTER"]


def test_the_example_of_an_adapter_of_ones_own_works_once_registered(example, tmp_path, monkeypatch):
    assert isinstance(example, Adapter)

    class Entry:
        name = "city-desk"
        value = "your_package.adapter:ADAPTER"

        def load(self):
            return example

    def registered(*, group):
        assert group == "impactmap.adapters"
        return [Entry()]

    monkeypatch.setattr(registry.metadata, "entry_points", registered)
    path = tmp_path / "log.csv"
    path.write_text("Ref,When it was,Where it was,Sure?,Hurt,By\n7,2025-11-09,Sumy,no,3,x\n", encoding="utf-8")
    reading = read_events(path)
    assert reading.events[["event_id", "place", "place_precision", "source_By"]].to_numpy().tolist() == [
        ["7", "Sumy", "region", "x"]
    ]
    assert reading.claims[["metric", "value", "claimant"]].to_numpy().tolist() == [["injured", 3.0, "City desk"]]
    assert explain_mapping(path)["name"] == "city-desk"
    assert explain_mapping(format="city-desk")["title"] == "The city desk's log"


def main():
    """Write the tables anew."""
    text = DOCUMENT.read_text(encoding="utf-8")

    def fresh(found):
        return f"<!-- mapping: {found['name']} -->\n{table_of(explain_mapping(format=found['name']))}<!-- end -->"

    DOCUMENT.write_text(BLOCK.sub(fresh, text), encoding="utf-8")


if __name__ == "__main__":
    main()
