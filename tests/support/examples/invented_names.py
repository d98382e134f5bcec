"""Names of nobody, in every script that has rules of its own and in some that have none, and profiles of reports on them."""

from functools import cache
from typing import Any

from tocsin.domain.matching.matcher import Matcher
from tocsin.domain.matching.profile import PersonProfile, PlaceProfile, Profile
from tocsin.resolver.matching import load_matcher

SPELLINGS = [
    ("arabic", "Abdulhadi Zahrvani", "عبدالهادي زهرواني"),
    ("arabic", "Munif Tarqavi", "منيف الطرقاوي"),
    ("arabic", "Khadija Bouzrati", "خديجة بوزراتي"),
    ("arabic", "Thuraya Qasmuri", "ثريا القصموري"),
    ("persian", "Gulnar Chavoshkar", "گلنار چاوشکار"),
    ("persian", "Vahid Parvizkhah", "وحید پرویزخواه"),
    ("persian", "Abdolhadi Zhalehpur", "عبدالهادی ژاله‌پور"),
    ("russian", "Salim Dorvanov", "Салим Дорванов"),
    ("russian", "Kseniya Shchukareva", "Ксения Щукарёва"),
    ("russian", "Yevgeny Khabarenko", "Евгений Хабаренко"),
    ("ukrainian", "Ihor Zavhorodniuk", "Ігор Завгороднюк"),
    ("ukrainian", "Yuliia Lukivchenko", "Юлія Луківченко"),
    ("ukrainian in a Russian spelling", "Igor Zavgorodnyuk", "Ігор Завгороднюк"),
    ("belarusian", "Siarhei Raukavets", "Сяргей Раўкавец"),
    ("belarusian", "Dzmitry Karneliuk", "Дзмітрый Карнялюк"),
    ("belarusian", "Uladzimir Siamionchyk", "Уладзімір Сямёнчык"),
    ("hebrew", "Talvi Harashani", "טלוי הרשני"),
    ("hebrew", "Nehora Peninat", "נהורה פנינת"),
    ("hebrew", "Shoshan Karmelik", "שושן כרמליק"),
    ("hangul", "Tak Boseul", "탁보슬"),
    ("hangul", "Pyo Daram", "표다람"),
    ("hangul, the family name last", "Doyun Maeng", "맹도윤"),
    ("han in Hong Kong", "Chan Meizhao", "陳美棹"),
    ("han, a family name of two syllables", "Ouyang Zhenxiu", "欧阳振岫"),
    ("han", "Tsang Kwaihong", "曾葵虹"),
    ("kana", "Sakura Ayameda", "アヤメダ サクラ"),
    ("kana, a foreign name", "Jenifa Maruku", "ジェニファー マルク"),
    ("kana", "Hinata Kasamori", "かさもり ひなた"),
    ("greek", "Olympia Angelimou", "Ολυμπία Αγγελίμου"),
    ("greek", "Eftychia Bampatsi", "Ευτυχία Μπαμπάτση"),
    ("greek", "Pavlos Tzimarakis", "Παύλος Τζιμαράκης"),
    ("georgian", "Khatuna Tsiklavari", "ხათუნა წიკლავარი"),
    ("georgian", "Shalva Kifiashvili", "შალვა ყიფიაშვილი"),
    ("armenian", "Voskan Gharibalyan", "Ոսկան Ղարիբալյան"),
    ("armenian of the West", "Garabed Bedrosalian", "Կարապետ Պետրոսալեան"),
    ("devanagari", "Kishori Rajkamar", "किशोरी राजकमार"),
    ("devanagari", "Gyanesh Champavat", "ज्ञानेश चंपावत"),
    ("burmese", "Htun Myint Swe Zaw", "ထွန်းမြင့်ဆွေဇော်"),
    ("burmese", "Khin Zaw Aung Tun", "ခင်ဇော်အောင်ထွန်း"),
    ("ethiopic", "Yared Tesfamikel", "ያሬድ ተስፋሚካኤል"),
    ("ethiopic", "Tsige Birhanwork", "ጽጌ ብርሃንወርቅ"),
    ("thai, which has no rules", "Nattanee Wattanasuk", "ณัฐนี วัฒนสุข"),
    ("cherokee, which has no rules", "Galinda Adsila", "ᎦᎵᏂᏓ ᎠᏗᏏᎳ"),
    ("tamil, which has no rules", "Kavita Muttusami", "கவிதா முத்துசாமி"),
]
"""How it is written, in Latin letters, as written."""

OTHERS = ["Zubair Ophelia Drumondel", "عثمان فاروقلي", "Теодор Вулчанкин", "Quillon Estrevade"]
"""Names that are none of ``SPELLINGS``."""


@cache
def matcher() -> Matcher:
    return load_matcher()


def a_person(*names: str, **over: Any) -> PersonProfile:
    return PersonProfile(names or ("Abdulhadi Zahrvani",), **over)


def a_profile(report_id: str = "a", **over: Any) -> Profile:
    """An arrest of one person on one day in one town; keyword arguments replace whole fields."""
    fields: dict[str, Any] = {
        "publisher": "ACHPR-SRHRD",
        "persons": (a_person(),),
        "countries": ("TUN",),
        "dates": (("event", "2026-03-14"),),
        "violations": ("arrest",),
        "places": (PlaceProfile("Sfax", country="TUN"),),
    }
    return Profile(report_id, **(fields | over))
