"""Comparable forms of a place name: the same text for what a reader takes for the same name.

The original is kept elsewhere; nothing here is shown to anyone.
"""

import re
import unicodedata
from hashlib import blake2b

from anyascii import anyascii

_LONGEST = 200
"""Characters of a name that count."""
KEY_BYTES = 4
_ARABIC = str.maketrans(
    {
        **dict.fromkeys("ىیېۍئےۓ", "ي"),
        **dict.fromkeys("کڪګگ", "ك"),
        **dict.fromkeys("ةہەھۃۀ", "ه"),
        **dict.fromkeys("أإآٱ", "ا"),
        "ؤ": "و",
    }
)
_UNWRITTEN = re.compile(
    "[\u0640\u0610-\u061a\u064b-\u065f\u0670\u0621\u05b0-\u05c7\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]"
)
"""Tatweel, harakat, the lone hamza, Hebrew points, and what is invisible."""
_ARTICLE = re.compile(r"\bال(?=\w{3})")
_WORD = re.compile(r"[a-z0-9]+")
_NO_LETTER = re.compile(r"[\W_]+")
_CLUSTERS = {"tch": "s", "tsch": "s", "sch": "s", "ch": "s", "dj": "s", "x": "ks", "ts": "s"}
_CLUSTER = re.compile("|".join(sorted(_CLUSTERS, key=len, reverse=True)))
_CONSONANTS = str.maketrans("jzqc", "sskk", "h")
_VOWEL = re.compile("[aeiouwy]")
_REPEATED = re.compile(r"(.)\1+")
_PARTS = re.compile(r"[,;/|،؛、，()（）\[\]]|\s[-–—]\s")
_DIVISION = re.compile(
    "(?<=[\u3400-\u9fff]{2})[市省县縣區区州郡町村府都道]$|(?<=[\uac00-\ud7a3]{2})(?:특별자치|특별|광역)?[시도군구읍면]$"
)
"""How Chinese, Japanese and Korean end the name of a division; the name itself has two characters or more."""
_DESIGNATORS = """
area camp capital cercle city commune communal county department departement departamento district estado etat
governorate gouvernorat gobernacion locality metropolitan municipality municipio mouhafazat muhafazah muhafazat
muhafaza municipal municipalite oblast okrug ostan partido periphery prefecture prison provincia province provinsi
raion rayon refugee region regency shahrestan state subdivision town township urbaine rurale village ville ciudad
pueblo villa cidade wilaya wilayah wilayat woreda zone kota kabupaten gorod selo poselok misto shahr qada caza
محافظة ولاية مدينة منطقة قضاء ناحية بلدية البلدية قرية مخيم عمالة إقليم سجن استان شهر شهرستان روستای زندان ولسوالی
город область области район г с село посёлок місто обл
"""
_PARTICLES = (
    "of e ye de del du des d da do di the la le les los las el al ar as ash ad at ath an az er es esh ed et en ez l y"
)


def folded(name: str) -> str:
    """``name`` without case, accents, spaces and punctuation, in Latin letters; empty if nothing is left of it.

    Letters of Arabic that writers exchange (ي ى ی, ك ک, ة ه, أ إ آ ا) give the same; so do composed and other forms.
    """
    return "".join(_latin_words(plain(name)))


def bare(name: str) -> str:
    """``folded``, without articles and the words that say what kind of place it is: "Governorate of Idlib" is idlib."""
    text = _ARTICLE.sub("", _DIVISION.sub("", plain(name).strip()))
    return "".join(word for word in _latin_words(text) if word not in _IDLE)


def native(name: str) -> str:
    """The name in its own letters, or nothing if those are Latin: tells apart what transliteration makes equal."""
    text = _NO_LETTER.sub("", _DIVISION.sub("", plain(name).strip()))
    return text if text > "\u036f" and not "\u1e00" <= text <= "\u1f00" else ""


def skeleton(form: str) -> str:
    """The consonants of a folded form, those that romanisations exchange made equal: hama and hamah, dayr and deir."""
    hard = _CLUSTER.sub(lambda found: _CLUSTERS[found[0]], form)
    return _REPEATED.sub(r"\1", _VOWEL.sub("", hard.translate(_CONSONANTS)))


def parts(name: str) -> list[str]:
    """The parts of "Evin prison, Tehran" or of "Artsyz (Odesa)", in order; none if there is nothing to divide."""
    found = [part.strip() for part in _PARTS.split(name[:_LONGEST])]
    found = [part for part in found if part]
    return found if len(found) > 1 else []


def plain(name: str) -> str:
    """The first 200 characters in lower case, compatibility forms unified (NFKC), Arabic letter variants too."""
    text = unicodedata.normalize("NFKC", name[:_LONGEST]).casefold()
    return text if text.isascii() else _UNWRITTEN.sub("", text).translate(_ARABIC)


def key(form: str) -> int:
    """The number under which a form stands in the gazetteer: 32 bits of BLAKE2b.

    One unknown name in ten thousand thus meets a place somewhere, one in a million a place of its own country.
    """
    return int.from_bytes(blake2b(form.encode(), digest_size=KEY_BYTES).digest(), "little")


def _latin_words(text: str) -> list[str]:
    return _WORD.findall(anyascii(text).lower().replace("'", "").replace("`", ""))


_IDLE = frozenset(w for word in f"{_DESIGNATORS} {_PARTICLES}".split() for w in _latin_words(plain(word)))
