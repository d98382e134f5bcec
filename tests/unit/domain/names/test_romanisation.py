"""Guarantee: a word is read in Latin as the languages of its script spell it, the likeliest first."""

import pytest

from tocsin.domain.names.hygiene import clean
from tocsin.domain.names.romanisation import MOST, Reading, readings
from tocsin.domain.names.scripts import Script, script_of

WORDS = [
    # script, word, likeliest reading, readings that are also found
    (Script.ARABIC, "نورا", "nura", "nora"),
    (Script.ARABIC, "يوسف", "yusf", ""),
    (Script.ARABIC, "خديجة", "khdija", "khdiga"),
    (Script.ARABIC, "ظافر", "zafr", ""),
    (Script.ARABIC, "ثريا", "thrya", "srya trya"),
    (Script.ARABIC, "قيس", "qis", "ghis gis"),
    (Script.ARABIC, "جمال", "jmal", "gmal"),
    (Script.ARABIC, "داوود", "dawud", "davod"),
    (Script.ARABIC, "وائل", "wail", "vail"),
    (Script.ARABIC, "تشيكو", "chiku", "chico"),
    (Script.ARABIC, "گلنار", "glnar", ""),
    (Script.ARABIC, "وحید", "vhid", "whid"),
    (Script.ARABIC, "ذبیح", "zbih", "dhbih"),
    (Script.ARABIC, "کاوه", "kavh", ""),
    (Script.ARABIC, "چوہدری", "chohdri", ""),
    (Script.ARABIC, "ڕێزان", "rezan", ""),
    (Script.CYRILLIC, "Гордеева", "gordeeva", "hordeeva"),
    (Script.CYRILLIC, "Ёлкин", "yolkin", "elkin yolkyn"),
    (Script.CYRILLIC, "Хабаров", "khabarov", "habarov"),
    (Script.CYRILLIC, "Щукин", "shchukin", "shukin"),
    (Script.CYRILLIC, "Дженнифер", "dzhennifer", "jennifer"),
    (Script.CYRILLIC, "Белый", "bely", ""),
    (Script.CYRILLIC, "Алексей", "aleksey", "alexei"),
    (Script.CYRILLIC, "Сергій", "serhii", ""),
    (Script.CYRILLIC, "Чорний", "chorny", ""),
    (Script.CYRILLIC, "Їжак", "yizhak", ""),
    (Script.CYRILLIC, "Юлія", "yuliia", "yuliya"),
    (Script.CYRILLIC, "Лук'яненко", "lukyanenko", "lukianenko"),
    (Script.CYRILLIC, "Ґалаган", "galahan", ""),
    (Script.CYRILLIC, "Сяргей", "syargey", "siarhei"),
    (Script.CYRILLIC, "Ўладзя", "uladzia", ""),
    (Script.CYRILLIC, "Ђорђе", "djordje", ""),
    (Script.CYRILLIC, "Његош", "njegosh", ""),
    (Script.CYRILLIC, "Гъдев", "gdev", "gadev"),
    (Script.CYRILLIC, "Әсем", "asem", ""),
    (Script.HEBREW, "נהורה", "nhora", "nhura"),
    (Script.HEBREW, "אביגיל", "avigil", "abigil"),
    (Script.HEBREW, "ג׳ורג׳", "jorj", ""),
    (Script.HEBREW, "צ׳יקו", "chiko", "chiku"),
    (Script.HEBREW, "ז׳אן", "zhan", ""),
    (Script.HEBREW, "שושן", "shoshn", "susn"),
    (Script.HEBREW, "פנינה", "pnina", "fnina"),
    (Script.HEBREW, "כרמל", "krml", "chrml"),
    (Script.HEBREW, "דוד", "dod", "dud dvd"),
    (Script.HEBREW, "וולף", "wlf", ""),
    (Script.HEBREW, "לוי", "loi", "lvy"),
    (Script.HANGUL, "도윤", "doyun", "toyun"),
    (Script.HANGUL, "김", "gim", "kim"),
    (Script.HANGUL, "이", "i", "ri lee"),
    (Script.HANGUL, "박", "bak", "pak park"),
    (Script.HANGUL, "최", "choe", "choi"),
    (Script.HANGUL, "정영희", "jeongyeonghui", "jongyonghui jungyounghee"),
    (Script.HANGUL, "드루몬드", "deurumondeu", "drumond"),
    (Script.HANGUL, "밀러", "milreo", "miler"),
    (Script.HAN, "曾", "zeng", "tsang tseng"),
    (Script.HAN, "王", "wang", "wong"),
    (Script.HAN, "陳美玲", "chenmeiling", "chanmeiling"),
    (Script.HAN, "徐", "xu", "tsui hsu"),
    (Script.HAN, "欧阳娜", "ouyangna", "auyangna"),
    (Script.HAN, "葛晓", "gexiao", "kohsiao"),
    (Script.HAN, "卡特琳娜", "katelinna", "katlinna"),
    (Script.HAN, "米歇爾", "mixieer", "misier misiel"),
    (Script.KANA, "さくら", "sakura", ""),
    (Script.KANA, "アヤメ", "ayame", ""),
    (Script.KANA, "キャッチャー", "kyatcha", "kyatcher"),
    (Script.KANA, "ヴェーラ", "vera", "vela"),
    (Script.KANA, "ティモ", "timo", ""),
    (Script.KANA, "ニッキー", "nikki", ""),
    (Script.KANA, "マルク", "maruku", "mark"),
    (Script.KANA, "ジェニファー", "jenifa", "jenifer"),
    (Script.GREEK, "Ολυμπία", "olympia", "olimbia"),
    (Script.GREEK, "Μπάμπης", "bampis", "babis"),
    (Script.GREEK, "Ντίνος", "dinos", ""),
    (Script.GREEK, "Γκίκας", "gikas", ""),
    (Script.GREEK, "Άγγελος", "angelos", ""),
    (Script.GREEK, "Ευτυχία", "eftychia", "eftihia eftikhia"),
    (Script.GREEK, "Παύλος", "pavlos", ""),
    (Script.GREEK, "Χρυσούλα", "chrysoula", "hrisula"),
    (Script.GREEK, "Τζίμας", "tzimas", ""),
    (Script.GREEK, "Αϊνού", "ainou", "ainu"),
    (Script.GEORGIAN, "ხათუნა", "khatuna", ""),
    (Script.GEORGIAN, "შალვა", "shalva", ""),
    (Script.GEORGIAN, "ღვინია", "ghvinia", "gvinia"),
    (Script.GEORGIAN, "წიკლაური", "tsiklauri", ""),
    (Script.GEORGIAN, "ყიფიანი", "qipiani", "kifiani"),
    (Script.GEORGIAN, "ჯაბა", "jaba", "dzhaba"),
    (Script.GEORGIAN, "ჭაბუა", "chabua", ""),
    (Script.ARMENIAN, "Ոսկան", "voskan", "vosgan"),
    (Script.ARMENIAN, "Երվանդ", "yervand", "yervant"),
    (Script.ARMENIAN, "Կարապետ", "karapet", "garabed"),
    (Script.ARMENIAN, "Պետրոսեան", "petrosyan", "bedrosian petrosian"),
    (Script.ARMENIAN, "Ղարիբյան", "gharibyan", "gharibian"),
    (Script.ARMENIAN, "Յակոբ", "yakob", "hagop"),
    (Script.ARMENIAN, "Սուրեն", "suren", "souren"),
    (Script.ARMENIAN, "Գևորգ", "gevorg", "kevork"),
    (Script.DEVANAGARI, "किशोरी", "kishori", ""),
    (Script.DEVANAGARI, "संजय", "sanjay", "sanjaya"),
    (Script.DEVANAGARI, "राजकुमार", "rajakumar", "rajkumar"),
    (Script.DEVANAGARI, "अनुपमा", "anupama", "anupma"),
    (Script.DEVANAGARI, "इन्द्र", "indra", ""),
    (Script.DEVANAGARI, "ज़ुबैर", "zubair", ""),
    (Script.DEVANAGARI, "सिंह", "singh", ""),
    (Script.DEVANAGARI, "ज्ञानेश", "gyanesh", ""),
    (Script.DEVANAGARI, "चंपा", "champa", ""),
    (Script.ETHIOPIC, "ያሬድ", "yared", ""),
    (Script.ETHIOPIC, "ብርሃን", "birhan", "birihan"),
    (Script.ETHIOPIC, "ተስፋዬ", "tesfaye", ""),
    (Script.ETHIOPIC, "በቀለ", "bekele", "beqele"),
    (Script.ETHIOPIC, "ወልዴ", "welde", "wolde"),
    (Script.ETHIOPIC, "እስጢፋኖስ", "estifanos", ""),
    (Script.ETHIOPIC, "ጽጌ", "tsige", ""),
    (Script.LATIN, "Žďár", "zhdar", ""),
    (Script.LATIN, "Çetin", "chetin", ""),
    (Script.LATIN, "Akçağ", "akchagh", ""),
    (Script.LATIN, "Gonçalo", "goncalo", ""),
    (Script.LATIN, "Łucja", "lucja", ""),
    (Script.LATIN, "Đặng", "dang", ""),
    (Script.LATIN, "Straße", "strasse", ""),
    (Script.LATIN, "Þóra", "thora", ""),
    (Script.LATIN, "Oʻtkir", "otkir", ""),
    (Script.LATIN, "Əsmər", "asmar", ""),
    (Script.LATIN, "Ɓala", "bala", ""),
    (Script.LATIN, "Ștefana", "shtefana", ""),
    (Script.LATIN, "Işıl", "ishil", ""),
    (Script.LATIN, "İnci", "inci", ""),
    (Script.LATIN, "Szczepan", "szczepan", ""),
    (Script.OTHER, "ณัฐนี", "nathni", ""),
    (Script.OTHER, "ខ្មែរ", "khmaer", ""),
    (Script.OTHER, "ᏣᎳᎩ", "tsalagi", ""),
]


@pytest.mark.parametrize(("script", "word", "likeliest", "also"), WORDS, ids=[f"{row[0]}-{row[2]}" for row in WORDS])
def test_a_word_is_read_as_its_languages_spell_it(script: Script, word: str, likeliest: str, also: str) -> None:
    cleaned = clean(word)
    assert script_of(cleaned) is script
    found = [reading.latin for reading in readings(cleaned, script)]
    assert found[0] == likeliest
    assert set(also.split()) <= set(found), found


SYLLABLES = [
    (Script.BURMESE, "ဦး", "u"),
    (Script.BURMESE, "ဒေါ်", "daw"),
    (Script.BURMESE, "ကို", "ko"),
    (Script.BURMESE, "မ", "ma"),
    (Script.BURMESE, "မောင်", "maung"),
    (Script.BURMESE, "အောင်မြင့်", "aung myint"),
    (Script.BURMESE, "ကျော်ဇော", "kyaw zaw"),
    (Script.BURMESE, "ခင်သိန်း", "khin thein"),
    (Script.BURMESE, "ဝင်းထွန်း", "win htun"),
    (Script.BURMESE, "လှဌေး", "hla htay"),
    (Script.BURMESE, "စိုးမျိုး", "soe myo"),
    (Script.BURMESE, "ရွှေနွယ်", "shwe nwe"),
    (Script.BURMESE, "ညွန့်သန့်", "nyunt thant"),
    (Script.BURMESE, "ဖြူအေး", "phyu aye"),
    (Script.BURMESE, "ချစ်ထက်", "chit htet"),
    (Script.BURMESE, "စန္ဒာ", "san da"),
    (Script.BURMESE, "မင်္ဂလာ", "min ga la"),
    (Script.BURMESE, "ဥက္ကာ", "ok ka"),
    (Script.HANGUL, "도윤", "do yun"),
    (Script.HANGUL, "정영희", "jeong yeong hui"),
    (Script.HANGUL, "빛나", "bit na"),
    (Script.HANGUL, "넋", "neok"),
    (Script.HANGUL, "쌍옥", "ssang ok"),
    (Script.HANGUL, "의왕", "ui wang"),
    (Script.HAN, "陳美玲", "chen mei ling"),
    (Script.HAN, "欧阳娜", "ou yang na"),
    (Script.HAN, "単于", "dan yu"),
    (Script.HAN, "解晓", "xie xiao"),
    (Script.HAN, "晓解", "xiao jie"),
    (Script.HAN, "翟露", "zhai lu"),
]


@pytest.mark.parametrize(("script", "word", "expected"), SYLLABLES, ids=[f"{r[0]}-{r[2]}" for r in SYLLABLES])
def test_syllabic_scripts_are_read_syllable_by_syllable(script: Script, word: str, expected: str) -> None:
    cleaned = clean(word)
    assert script_of(cleaned) is script
    first = readings(cleaned, script)[0]
    assert first.syllables == tuple(expected.split())
    assert first.latin == expected.replace(" ", "")


def test_only_scripts_that_leave_vowels_out_say_so() -> None:
    silent = {script for script, word, _, _ in WORDS if not readings(clean(word), script)[0].vowels}
    assert silent == {Script.ARABIC, Script.HEBREW}


def test_the_table_has_at_least_six_words_of_every_script() -> None:
    rows = [row[0] for row in (*WORDS, *SYLLABLES)]
    assert {script for script in Script if rows.count(script) < 6} == {Script.OTHER}


def test_a_latin_word_is_read_as_it_sounds_and_as_it_is_typed_without_marks() -> None:
    assert [r.latin for r in readings("vučić", Script.LATIN)] == ["vuchich", "vucic"]
    assert [r.latin for r in readings("çetin", Script.LATIN)] == ["chetin", "cetin"]
    assert [r.latin for r in readings("cetin", Script.LATIN)] == ["cetin"]
    assert [r.latin for r in readings("łucja", Script.LATIN)] == ["lucja"]


def test_case_does_not_matter() -> None:
    for script, word, _, _ in WORDS:
        assert readings(clean(word.upper()), script) == readings(clean(word.lower().upper()), script)
        assert readings(clean(word).casefold(), script) == readings(clean(word), script)


def test_a_word_of_the_wrong_script_is_still_read() -> None:
    for script in Script:
        for _, word, _, _ in WORDS:
            found = readings(clean(word), script)
            assert 0 < len(found) <= MOST


LEFT_OVER = [
    ("a letter that sounds nothing", "ь", "u44c"),
    ("digits of another script", "٢٤", "24"),
    ("digits", "2nd", "2nd"),
]


@pytest.mark.parametrize(("what", "word", "expected"), LEFT_OVER, ids=[row[0] for row in LEFT_OVER])
def test_a_word_with_a_letter_or_digit_is_never_empty(what: str, word: str, expected: str) -> None:
    assert readings(word, script_of(word))[0].latin == expected


def test_a_word_without_a_letter_or_digit_has_no_reading() -> None:
    assert all(readings(word, script) == () for word in ("", "'", "—", "\u200b") for script in Script)


def test_readings_are_values() -> None:
    assert readings("Adzovi", Script.LATIN) == (Reading("adzovi"),)
