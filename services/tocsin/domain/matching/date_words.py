"""The names of months in many languages, and the words that may stand beside them in a date.

A name stands in its nominative and in the form that a date takes. Readers compare ``month_form``: without case,
accents, spaces and apostrophes, so that ``Dhu al-Hijjah`` and ``Dhu'l Hijjah`` differ by their letters alone.
"""

import re
import unicodedata
from collections import defaultdict
from enum import StrEnum
from itertools import pairwise

from tocsin.domain.matching.place_names import plain


class Calendar(StrEnum):
    GREGORIAN = "gregorian"
    SOLAR_HIJRI = "solar_hijri"
    HIJRI = "hijri"
    ETHIOPIC = "ethiopic"


Month = tuple[Calendar, int]

_GREGORIAN = """
en january|jan february|feb march|mar april|apr may june|jun july|jul august|aug september|sept|sep october|oct
   november|nov december|dec
fr janvier|janv février|févr|fev mars avril|avr mai juin juillet|juil août septembre octobre novembre décembre|déc
es enero|ene febrero marzo abril|abr mayo junio julio agosto|ago septiembre|setiembre octubre noviembre diciembre|dic
pt janeiro fevereiro março abril maio junho julho agosto setembro outubro novembro dezembro
it gennaio febbraio marzo aprile maggio giugno luglio agosto settembre ottobre novembre dicembre
ca gener febrer març abril maig juny juliol agost setembre octubre novembre desembre
de januar|jänner februar märz|maerz april mai juni juli august september oktober|okt november dezember|dez
nl januari februari maart|mrt april mei juni juli augustus september oktober november december
sv januari februari mars april maj juni juli augusti september oktober november december
nb januar februar mars april mai|maj juni juli august september oktober november desember
pl styczeń|stycznia luty|lutego marzec|marca kwiecień|kwietnia maj|maja czerwiec|czerwca lipiec|lipca sierpień|sierpnia
   wrzesień|września październik|października listopad|listopada grudzień|grudnia
cs leden|ledna únor|února březen|března duben|dubna květen|května červen|června červenec|července srpen|srpna září
   říjen|října listopad|listopadu prosinec|prosince
hr siječanj|siječnja veljača|veljače ožujak|ožujka travanj|travnja svibanj|svibnja lipanj|lipnja srpanj|srpnja
   kolovoz|kolovoza rujan|rujna listopad|listopada studeni|studenog|studenoga prosinac|prosinca
sr januar|januara februar|februara mart|marta april|aprila maj|maja jun|juna jul|jula avgust|avgusta
   septembar|septembra oktobar|oktobra novembar|novembra decembar|decembra
sr јануар|јануара фебруар|фебруара март|марта април|априла мај|маја јун|јуна јул|јула август|августа
   септембар|септембра октобар|октобра новембар|новембра децембар|децембра
bg януари февруари март април май юни юли август септември октомври ноември декември
mk јануари февруари март април мај јуни јули август септември октомври ноември декември
ru январь|января|янв февраль|февраля|фев март|марта апрель|апреля|апр май|мая июнь|июня июль|июля август|августа|авг
   сентябрь|сентября|сент октябрь|октября|окт ноябрь|ноября|нояб декабрь|декабря|дек
uk січень|січня лютий|лютого березень|березня квітень|квітня травень|травня червень|червня липень|липня серпень|серпня
   вересень|вересня жовтень|жовтня листопад|листопада грудень|грудня
be студзень|студзеня люты|лютага сакавік|сакавіка красавік|красавіка травень|траўня|мая чэрвень|чэрвеня ліпень|ліпеня
   жнівень|жніўня верасень|верасня кастрычнік|кастрычніка лістапад|лістапада снежань|снежня
hu január február március április május június július augusztus szeptember október november december
ro ianuarie februarie martie aprilie mai iunie iulie august septembrie octombrie noiembrie decembrie
sq janar shkurt mars prill maj qershor korrik gusht shtator tetor nëntor dhjetor
el ιανουάριος|ιανουαρίου φεβρουάριος|φεβρουαρίου μάρτιος|μαρτίου απρίλιος|απριλίου μάιος|μαΐου ιούνιος|ιουνίου
   ιούλιος|ιουλίου αύγουστος|αυγούστου σεπτέμβριος|σεπτεμβρίου οκτώβριος|οκτωβρίου νοέμβριος|νοεμβρίου
   δεκέμβριος|δεκεμβρίου
tr ocak şubat mart nisan mayıs haziran temmuz ağustos eylül ekim kasım aralık
az yanvar fevral mart aprel may iyun iyul avqust sentyabr oktyabr noyabr dekabr
uz yanvar fevral mart aprel may iyun iyul avgust sentabr oktabr noyabr dekabr
uz январ феврал март апрел май июн июл август сентябр октябр ноябр декабр
tk ýanwar fewral mart aprel maý iýun iýul awgust sentýabr oktýabr noýabr dekabr
tg январи феврали марти апрели майи июни июли августи сентябри октябри ноябри декабри
kk қаңтар ақпан наурыз сәуір мамыр маусым шілде тамыз қыркүйек қазан қараша желтоқсан
ka იანვარი|იანვარს თებერვალი|თებერვალს მარტი|მარტს აპრილი|აპრილს მაისი|მაისს ივნისი|ივნისს ივლისი|ივლისს
   აგვისტო|აგვისტოს სექტემბერი|სექტემბერს ოქტომბერი|ოქტომბერს ნოემბერი|ნოემბერს დეკემბერი|დეკემბერს
hy հունվար|հունվարի փետրվար|փետրվարի մարտ|մարտի ապրիլ|ապրիլի մայիս|մայիսի հունիս|հունիսի հուլիս|հուլիսի
   օգոստոս|օգոստոսի սեպտեմբեր|սեպտեմբերի հոկտեմբեր|հոկտեմբերի նոյեմբեր|նոյեմբերի դեկտեմբեր|դեկտեմբերի
he ינואר פברואר מרץ|מרס אפריל מאי יוני יולי אוגוסט ספטמבר אוקטובר נובמבר דצמבר
ar يناير فبراير مارس أبريل|إبريل مايو يونيو يوليو أغسطس سبتمبر أكتوبر نوفمبر ديسمبر
ar كانون_الثاني شباط آذار نيسان أيار|مايس حزيران تموز آب أيلول تشرين_الأول تشرين_الثاني كانون_الأول
ar جانفي فيفري مارس أفريل ماي جوان جويلية أوت سبتمبر أكتوبر نوفمبر ديسمبر
ar يناير فبراير مارس أبريل ماي يونيو يوليوز غشت شتنبر أكتوبر نونبر دجنبر
fa ژانویه فوریه مارس آوریل مه|می ژوئن|جون ژوئیه|جولای اوت|آگوست سپتامبر اکتبر نوامبر دسامبر
ur جنوری فروری مارچ اپریل مئی جون جولائی اگست ستمبر اکتوبر نومبر دسمبر
ps جنوري فبروري مارچ اپریل می جون جولای اګست سپتمبر|سپټمبر اکتوبر نومبر دسمبر|ډسمبر
ckb کانوونی_دووەم شوبات ئازار نیسان ئایار حوزەیران تەممووز|تەمموز|تەمووز ئاب ئەیلوول تشرینی_یەکەم تشرینی_دووەم
   کانوونی_یەکەم
ku çile|rêbendan sibat|reşemî adar|avdar nîsan|avrêl gulan hezîran|pûşper tîrmeh tebax|gelawêj îlon|rezber
   cotmeh|kewçêr mijdar|sermawez berfanbar|kanûn
hi जनवरी फरवरी|फ़रवरी मार्च अप्रैल मई जून जुलाई अगस्त सितंबर|सितम्बर अक्टूबर|अक्तूबर नवंबर|नवम्बर दिसंबर|दिसम्बर
bn জানুয়ারি|জানুয়ারী ফেব্রুয়ারি|ফেব্রুয়ারী মার্চ এপ্রিল মে জুন জুলাই আগস্ট সেপ্টেম্বর অক্টোবর নভেম্বর ডিসেম্বর
my ဇန်နဝါရီလ|ဇန်နဝါရီ ဖေဖော်ဝါရီလ|ဖေဖော်ဝါရီ မတ်လ|မတ် ဧပြီလ|ဧပြီ မေလ ဇွန်လ ဇူလိုင်လ|ဇူလိုင် ဩဂုတ်လ|ဩဂုတ်
   စက်တင်ဘာလ|စက်တင်ဘာ အောက်တိုဘာလ|အောက်တိုဘာ နိုဝင်ဘာလ|နိုဝင်ဘာ ဒီဇင်ဘာလ|ဒီဇင်ဘာ
th มกราคม กุมภาพันธ์ มีนาคม เมษายน พฤษภาคม มิถุนายน กรกฎาคม สิงหาคม กันยายน ตุลาคม พฤศจิกายน ธันวาคม
id januari februari maret april mei juni juli agustus september oktober november desember
ms januari februari mac april mei jun julai ogos september oktober november disember
tl enero pebrero marso abril mayo hunyo hulyo agosto setyembre oktubre nobyembre disyembre
sw januari februari machi aprili mei juni julai agosti septemba oktoba novemba desemba
"""
_SOLAR_HIJRI = """
fa فروردین اردیبهشت خرداد تیر مرداد|امرداد شهریور مهر آبان آذر دی بهمن اسفند
en farvardin ordibehesht khordad tir mordad|amordad shahrivar mehr aban azar dey|dei bahman esfand
prs حمل ثور جوزا سرطان اسد سنبله میزان عقرب قوس جدی دلو حوت
prs hamal sawr|saur jawza|jauza saratan asad sunbula|sonbola mizan aqrab qaws|qaus jadi|jaddi dalw|dalwa hut|hoot
ps وری غویی غبرګولی چنګاښ زمری وږی تله لړم لیندۍ مرغومی سلواغه کب
"""
_HIJRI = """
ar محرم|المحرم صفر ربيع_الأول ربيع_الثاني|ربيع_الآخر جمادى_الأولى|جمادى_الأول جمادى_الثانية|جمادى_الآخرة|جمادى_الثاني
   رجب شعبان رمضان شوال ذو_القعدة|ذي_القعدة|ذيقعده ذو_الحجة|ذي_الحجة|ذيحجه
en muharram|moharram|muharrem safar|safer rabi_al_awwal|rabi_ul_awwal|rabi_al_awal|rabi_i
   rabi_al_thani|rabi_ath_thani|rabi_ul_thani|rabi_al_akhir|rabi_ii
   jumada_al_ula|jumada_al_awwal|jumada_ul_awwal|jumada_i
   jumada_al_thani|jumada_al_thaniyah|jumada_ath_thani|jumada_al_akhirah|jumada_ul_thani|jumada_ii
   rajab shaban|shaaban ramadan|ramadhan|ramazan shawwal|shawal
   dhu_al_qadah|dhul_qadah|dhu_al_qidah|dhul_qidah|dhu_al_qada|zulqadah|zilqad
   dhu_al_hijjah|dhul_hijjah|dhu_al_hijja|dhul_hijja|zulhijjah|zilhajj
"""
_ETHIOPIC = """
am መስከረም ጥቅምት ኅዳር|ህዳር ታኅሣሥ|ታህሳስ ጥር የካቲት መጋቢት ሚያዝያ|ሚያዚያ ግንቦት ሰኔ ሐምሌ|ሀምሌ ነሐሴ|ነሀሴ ጳጉሜን|ጳጉሜ
en meskerem tikimt hidar tahsas tir yekatit megabit miyazya ginbot sene hamle nehase pagume
"""
_BESIDE = """
a al an at d da de del den der di do du el en l la le of os the v
st nd rd th er ère re e º ª o го й ого е a η
day jour día ngày hari bulan tháng tarehe year année año ano jahr год года року рік g г թ
شهر ماه من سنة عام لسنة لعام سال الحرام المبارك المكرم المعظم المرجب مبارک
พ ศ ค วันที่ เดือน ปี ቀን ခုနှစ် ရက် ရက်နေ့
"""
_YEAR_FIRST = "წლის жылғы жылдын йил йили yil yili թվականի թ թվականին ခုနှစ်"
_LETTERS = re.compile(r"[^\W\d_]+")
_APOSTROPHES = re.compile("['’‘ʼʿʾ`´]")


def months_named(text: str) -> tuple[Month, ...]:
    """The months that ``text`` names beside words that belong to dates; none if it says anything else.

    "of March," is March; so is "آذار/مارس"; "listopada" is October in Croatian and November in Polish.
    """
    for alternative in re.split(r"[/()]", text):
        name = _telling(alternative)
        if found := _READINGS.get(name) or _grown(name):
            return found
    return ()


def is_idle(text: str) -> bool:
    """Whether a text between the numbers of a date says nothing: empty, ``"th, "``, ``" de "``."""
    return all(word in _IDLE for word in words_in(text))


def tells_year_first(text: str) -> bool:
    """Whether a text between a year and a day binds them, as in Georgian, Kazakh, Uzbek and Burmese."""
    words = words_in(text)
    return len(words) == 1 and words[0] in _AFTER_YEAR


def words_in(text: str) -> list[str]:
    """The words of ``text`` in the form in which they are compared."""
    return _LETTERS.findall(month_form(text))


def month_form(text: str) -> str:
    """Without case, marks and apostrophes; Arabic letter variants unified; Turkish dotless i with its dot."""
    letters = unicodedata.normalize("NFKD", plain(_APOSTROPHES.sub("", text))).replace("ı", "i")
    return letters if letters.isascii() else "".join(c for c in letters if unicodedata.category(c)[0] != "M")


def _telling(text: str) -> str:
    return "".join(word for word in words_in(text) if word not in _IDLE)


def _grown(name: str) -> tuple[Month, ...]:
    """Hebrew writes "in" before the month, Persian "month" behind it, without a space."""
    return _READINGS.get(name.removeprefix("ב")) or _READINGS.get(name.removesuffix("ماه"), ())


def _readings() -> dict[str, tuple[Month, ...]]:
    found: dict[str, dict[Month, None]] = defaultdict(dict)
    tables = zip(Calendar, (_GREGORIAN, _SOLAR_HIJRI, _HIJRI, _ETHIOPIC), strict=True)
    for calendar, table in tables:
        starts = [m.start() for m in re.finditer(r"^\w", table, re.MULTILINE)]
        for start, end in pairwise([*starts, len(table)]):
            for number, names in enumerate(table[start:end].split()[1:], start=1):
                for name in names.split("|"):
                    found[_telling(name.replace("_", " "))][calendar, number] = None
    return {form: tuple(months) for form, months in found.items()}


_IDLE = frozenset(form for word in _BESIDE.split() for form in words_in(word))
_AFTER_YEAR = frozenset(words_in(_YEAR_FIRST))
_READINGS = _readings()
