"""Han characters: Mandarin in Pinyin and Wade–Giles, family names as Hong Kong spells them, and foreign names."""

from functools import lru_cache

from tocsin.domain.names.romanisation.letter_tables import run_table
from tocsin.domain.names.romanisation.other import general
from tocsin.domain.names.romanisation.pinyin import foreign, wade_giles

_FAMILY_READINGS = run_table(
    "zeng曾 shan單单 xie解 qiu仇 ou區区 zha查 zhai翟 ge盖蓋 miao繆缪 piao朴 du都 qin覃 yue樂乐"
)
"""Characters read otherwise when they are a family name."""
_HONG_KONG = run_table(
    "wong王黃黄汪 lee李 cheung張张蔣蒋 lau劉刘 chan陳陈 yeung楊杨 chiu趙赵招 ng吳吴伍 chow周鄒邹 tsui徐崔 "
    "suen孫孙 ma馬马 chu朱 wu胡 kwok郭 ho何 lam林 ko高 law羅罗 cheng鄭郑 leung梁 tse謝谢 sung宋 tong唐湯汤 "
    "hui許许 tang鄧邓 fung馮冯 hon韓韩 tso曹 tsang曾 pang彭 siu蕭萧 choi蔡 poon潘 tin田 tung董 yuen袁阮 yu余俞 "
    "yip葉叶 to杜 so蘇苏 ngai魏 ching程 lui呂吕雷 ting丁 yam任 sum沈 yiu姚 lo盧卢 chung鍾钟 keung姜 tam譚谭 "
    "liu廖 shek石 ka賈贾 ha夏 fong方 hung熊 pak白 mang孟 chun秦 yau邱 hau侯 kong江 wan尹溫温 sit薛 lai黎 "
    "kwan關关 mok莫 kam甘 au歐欧區区 chin錢钱 lok駱骆 mak麥麦 kwong鄺邝 mui梅 shum岑"
)
_FAMILY = 4
"""A longer word is a foreign name, which begins with no family name."""
_TRANSCRIBING = frozenset("尔爾斯兹茲姆弗埃娅婭茨特")
"""Characters that transcribe foreign names and are rare in Chinese ones."""


def syllables(word: str) -> list[tuple[str, ...]]:
    """A part for each character: Pinyin; a Hong Kong family name before Pinyin; Wade–Giles; foreign sounds.

    Of names that look foreign the sounds come second, with r and with l for 尔.
    """
    parts = tuple(_pinyin(c) for c in word)
    sounds = tuple(foreign(c, p) for c, p in zip(word, parts, strict=True))
    taiwan = tuple(map(wade_giles, parts))
    if len(word) > _FAMILY or not _TRANSCRIBING.isdisjoint(word):
        lateral = tuple("l" if sound == "r" else sound for sound in sounds)
        return [parts, sounds, lateral, taiwan]
    families = [(latin[word[0]], *parts[1:]) for latin in (_FAMILY_READINGS, _HONG_KONG) if word[0] in latin]
    mandarin = families.pop(0) if word[0] in _FAMILY_READINGS else parts
    return [mandarin, *families, parts, taiwan, sounds]


@lru_cache(maxsize=4_096)
def _pinyin(character: str) -> str:
    return general(character).lower()
