"""Devanagari as Hindi, Nepali and Marathi names are spelt: the inherent a, and where it is silent."""

import re

from tocsin.domain.names.romanisation.letter_tables import general_table, letter_table

_INHERENT = "ə"
_CONSONANTS = letter_table(
    """
    क k ख kh ग g घ gh ङ n च ch छ chh ज j झ jh ञ n ट t ठ th ड d ढ dh ण n त t थ th द d ध dh न n ऩ n प p फ ph ब b भ bh म m
    य y र r ऱ r ल l ळ l ऴ l व v श sh ष sh स s ह h
    """
)
_SIGNS = letter_table("ा a ि i ी i ु u ू u ृ ri ॄ ri ॅ e ॆ e े e ै ai ॉ o ॊ o ो o ौ au ् ^")
_OTHERS = letter_table("अ a आ a इ i ई i उ u ऊ u ऋ ri ऍ e ए e ऐ ai ऑ o ओ o औ au ं n ँ n ः - ऽ - ़ -")
_TABLE = (
    general_table(range(0x900, 0x980))
    | {code: latin + _INHERENT for code, latin in _CONSONANTS.items()}
    | {code: "|" + latin for code, latin in _SIGNS.items()}
    | _OTHERS
)
"""A sign takes the place (``|``) of the inherent a before it; virama leaves ``^`` between the letters of a cluster."""
_NUKTA = re.compile("([कखगजडढफय])़")
_WITH_NUKTA = {"क": "q", "ख": "kh", "ग": "gh", "ज": "z", "ड": "r", "ढ": "rh", "फ": "f", "य": "y"}
_FINAL = re.compile("(?<=[aeiouə])([^aeiouə^]{1,4})ə$")
_MEDIAL = re.compile("([aeiouə][^aeiouə^]{1,3})ə(?=[^aeiouə^]{1,3}[aeiouə])")
_LABIAL = re.compile("n(?=[pbm])")


def spellings(word: str) -> list[str]:
    """The inherent a silent at the end; silent also between single consonants (Ohala's rule); sounded everywhere.

    After a cluster the final a is sounded (Indra).
    """
    joined = _NUKTA.sub(lambda found: _WITH_NUKTA[found.group(1)] + _INHERENT, word)
    joined = joined.replace("ज्ञ", "ग्य").replace("ंह", "ंघ")
    full = joined.translate(_TABLE).replace("ə|", "").replace("|", "")
    full = _LABIAL.sub("m", full) if "ं" in word else full
    final = _FINAL.sub(r"\1", full)
    return [_written(final), _written(_MEDIAL.sub(r"\1", final)), _written(full)]


def _written(text: str) -> str:
    return text.replace("ə", "a").replace("^", "")
