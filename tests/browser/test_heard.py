"""What is heard and what is enlarged: the accessibility tree says the table's facts in order, drawn text grows."""

from __future__ import annotations

import pytest

pytestmark = pytest.mark.browser

#: Keeps every text that is drawn, with its size, the newest drawing alone.
WATCH = """
  window.drawn = new Map();
  const fill = CanvasRenderingContext2D.prototype.fillText;
  CanvasRenderingContext2D.prototype.fillText = function (text, ...where) {
    window.drawn.set(text, parseFloat(this.font.match(/([\\d.]+)px/)[1]));
    return fill.call(this, text, ...where);
  };
"""


def heard(page, role):
    """Return the words of every node of a role in the order of the accessibility tree, each with those under it."""
    nodes = page.context.new_cdp_session(page).send("Accessibility.getFullAXTree")["nodes"]
    by_id = {node["nodeId"]: node for node in nodes}

    def words(node):
        if node.get("role", {}).get("value") == "StaticText":
            return [node["name"]["value"]]
        return [word for child in node.get("childIds", ()) if child in by_id for word in words(by_id[child])]

    def walk(node):
        if node.get("role", {}).get("value") == role:
            yield " ".join(" ".join(words(node)).split())
        for child in node.get("childIds", ()):
            if child in by_id:
                yield from walk(by_id[child])

    return list(walk(nodes[0]))


@pytest.mark.parametrize("width", [390, 1280])
def test_what_is_heard_of_the_table_are_its_facts_in_their_order(open_page, first_page, located, claims, width):
    page = open_page(first_page, viewport={"width": width, "height": 900}).page
    rows = [row for row in heard(page, "row") if "Details" in row or any(place in row for place in located["place"])]
    assert len(rows) == len(located)
    shown = page.eval_on_selector_all(
        "#im-rows tbody tr[data-row]", "rows => rows.map((row) => Number(row.dataset.row))"
    )
    assert sorted(shown) == list(range(len(located)))
    for row, number in zip(rows, shown, strict=True):
        event = located.iloc[number]
        at = -1
        # The order in which the columns stand: the day, who attacked, where, what.
        for fact in (event["place"].split(",")[0], event["summary"]):
            found = row.find(str(fact)[:25], at + 1)
            assert found > at, (fact, row)
            at = found
        said = claims[(claims["event_id"] == event["event_id"]) & claims["claimant"].notna()]
        for claimant in said["claimant"]:
            assert claimant in row, (claimant, row)


def test_what_is_drawn_follows_the_size_of_text_that_the_reader_wants(open_page, first_page):
    def sizes(scale):
        tab = open_page(first_page, viewport={"width": 1280, "height": 900})
        tab.page.evaluate(f"() => {{ {WATCH} }}")
        tab.page.evaluate("(size) => (document.documentElement.style.fontSize = size)", f"{16 * scale}px")
        tab.page.evaluate("drawn.clear()")
        for query in ("dark", "light"):  # everything is drawn anew
            tab.page.emulate_media(color_scheme=query)
            tab.rest()
        return dict(tab.page.evaluate("[...drawn]"))

    usual, large = sizes(1), sizes(1.5)
    both = usual.keys() & large.keys()
    assert len(both) >= 3
    assert {large[text] / usual[text] for text in both if not text.isdigit()} == {1.5}
