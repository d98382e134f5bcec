"""Kana in Hepburn, and as the foreign sounds that katakana approach (the u of ク and the o of ト are often mute)."""

import re

from tocsin.domain.names.romanisation.letter_tables import letter_table, run_table

_HIRAGANA_TO_KATAKANA = {code: code + 0x60 for code in range(0x3041, 0x3097)}
_SINGLE = letter_table(
    """
    ア a イ i ウ u エ e オ o カ ka キ ki ク ku ケ ke コ ko ガ ga ギ gi グ gu ゲ ge ゴ go
    サ sa シ shi ス su セ se ソ so ザ za ジ ji ズ zu ゼ ze ゾ zo タ ta チ chi ツ tsu テ te ト to
    ダ da ヂ ji ヅ zu デ de ド do ナ na ニ ni ヌ nu ネ ne ノ no ハ ha ヒ hi フ fu ヘ he ホ ho
    バ ba ビ bi ブ bu ベ be ボ bo パ pa ピ pi プ pu ペ pe ポ po マ ma ミ mi ム mu メ me モ mo
    ヤ ya ユ yu ヨ yo ラ ra リ ri ル ru レ re ロ ro ワ wa ヰ i ヱ e ヲ o ン n ヴ vu
    ヷ va ヸ vi ヹ ve ヺ vo ヵ ka ヶ ke ァ a ィ i ゥ u ェ e ォ o ャ ya ュ yu ョ yo ヮ wa ー ー ッ ッ ・ -
    """
)
"""The long mark and the small tsu wait for their neighbours."""
_GLIDES = run_table("kyキ gyギ shシ jジヂ chチ nyニ hyヒ byビ pyピ myミ ryリ tyテ dyデ fyフ vyヴ")
_BEFORE_SMALL = run_table("fフ vヴ wウ tsツ shシ jジ chチ tテト dデド kwク gwグ yイ sス zズ hyヒ")
_SMALL_Y = {"ャ": "a", "ュ": "u", "ョ": "o"}
_SMALL = {"ァ": "a", "ィ": "i", "ゥ": "u", "ェ": "e", "ォ": "o", "ヮ": "a"}
_PAIR = re.compile(f"([{''.join(_GLIDES)}])([ャュョ])|([{''.join(_BEFORE_SMALL)}])([ァィゥェォヮ])")
_DOUBLED = re.compile("ッ(?:(?=ch)|([a-z]))?")
_MUTE = re.compile("(?<=[kgszbpmfvrl])u(?![aeiouー])|(?<=[td])o(?![aeiouー])|(?<=ts)u")
_FINAL_ER = re.compile("(?<=[^aeiou])aー(?=$|[sz]$)")


def spellings(word: str) -> list[str]:
    """Hepburn without marks of length; foreign with r (アー is ar or er), with l."""
    single = _PAIR.sub(_pair, word.translate(_HIRAGANA_TO_KATAKANA)).translate(_SINGLE)
    hepburn = _DOUBLED.sub(_double, single) if "ッ" in single else single
    foreign = _MUTE.sub("", hepburn)
    foreign = _FINAL_ER.sub("er", foreign).replace("aー", "ar").replace("ー", "")
    return [hepburn.replace("ー", ""), foreign, foreign.replace("r", "l")]


def _pair(match: re.Match[str]) -> str:
    glide, small_y, consonant, small = match.groups()
    if glide:
        return _GLIDES[glide] + _SMALL_Y[small_y]
    return _BEFORE_SMALL[consonant] + _SMALL[small]


def _double(match: re.Match[str]) -> str:
    """A small tsu lengthens the next consonant; before ch it is written t, and with none after it nothing."""
    following: str | None = match.group(1)
    if following:
        return 2 * following
    return "t" if match.string.startswith("ch", match.end()) else ""
