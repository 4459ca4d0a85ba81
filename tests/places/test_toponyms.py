from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from impactmap.places.names.keys import key_lines, name_key, similarity, skeleton_key, skeleton_lines, stem_key
from impactmap.places.names.toponyms import mend_lookalikes, parse_toponym, plain, split_places


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Харків", "Kharkiv"),
        ("Харьков", "Khar'kov"),
        ("Харьков", "Khar’kov"),
        ("Kharkiv", "Harkiv"),
        ("Воронеж", "Voronezh"),
        ("Voronež", "Voronezh"),
        ("Запоріжжя", "Zaporizhzhia"),
        ("Ново-Михайлівка", "Novomykhailivka"),
        ("Київ", "Kyiv"),
        ("Білгород", "Bilhorod"),
        ("Йошкар-Ола", "Yoshkar-Ola"),
        ("Юнаківка", "Yunakivka"),
        ("Łódź", "Lodz"),
        ("Орёл", "Орел"),
        ("Мар'їнка", "Marinka"),
        ("KHARKIV", "kharkiv"),
        ("e\u0301t", "\u00e9t"),
        ("Чугуїв", "Čuhuïv"),
        ("Чугуїв", "Czuhujiw"),
        ("Щастя", "Ščastja"),
        ("Борщівка", "Borschtschiwka"),
        ("Цюрупинськ", "Ciurupyns'k"),
        ("Елецкий", "Eletckii"),
        ("Згурівка", "Zghurivka"),
        ("Східниця", "Skhidnytsia"),
        ("Қарағанды", "Karaghandy"),
        ("Նոր Երզնկա", "Nor Erznka"),
        ("თბილისი", "Tbilisi"),
        ("Θεσσαλονίκη", "Thessaloniki"),
        ("北京", "Beijing"),
        ("서울", "Seoul"),
        ("मुंबई", "mumbi"),
    ],
)
def test_spellings_of_one_name_have_one_key(one: str, other: str) -> None:
    assert name_key(one) == name_key(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [("Kharkiv", "Kherson"), ("Белгород", "Белград"), ("Суми", "Самі"), ("Voronezh", "Voronizh")],
)
def test_different_names_keep_different_keys(one: str, other: str) -> None:
    assert name_key(one) != name_key(other)


@given(st.lists(st.text().map(lambda text: text.replace("\n", " ")), min_size=1, max_size=5))
def test_keys_of_many_are_the_keys_of_each(texts: list[str]) -> None:
    assert key_lines("\n".join(texts)).tobytes().decode().split("\n") == [name_key(text) for text in texts]


@given(st.text())
def test_a_key_is_ascii_letters_and_digits_and_its_own_key(text: str) -> None:
    key = name_key(text)
    assert key == "" or (key.isascii() and key.isalnum() and key == key.lower())


@pytest.mark.parametrize(
    "text",
    [
        "Kharkiv", "Kharkivska", "Харківська", "Харківської", "Харківщина",
    ],
)  # fmt: skip
def test_a_region_comes_down_to_its_seat(text: str) -> None:
    assert stem_key(name_key(text)) == "harkiv"


@pytest.mark.parametrize(
    ("text", "name", "kind"),
    [
        ("Kharkiv region", "Kharkiv", "region"),
        ("Kharkivska oblast", "Kharkivska", "region"),
        ("Харківська область", "Харківська", "region"),
        ("Харьковская обл.", "Харьковская", "region"),
        ("Belgorodskaya oblast", "Belgorodskaya", "region"),
        ("Republic of Tatarstan", "Tatarstan", "region"),
        ("Краснодарский край", "Краснодарский", "region"),
        ("Belgorod city", "Belgorod", "settlement"),
        ("м. Харків", "Харків", "settlement"),
        ("м.Харків", "Харків", "settlement"),
        ("г. Белгород", "Белгород", "settlement"),
        ("смт Борова", "Борова", "settlement"),
        ("Kupiansk raion", "Kupiansk", "district"),
        ("Куп'янський район", "Куп'янський", "district"),
        ("Donetsk City municipality", "Donetsk", "district"),
        ("Kharkiv", "Kharkiv", "any"),
        ("Сумы", "Сумы", "any"),
        ("Городище", "Городище", "any"),
    ],
)
def test_type_words(text: str, name: str, kind: str) -> None:
    found = parse_toponym(text)
    assert (found.name, found.kind, found.original) == (name, kind, text)


@pytest.mark.parametrize(
    ("text", "size"),
    [
        ("Pisky village", "village"),
        ("с. Піски", "village"),
        ("Lyman town", "town"),
        ("г. Лиман", "town"),
        ("Lyman", ""),
    ],
)
def test_the_type_word_tells_the_size(text: str, size: str) -> None:
    assert parse_toponym(text).size == size


@pytest.mark.parametrize("text", ["near Bakhmut", "south of Bakhmut", "outskirts of Bakhmut", "under Bakhmut"[6:]])
def test_relation(text: str) -> None:
    found = parse_toponym(text)
    assert found.name == "Bakhmut"
    assert found.relation == ("at" if text == "Bakhmut" else "near")


@pytest.mark.parametrize(
    ("text", "name", "away_km"),
    [
        ("the outskirts of Avdiivka", "Avdiivka", 0.0),
        ("за 5 км від Ізюма", "Ізюма", 5.0),
        ("в 10 км от Изюма", "Изюма", 10.0),
        ("at 12 km south of Izium", "Izium", 12.0),
    ],
)
def test_a_relation_after_a_small_word(text: str, name: str, away_km: float) -> None:
    found = parse_toponym(text)
    assert (found.name, found.relation, found.away_km) == (name, "near", away_km)


@pytest.mark.parametrize("text", ["The Hague", "The Northern"])
def test_a_small_word_that_is_a_name_stays(text: str) -> None:
    assert parse_toponym(text).name == text


def test_site_hints_and_other_spellings() -> None:
    assert parse_toponym("Kramatorsk airfield").relation == "site"
    assert parse_toponym("Okhtyrka, Sumy oblast, Ukraine").hints == ("Sumy oblast", "Ukraine")
    assert parse_toponym("Kyiv (Kiev)").others == ("Kiev",)
    assert parse_toponym("Bakhmut/Artemivsk").others == ("Artemivsk",)
    assert parse_toponym("Mexico City").whole == "Mexico City"


@pytest.mark.parametrize(
    ("text", "mended"),
    [
        ("Х\u0430pк\u0456в", "харків"),  # Latin p in a Cyrillic word
        ("Khаrkiv", "kharkiv"),  # Cyrillic а in a Latin word
        ("Khar\u200bkiv", "Kharkiv"),
        ("\u202eKharkiv\u202c", "Kharkiv"),
        ("Khar\u00adkiv", "Kharkiv"),
        ("Κyiv", "Kyiv"),
        ("ΚHARKIV", "KHARKIV"),
        ("Kyiν", "Kyiv"),
        ("Кhαrkiv", "kharkiv"),
    ],
)
def test_lookalikes_and_invisible_characters(text: str, mended: str) -> None:
    assert mend_lookalikes(text) == (mended, True)
    assert parse_toponym(text).mended
    assert parse_toponym(text).original == text


@pytest.mark.parametrize("text", ["Kharkiv", "Харків", "Харків (Kharkiv)", "Rostov-on-Don"])
def test_clean_text_is_left_alone(text: str) -> None:
    assert mend_lookalikes(text) == (text, False)


def test_plain_keeps_the_script() -> None:
    assert plain("  ЁЛКА\u200b  Ель ") == "елка ель"


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("Kyiv region and Kharkiv region", ["Kyiv region", "Kharkiv region"]),
        ("Kyiv and Kharkiv regions", ["Kyiv region", "Kharkiv region"]),
        ("Kyiv, Odesa and Kharkiv regions", ["Kyiv region", "Odesa region", "Kharkiv region"]),
        ("Київська та Харківська області", ["Київська область", "Харківська область"]),
        ("Sumy; Poltava", ["Sumy", "Poltava"]),
        ("Kharkiv", ["Kharkiv"]),
        ("Okhtyrka, Sumy oblast", ["Okhtyrka, Sumy oblast"]),
        ("Rostov-on-Don", ["Rostov-on-Don"]),
    ],
)
def test_split_places(text: str, parts: list[str]) -> None:
    assert split_places(text) == parts


_UKRAINIAN = "Харків Чугуїв Щастя Юнаківка Цюрупинськ Жовті Знам'янка Яблунівка Єнакієве Їжівці Борщівка Гуляйполе"
_RUSSIAN = "Харьков Чугуев Щёлково Юнаковка Цюрупинск Жёлтые Знаменка Шебекино Энгельс Подъяково Тихорецк Грайворон"
_SCHEMES = {
    _UKRAINIAN: "KMU Simple British BGN ISO9 GOST1986 Passport2007 National1996 ALALC",
    _RUSSIAN: "InternationalPassport1997 ISO9SystemA GOST2006 ALALC",
}


@pytest.mark.parametrize(
    ("names", "scheme"), [(names, scheme) for names, schemes in _SCHEMES.items() for scheme in schemes.split()]
)
def test_the_usual_schemes_have_the_key_of_the_cyrillic(names: str, scheme: str) -> None:
    import translitua

    table = getattr(translitua, ("Ukrainian" if names == _UKRAINIAN else "Russian") + scheme)
    for name in names.split():
        assert name_key(translitua.translit(name, table)) == name_key(name)


@pytest.mark.parametrize("text", ["№ 5 °C ©", "— … “”", "😀"])
def test_signs_are_no_letters(text: str) -> None:
    assert name_key(text) == "".join(letter for letter in text.lower() if letter.isalnum() and letter.isascii())


def test_keys_of_more_syllables_than_there_are_stand_ins() -> None:
    text = "\n".join(chr(code) for code in range(0x4E00, 0x5E00))
    assert key_lines(text).tobytes().decode().split("\n") == [name_key(line) for line in text.split("\n")]


def test_skeletons_of_many_are_those_of_each() -> None:
    texts = ["Kyiv", "Одеса", "Aa", "Новогригорьевка", "Oleksandrivka", "x"]
    keys = [name_key(text) for text in texts]
    assert skeleton_lines("\n".join(keys)) == [skeleton_key(key) for key in keys]
    assert [skeleton_key(key) for key in keys] == ["kv", "ods", "a", "nvhrhrvk", "olksndrvk", "ks"]


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        ("harkiv", "harkiv", 100.0),
        ("harkiv", "harkov", 100 * (1 - 0.5 / 6)),  # one vowel changed
        ("belhorod", "belhrod", 93.75),  # one vowel left out
        ("piski", "piksi", 80.0),  # two letters swapped
        ("sumi", "lviv", 25.0),
    ],
)
def test_similarity_counts_vowels_half(one: str, other: str, expected: float) -> None:
    assert similarity(one, other) == pytest.approx(expected)
    assert similarity(other, one) == pytest.approx(expected)


def test_entities_of_web_pages_are_read_as_their_characters():
    assert parse_toponym("L&#39;viv").name == parse_toponym("L'viv").name
    assert split_places("Kharkiv &amp; Sumy") == ["Kharkiv", "Sumy"]
