"""What the program says, as codes with values: read back from its English, and worded in other languages."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from impactmap.model.faults import Fault
from impactmap.model.messages import (
    is_understood,
    message_languages,
    message_text,
    read_message,
    system_language,
    word_message,
)
from impactmap.model.messages.catalog import PLACEHOLDER, kind_of, read_texts

CODES = list(read_texts("en"))
#: What is the same in every language: commands, options, keys of files, forms of data, our own columns and values.
SAME = re.compile(
    r"https?://\S*|--[\w-]+|impactmap(?:\.\w+\(\w+\))?(?: \w+)*|\w*_\w+(?: = true)?|Europe/Kyiv|"
    r"[\w/]*\.(?:toml|zip|csv|json|md|xlsx?|ods)|\[\[?[\w.]+\]\]?|kind = \"text\"|"
    r"\b(?:WGS|UTC|UTF-8|Unix|GeoNames|JSON|WKT|GeoJSON|KML|KMZ|CSV|XLSX?|ODS|GPX|TOML|https?|User-Agent|Python)\b|"
    r"\b(?:TABLE|unknown|none|plus code|event_id|withdrawn|killed|about|text|lon|lat|geo|South|dd|mm|yyyy)\b|"
    r"\b(?:places|side|sides|country|column|columns|fields)\b"
)


def sample(name):
    return {
        "n": "1,234",
        "items": "'x' as y",
        "figure": "3",
        "metric": "killed",
        "month": "May",
        "year": "2025",
        "quoted": "'x'",
        "date": "2025-11-09",
        "said": "a sea",
        "country": "Ukraine",
    }.get(kind_of(name), "Qwx")


@pytest.mark.parametrize("language", ["uk", "ru"])
def test_every_message_is_translated_with_the_same_placeholders(language):
    translated = read_texts(language)
    assert list(translated) == CODES
    for code, text in translated.items():
        assert text.strip(), code
        assert sorted(PLACEHOLDER.findall(text)) == sorted(PLACEHOLDER.findall(read_texts("en")[code])), code


@pytest.mark.parametrize("language", ["uk", "ru"])
def test_no_translation_holds_english(language):
    held = {
        code: words
        for code, text in read_texts(language).items()
        if (words := re.findall(r"[A-Za-z]{3,}", SAME.sub("", PLACEHOLDER.sub("", text))))
    }
    assert held == {}


@pytest.mark.parametrize("code", CODES)
def test_every_message_is_read_back_by_its_code(code):
    values = {name: sample(name) for name in PLACEHOLDER.findall(read_texts("en")[code])}
    text = PLACEHOLDER.sub(lambda found: values[found[1]], read_texts("en")[code])
    said = read_message(text)
    assert said[0].code == code or len(said) > 1, said  # of several clauses each may be a message of its own
    assert "".join(each.text for each in said) == text
    assert is_understood(text)


@given(st.lists(st.sampled_from([*CODES, ""]), min_size=1, max_size=4), st.text(max_size=30))
def test_whatever_is_read_is_put_together_again(codes, other):
    text = "; ".join(read_texts("en").get(code, other) for code in codes)
    assert "".join(each.text for each in read_message(text)) == text
    assert word_message(text, "en") == text


@pytest.mark.parametrize(
    ("text", "codes", "uk", "ru"),
    [
        (
            "The only one of that name in the country given.",
            ["place.only_where"],
            "Єдиний із такою назвою у вказаній країні.",
            "Единственный с таким названием в указанной стране.",
        ),
        (
            "By far the largest of 1,203 of that name, but a village of that name may be missing from the gazetteer.",
            ["place.far_largest", "place.but"],
            (
                "Значно більший за решту; з такою назвою: 1\u202f203, але у довіднику може бракувати села з такою "
                "назвою."
            ),
            (
                "Намного больше остальных; с таким названием: 1\u202f203, но в справочнике может не хватать села с "
                "таким названием."
            ),
        ),
        (
            (
                "No place of that name in Germany, only elsewhere; region 'Nowhere; land' not recognised. "
                "3 more are not listed."
            ),
            ["place.only_elsewhere", "place.region_unknown", "place.not_listed"],
            (
                "У країні Німеччина немає місця з такою назвою, є лише деінде; регіон 'Nowhere; land' не розпізнано. "
                "Не показано ще: 3."
            ),
            (
                "В стране Германия нет места с таким названием, есть только в других; регион 'Nowhere; land' не "
                "распознан. Не показано ещё: 3."
            ),
        ),
        (
            "A pin was set on the map by an editor, Olena K. on 2025-11-10: the council's map. A sea.",
            ["place.by_editor_on_why", "word.sea"],
            "На карті поставлено мітку; редактор: Olena K., 2025-11-10: the council's map. Море.",
            "На карте поставлена метка; редактор: Olena K., 2025-11-10: the council's map. Море.",
        ),
        (
            "February 2025 has 28 days, and no day 30.",
            ["date.no_day"],
            "Лютий 2025: днів 28, дня 30 немає.",
            "Февраль 2025: дней 28, дня 30 нет.",
        ),
        (
            "Looked for in Kenya or Peru, where the rest of the table is.",
            ["place.looked_for_rest"],
            "Шукали там, де решта таблиці: Кенія або Перу.",
            "Искали там, где остальная таблица: Кения или Перу.",
        ),
    ],
)
def test_a_reason_is_worded_clause_by_clause(text, codes, uk, ru):
    assert [said.code for said in read_message(text)] == codes
    assert word_message(text, "uk") == uk
    assert word_message(text, "ru") == ru


@pytest.mark.parametrize("text", ["Nobody wrote this.", "Somebody; nobody.", "Straße", "{name}", ""])
def test_what_no_catalog_has_stays_as_it_is(text):
    assert word_message(text, "uk") == text
    assert is_understood(text) == (text == "")


def test_a_cells_text_is_no_message_whatever_it_says():
    text = "Region 'a sea; the only one of that name.' not recognised."
    assert word_message(text, "uk") == "Регіон 'a sea; the only one of that name.' не розпізнано."


def test_a_language_without_a_catalog_is_english():
    assert word_message("A sea.", "pl") == "A sea."
    assert message_text("word.sea", "pl") == "a sea"
    assert message_languages() == ("en", "ru", "uk")


@pytest.mark.parametrize(
    ("environment", "language"),
    [
        ({}, "en"),
        ({"LANG": "ru_RU.UTF-8"}, "ru"),
        ({"LANG": "ru_RU.UTF-8", "LC_MESSAGES": "uk_UA"}, "uk"),
        ({"LANG": "uk_UA.UTF-8", "LC_ALL": "C.UTF-8"}, "en"),
        ({"LANG": "pl_PL.UTF-8"}, "en"),
        ({"LANG": "uk", "LC_ALL": ""}, "uk"),
    ],
)
def test_the_computers_language(environment, language):
    assert system_language(environment) == language


def test_a_fault_is_worded_with_its_place_and_remedy():
    fault = Fault("t.csv", 7, "when", "a day, such as 2025-11-09", "'soon'", "It holds no date.")
    assert str(fault) == (
        "t.csv, row 7, column 'when': expected a day, such as 2025-11-09; found 'soon'. It holds no date."
    )
    assert fault.line("uk") == (
        "t.csv, рядок 7, стовпець 'when': очікується: день, наприклад 2025-11-09; знайдено: 'soon'. Тут немає дати."
    )
    assert fault.line("ru") == (
        "t.csv, строка 7, столбец 'when': ожидается: день, например 2025-11-09; найдено: 'soon'. Здесь нет даты."
    )


@pytest.mark.parametrize("language", ["en", "uk", "ru"])
def test_a_placeholder_may_have_any_name(language):
    for code in CODES:
        names = {found[1] for found in PLACEHOLDER.finditer(read_texts("en")[code])}
        assert PLACEHOLDER.search(message_text(code, language, **dict.fromkeys(names, "7"))) is None, code
