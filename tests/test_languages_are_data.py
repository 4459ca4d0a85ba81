"""A language is data: two catalogs and a file of names, and a map speaks it. No code names it."""

from __future__ import annotations

import re
import shutil
from importlib import resources
from pathlib import Path

import pandas as pd
import pytest
from babel.messages.pofile import read_po

import impactmap
from impactmap.model import languages, words
from impactmap.model.languages import language_codes, page_language, read_catalog
from impactmap.reference import names as reference_names
from impactmap.workspace.build import build

PACKAGE = Path(impactmap.__file__).parent
#: Esperanto stands in for a language that nobody has added yet: Babel knows it, the package does not.
MADE = "eo"


@pytest.fixture
def made_up(tmp_path, monkeypatch):
    """Add a language by writing its files beside the others, in copies of their folders."""
    monkeypatch.setattr(languages, "_folder", lambda package: tmp_path / package / "locale")
    for package, domain in (("model", "impactmap"), ("telling", "method")):
        folder = tmp_path / f"impactmap.{package}" / "locale"
        shutil.copytree(PACKAGE / package / "locale", folder)
        text = (folder / f"{domain}.pot").read_text(encoding="utf-8").replace("Language: en_GB", f"Language: {MADE}")
        (folder / MADE / "LC_MESSAGES").mkdir(parents=True)
        with (folder / f"{domain}.pot").open("rb") as file:
            catalog = read_po(file)
        (folder / MADE / "LC_MESSAGES" / f"{domain}.po").write_text(_said_by_x(text, catalog), encoding="utf-8")
    named = {"geonames:2055111": "Erdeneto"}
    caches = (language_codes, page_language, read_catalog, words.catalog_messages, words._categories)
    clear = [each.cache_clear for each in caches]
    for each in clear:
        each()
    known = reference_names.names_in
    for module in ("impactmap.places.gazetteer.display_names", "impactmap.places.gazetteer.areas"):
        monkeypatch.setattr(f"{module}.names_in", lambda code: named if code == MADE else known(code))
    yield
    for each in clear:
        each()


def _said_by_x(text, catalog):
    """Translate a template: every message is its English one with an x before it."""
    for message in catalog:
        if not message.id:
            continue
        forms = message.id if isinstance(message.id, tuple | list) else (message.id,)
        key = re.escape(f'msgctxt "{message.context}"')
        block = re.search(rf"{key}\n(?:(?!\n\n).)*", text + "\n\n", re.DOTALL)[0]
        said = block
        for number, form in enumerate(forms):
            quoted = "x" + form.replace("\\", "\\\\").replace('"', '\\"')
            sign = f"msgstr[{number}]" if len(forms) > 1 else "msgstr"
            said = said.replace(f'{sign} ""', f'{sign} "{quoted}"')
        text = text.replace(block, said)
    return text


def test_a_map_in_a_made_up_language(made_up, tmp_path):
    assert MADE in language_codes()
    sheet = pd.DataFrame({"date": ["2025-03-01", "2025-03-02"], "place": ["Erdenet", "Darkhan"]})
    report = build(sheet, tmp_path / "map", language=MADE, title="Mapo")
    page = (tmp_path / "map" / "map.html").read_text(encoding="utf-8")
    assert '<html lang="eo" dir="ltr">' in page
    assert "x2 reports" in page
    assert "Marto" in page  # Babel's own
    assert report.events == 2


def test_a_name_of_its_data_is_shown(made_up):
    from impactmap.places.gazetteer.display_names import display_name

    assert display_name(["Erdenet"], language=MADE, country="MN", place_id="2055111") == "Erdeneto"
    assert display_name(["Darkhan"], language=MADE, country="MN", place_id="2055112") == "Darkhan"


def test_no_code_lists_the_languages_of_pages():
    """Code that names a page's language would have to be changed for the next one."""
    further = set(language_codes()) - {"en", "uk", "ru"}
    listed = re.compile(rf"""["'](?:{"|".join(further)})["']""")
    found = [
        f"{file.relative_to(PACKAGE)}:{number}"
        for suffix in ("py", "js")
        for file in PACKAGE.rglob(f"*.{suffix}")
        if "articles" not in file.parts  # reads texts; what pages speak is another matter
        for number, line in enumerate(file.read_text(encoding="utf-8").splitlines(), 1)
        if listed.search(line) and ">>>" not in line  # an example
    ]
    assert found == []


@pytest.mark.parametrize("code", language_codes()[1:])
def test_every_region_has_a_name_in_every_language(code):
    from impactmap.reference import load_layer
    from impactmap.reference.names import region_names

    layer = load_layer("regions", shapes=False)
    names = region_names(layer, code)
    own = names.notna() & (names != layer["name_en"])
    assert names.notna().all()
    # A name that is the same in two languages says nothing; in letters of its own a language has nearly all of them.
    assert own.mean() > (0.2 if page_language(code).is_latin else 0.95), code


def test_every_language_has_its_files():
    folder = resources.files("impactmap.reference") / "names"
    files = {file.name.removesuffix(".csv") for file in folder.iterdir() if file.name.endswith(".csv")}
    assert files == set(language_codes()) - {"en", "uk", "ru"}
    assert {code for code in language_codes() if page_language(code).direction == "rtl"} == {"ar"}
