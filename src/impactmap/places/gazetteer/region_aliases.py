"""What regions of the world are called besides, by hand."""

from __future__ import annotations

from typing import Final

__all__ = ["REGION_ALIASES"]

#: After their seat's present name, or in an older word. Keys are ISO 3166-2.
REGION_ALIASES: Final = {
    "RU-BA": ("Bashkiria", "Башкирия"),
    "RU-ORL": ("Orel", "Орел"),
    "RU-ROS": ("Rostov-on-Don", "Ростов-на-Дону"),
    "RU-TA": ("Tataria",),
    "RU-ALT": ("Altai Krai",),
    "RU-CE": ("Chechnya", "Чечня"),
    "RU-KDA": ("Kuban", "Кубань"),
    "RU-KHM": ("KhMAO", "ХМАО", "Yugra", "Югра"),
    "RU-LEN": ("Ленобласть",),
    "RU-MOS": ("Подмосковье", "Підмосков'я"),
    "RU-PRI": ("Primorye", "Приморье", "Примор'я"),
    "RU-SE": ("North Ossetia", "Северная Осетия", "Північна Осетія"),
    "RU-STA": ("Ставрополье", "Ставропілля"),
    "RU-YAN": ("YNAO", "YaNAO", "ЯНАО", "Yamal"),
    "RU-ZAB": ("Забайкалье", "Transbaikal"),
    "MM-13": ("Karen",),
    "PS-GZZ": ("Gaza Strip", "Сектор Гази", "Сектор Газа"),
    "SY-RD": ("Rural Damascus", "Damascus Countryside"),
    "UA-07": ("Volhynia", "Lutsk", "Volyn", "Волинь", "Волынь"),
    "UA-09": ("LNR", "LPR", "ЛНР"),
    "UA-14": ("DNR", "DPR", "ДНР"),
    "UA-12": ("Dnipro", "Dnepr", "Sicheslav", "Дніпро", "Днепр"),
    "UA-21": ("Transcarpathia", "Zakarpatye", "Закарпаття", "Закарпатье", "Uzhhorod"),
    "UA-26": ("Прикарпаття", "Прикарпатье"),
    "UA-35": ("Kropyvnytskyi", "Кропивницький"),
    "UA-43": ("Crimean Republic", "АР Крим", "АР Крым", "АРК"),
    "UA-77": ("Bukovina", "Bukovyna"),
}
