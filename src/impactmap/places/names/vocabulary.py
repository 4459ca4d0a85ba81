"""The words around a place's name that say what kind of place is meant, in English, Ukrainian and Russian."""

from __future__ import annotations

from typing import Final

__all__ = ["DISTRICT", "PLURAL", "REGION", "RELATIONS", "SETTLEMENT", "SITES", "TOWN", "VILLAGE"]


def _words(text: str) -> tuple[str, ...]:
    return tuple(word.strip() for line in text.strip().splitlines() for word in line.split("|"))


RELATIONS: Final = _words("""
near|close to|not far from|just outside|outside of|outside|on the outskirts of|outskirts of|in the vicinity of
vicinity of|suburb of|suburbs of|in the area of|area of|around|northern|southern|eastern|western
north of|south of|east of|west of|northeast of|northwest of|southeast of|southwest of
north-east of|north-west of|south-east of|south-west of
поблизу|біля|коло|неподалік від|неподалік|недалеко від|на околиці|околиці|передмістя|під
на північ від|на південь від|на схід від|на захід від
около|возле|вблизи|рядом с|недалеко от|неподалёку от|неподалеку от|на окраине|окраина|пригород|под|в районе
севернее|южнее|восточнее|западнее|северо-восточнее|северо-западнее|юго-восточнее|юго-западнее
к северу от|к югу от|к востоку от|к западу от|на север от|на юг от|на восток от|на запад от
північніше|південніше|східніше|західніше|у районі|в районі|north from|south from|east from|west from
""")

# A site named after a place. Not power plants: they are often far from the town whose name they bear.
SITES: Final = _words("""
international airport|airport|airfield|air base|airbase|international border checkpoint|border checkpoint|checkpoint
border crossing point|border crossing|crossing|border post|border guard post|monument|memorial|hill|crash site|island
quarry|forest|cemetery|railway station|train station|station|bridge|reservoir|dam|oil refinery|refinery
oil depot|fuel depot|sea port|seaport|port|substation|area|outskirts|suburbs|mine
аеропорт|аеродром|авіабаза|нпз|нафтобаза|порт|станція|аэропорт|аэродром|авиабаза|нефтебаза|станция
""")

REGION: Final = _words("""
autonomous republic of|autonomous republic|autonomous region|autonomous oblast|autonomous okrug|people's republic
republic of|republic|regions|region|oblasts|oblasti|oblast|obl|voblast|provinces|province|krai|kray
governorate of|governorate|governate|voivodeship|state of|state|territory|oblast of|region of|province of|gebiet|obwód
division|prefecture|county of|county|department of|department|canton of|canton|emirate of|emirate|wilayat|wilayah|wilaya
muhafazah|muhafazat|muhafaza|muhafzah|regional state|special region|autonomous community|federal district
capital territory|union territory|département|departement|departamento|provincia|província|estado|région|región
województwo|oblys|viloyat|velayat|ostan|marz
županija|kanton|judet|județul|județ|megye
провінція|провінції|провинция|провинции|штат|мухафаза|мухафазат|вілаят|вилайет|вилаят|губернаторство|губернія|губерния
емірат|эмират|воєводство|воеводство|департамент|префектура|графство|кантон
автономна республіка|автономная республика|автономный округ|автономный край|авт. округ|ао
народна республіка|народная республика
областей|області|областях|область|областю|областью|области|обл
край|края|краю|кр|респ|республика|республики|республіка|республіки
""")

DISTRICT: Final = _words("""
city municipality|urban district|municipal district|municipality|districts|district
sub-district|subdistrict|sub district|upazila|thana|tehsil|tahsil|taluka|taluk|township|woreda|locality|qada|caza|kaza
subdivision|sub-division|arrondissement|regency|kabupaten|kecamatan|shahrestan|nahiyah|nahiya|nahia|zone
municipio|município
urban territorial community|rural territorial community|settlement territorial community|territorial community
urban hromada|rural hromada|settlement hromada|urban territorial hromada|territorial hromada
urban community|rural community|settlement community|міська територіальна громада|сільська територіальна громада
селищна територіальна громада|сільська громада|селищна громада
raions|raion|rayon|hromada|community
urban okrug|територіальна громада|міська громада|громада|тг|район|району|районі|района|районе|р-н|р-ну|р-на|р-не
городской округ|муниципальный округ|муниципальный район|го
""")

TOWN: Final = _words("""
city of|city|town of|town|місто|місті|міста|містом|місту|м|город|городе|города|городом|городу|гор|г
""")

VILLAGE: Final = _words("""
village of|village|vilage|villages|hamlet|khutor|selo|stanitsa
село|селі|села|селом|селу|селе|с|хутір|хуторі|хутора|х|хутор|хуторе|станица|станице|станицы|ст-ца
деревня|деревне|деревни|деревню|дер|д|аул|ауле
""")

SETTLEMENT: Final = (
    *TOWN,
    *VILLAGE,
    *_words("""
special republican city|urban-type settlement|urban type settlement|rural settlement|settlement|posyolok|poselok|smt|pgt
селище міського типу|селищі міського типу|селище|селищі|селища|сел|смт|с-ще
посёлок городского типа|поселок городского типа|посёлок|поселок|посёлке|поселке|посёлка|поселка|пос|п|пгт|рп
"""),
)

PLURAL: Final = dict(
    pair.split(":")
    for pair in _words("""
regions:region|oblasts:oblast|oblasti:oblast|provinces:province|districts:district|raions:raion
governorates:governorate|states:state|divisions:division|counties:county|departments:department|voivodeships:voivodeship
провінції:провінція|провинции:провинция|штати:штат|штаты:штат|райони:район|районы:район|краї:край|края:край
області:область|областях:область|області:область|области:область
""")
)
