"""Names of months and weekdays in eight languages: full, inflected, abbreviated.

English, German, French, Spanish, Italian, Portuguese, Dutch and Russian. Names are compared folded: lower case, without
accents. Refuses nothing: a name is in the tables or it is not, and none means two months. `mar` is March in four of the
languages and Tuesday in three: a weekday only where another word names the month.
"""
# ruff: noqa: RUF001 - Cyrillic letters are meant

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from unicodedata import combining, normalize

_MONTHS = (
    "jan january januar janner janv janvier ene enero gen gennaio janeiro januari январь января янв",
    "feb february februar feber fevr fev fevrier febrero febbraio fevereiro februari февраль февраля фев февр",
    "mar march marz mrz mars marzo marco maart mrt март марта мар",
    "apr april avr avril abr abril aprile апрель апреля апр",
    "may mai mayo mag maggio maio mei май мая",
    "jun june juni juin junio giu giugno junho июнь июня июн",
    "jul july juli juil juillet julio lug luglio julho июль июля июл",
    "aug august aout ago agosto augustus август августа авг",
    "sep sept september septembre septiembre setiembre set settembre setembro сентябрь сентября сен сент",
    "oct october okt oktober octobre octubre ott ottobre out outubro октябрь октября окт",
    "nov november novembre noviembre novembro ноябрь ноября ноя нояб",
    "dec december dez dezember decembre dic diciembre dicembre dezembro декабрь декабря дек",
)
_WEEKDAYS = (
    "mon monday mo montag lun lundi lunes lunedi seg segunda segunda-feira ma maandag пн понедельник",
    "tue tues tuesday di dienstag mar mardi martes martedi ter terca terca-feira dinsdag вт вторник",
    "wed weds wednesday mi mittwoch mer mercredi mie miercoles mercoledi qua quarta quarta-feira wo woensdag ср среда",
    "thu thur thurs thursday do donnerstag jeu jeudi jue jueves gio giovedi qui quinta quinta-feira donderdag"
    " чт четверг",
    "fri friday fr freitag ven vendredi vie viernes venerdi sex sexta sexta-feira vr vrijdag пт пятница",
    "sat saturday sa samstag sonnabend sam samedi sab sabado sabato za zaterdag сб суббота",
    "sun sunday so sonntag dim dimanche dom domingo domenica zo zondag вс воскресенье",
)


def folded(text: str) -> str:
    """Lower case without accents: `Août` and `AOUT` are one name."""
    lower = text.lower()
    return lower if lower.isascii() else "".join(c for c in normalize("NFD", lower) if not combining(c))


def _numbered(rows: tuple[str, ...], first: int) -> Mapping[str, int]:
    return MappingProxyType({folded(name): number for number, row in enumerate(rows, first) for name in row.split()})


#: Folded name -> 1..12.
MONTH_NUMBERS = _numbered(_MONTHS, 1)
#: Folded name -> 0..6, Monday first.
WEEKDAY_NUMBERS = _numbered(_WEEKDAYS, 0)
#: The weekdays of 2025年11月21日(金), 星期五.
CJK_WEEKDAYS = MappingProxyType(
    {sign: number % 7 for number, sign in enumerate("月火水木金土日一二三四五六日월화수목금토일")}
)
