"""Names of months in English, French, Spanish, Russian and Arabic (both sets), short and long."""

from tocsin.importing.cells.words import fold

MONTHS = (
    "january jan janvier janv enero ene январь января янв يناير جانفي",
    "february feb février févr fév febrero февраль февраля фев فبراير فيفري شباط",
    "march mar mars marzo март марта мар مارس آذار",
    "april apr avril avr abril abr апрель апреля апр أبريل ابريل إبريل أفريل نيسان",
    "may mai mayo май мая مايو ماي أيار",
    "june jun juin junio июнь июня июн يونيو جوان حزيران",
    "july jul juillet juil julio июль июля июл يوليو يوليوز جويلية تموز",
    "august aug août aout agosto ago август августа авг أغسطس غشت أوت آب",
    "september sep sept septembre septiembre setiembre сентябрь сентября сен سبتمبر شتنبر أيلول",
    "october oct octobre octubre октябрь октября окт أكتوبر اكتوبر",
    "november nov novembre noviembre ноябрь ноября ноя نوفمبر نونبر",
    "december dec décembre déc diciembre dic декабрь декабря дек ديسمبر دجنبر",
)
"""Two Levantine months have names of two words, of which the second alone does not tell them apart: not read."""

_OTHERS = """
    هـ ه هجري هجرية محرم صفر رجب شعبان رمضان شوال hijri hégire hégira ah muharram safar rajab shaaban ramadan shawwal
    ramadán хиджра рамадан فروردین اردیبهشت خرداد تیر مرداد شهریور مهر آبان آذر دی بهمن اسفند
    farvardin ordibehesht khordad mordad shahrivar mehr aban azar bahman esfand
"""
OTHER_CALENDARS = frozenset(map(fold, _OTHERS.split()))
"""Months and marks of the Hijri and Solar Hijri calendars, which are told, not turned into ours."""
