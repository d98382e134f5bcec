"""Armenian as the East speaks it (the Republic, Iran) and as the West does (Lebanon, Syria, Turkey, the diaspora)."""

import re

from tocsin.domain.names.romanisation.letter_tables import general_table, letter_table

_EASTERN = letter_table(
    """
    ա a բ b գ g դ d ե e զ z է e ը y թ t ժ zh ի i լ l խ kh ծ ts կ k հ h ձ dz ղ gh ճ ch մ m յ y ն n շ sh ո o չ ch պ p
    ջ j ռ r ս s վ v տ t ր r ց ts ւ v փ p ք k օ o ֆ f ՙ -
    """,
    general_table(range(0x530, 0x590)),
)
_WESTERN = letter_table("բ p գ k դ t պ b կ g տ d ճ j ջ ch ծ dz ձ ts", _EASTERN)
_PAIR = re.compile("^ո(?=[^ւ])|^եւ|^ե(?=[^ա])|^յ|ու|եւ|իւ|եա|յա")
_EAST = {"^ո": "vo", "^եւ": "yev", "^ե": "ye", "ու": "u", "եւ": "ev", "իւ": "yu", "եա": "ya", "յա": "ya", "^յ": "y"}
_WEST = _EAST | {"եա": "ia", "յա": "ia", "ու": "ou", "իւ": "iou", "^յ": "h"}
_OLD = _EAST | {"եա": "ia", "յա": "ia"}


def spellings(word: str) -> tuple[str, str, str]:
    """Eastern, with -yan; Western, with -ian; Eastern with -ian."""
    return (
        _spelt(word, _EAST).translate(_EASTERN),
        _spelt(word, _WEST).translate(_WESTERN),
        _spelt(word, _OLD).translate(_EASTERN),
    )


def _spelt(word: str, pairs: dict[str, str]) -> str:
    def pair(found: re.Match[str]) -> str:
        letters = found.group()
        return pairs.get("^" + letters if found.start() == 0 else letters) or pairs[letters]

    return _PAIR.sub(pair, word)
