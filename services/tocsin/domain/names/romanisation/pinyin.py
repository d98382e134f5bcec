"""Pinyin syllables in Wade–Giles, and as the foreign sounds they stand for in Chinese transcriptions of names."""

import re
from functools import lru_cache

from tocsin.domain.names.romanisation.letter_tables import run_table

_WHOLE = {
    "zi": "tzu", "ci": "tzu", "si": "szu", "zhi": "chih", "chi": "chih", "shi": "shih", "ri": "jih", "er": "erh",
    "ge": "ko", "ke": "ko", "he": "ho", "you": "yu", "yan": "yen", "ye": "yeh", "yong": "yung", "yi": "i",
    "gui": "kuei", "kui": "kuei", "guo": "kuo", "kuo": "kuo", "huo": "huo", "shuo": "shuo", "qu": "chu", "xu": "hsu",
}  # fmt: skip
_INITIALS = {"zh": "ch", "b": "p", "d": "t", "g": "k", "j": "ch", "q": "ch", "x": "hs", "z": "ts", "c": "ts", "r": "j"}
_INITIAL = re.compile("^(?:zh|ch|sh|[bdgjqxzcr])")
_FINALS = {"ong": "ung", "ian": "ien", "ie": "ieh", "ue": "ueh", "uo": "o", "iong": "iung"}
_FINAL = re.compile("(?:i?ong|ian|ie|ue|uo)$")

_FOREIGN_CHARACTERS = run_table(
    "r尔爾耳 l勒 b布 ber伯 p普 t特 d德 k克 g格 f夫弗 s斯思絲丝 z兹茲 ts茨 ch奇 m姆 en恩 h赫 j杰傑 ji吉 ki基 "
    "ri里裡裏 ro罗羅 lo洛 ru鲁魯 re雷瑞 ra拉 li利莉丽麗 ren伦倫 son森逊遜 ton顿頓 ga加 ja贾賈 ia亚亞娅婭 va瓦 "
    "vi维維 wi威 we韦韋 sch施 hi希 si西 ka卡 co科柯 cu库庫 o奥奧 e埃 ai艾 eu欧歐 me梅 ne内內 be贝貝 fe费費 pe佩 "
    "sh什 cha查 jo乔喬 man曼 mar马馬 jean让讓 qui奎 wo沃 ha哈 mc麦麥 mi米 ho霍 hu胡 fi菲 den登 sen琛 lan兰蘭 "
    "an安 gu古 ian扬揚"
)
_FOREIGN = re.compile("uo$|^y(?=i)|^w(?=u)|^x|ei$|^q|^ji(?=a)|(?<=[tdkgls])e$|^zh")
_FOREIGN_SOUNDS = {"uo": "o", "y": "", "w": "", "x": "s", "ei": "e", "q": "ch", "ji": "g", "e": "", "zh": "j"}


@lru_cache(maxsize=1_024)
def wade_giles(syllable: str) -> str:
    """Without the marks of aspiration, as newspapers print it (Taiwan)."""
    if syllable in _WHOLE:
        return _WHOLE[syllable]
    final = _FINAL.sub(lambda found: _FINALS[found.group()], syllable)
    return _INITIAL.sub(lambda found: _INITIALS.get(found.group(), found.group()), final)


@lru_cache(maxsize=8_192)
def foreign(character: str, syllable: str) -> str:
    """The sound ``character`` usually stands for, else ``syllable`` nearer to European spelling."""
    known = _FOREIGN_CHARACTERS.get(character)
    return known or _FOREIGN.sub(lambda found: _FOREIGN_SOUNDS[found.group()], syllable)
