"""What a settlement is called on the map."""

from __future__ import annotations

import pytest

from impactmap.places.gazetteer.display_names import display_name


@pytest.mark.parametrize(
    ("names", "shown"),
    [
        (["Ryazan’", "Рязань"], "Ryazan"),
        (["Homyel'", "Гомель"], "Homyel"),
        (["Kamensk-Ural’skiy", "Каменск-Уральский"], "Kamensk-Uralskiy"),
        (["Ust’-Ilimsk", "Усть-Илимск"], "Ust-Ilimsk"),
        (["Prokop’yevsk", "Прокопьевск"], "Prokopyevsk"),
        (["L’Hospitalet de Llobregat", "Оспиталет-де-Льобрегат"], "L’Hospitalet de Llobregat"),
        (["L'Aquila", "Л'Акуила"], "L'Aquila"),
        (["Sa’dah", "Саада"], "Sa’dah"),
        (["Kharkiv", "Харьков"], "Kharkiv"),
    ],
)
def test_soft_signs_stay_out_of_english_names(names, shown):
    assert display_name(names, language="en", country="RU") == shown


@pytest.mark.parametrize(("language", "shown"), [("ru", "Ейск"), ("uk", "Єйськ"), ("en", "Yeysk")])
def test_names_checked_by_hand_come_first(language, shown):
    names = ["Yeysk", "Eysk", "Ейск"]
    assert display_name(names, language=language, country="RU", place_id="466885") == shown
