"""The comparable form of a name. The name as given is never changed; this form is only hashed and compared."""

import re
import unicodedata

from anyascii import anyascii

_SEPARATORS = re.compile(r"[^a-z0-9]+")
_MAX_CHARACTERS = 1_000


def normalised(name: str) -> str:
    """Compatibility-folded, transliterated to Latin, without accents or case, its parts in alphabetical order.

    "Komi  ADZOVI" and "Adzovi, Komi" give the same; so does "Комі" and its transliteration. At most the first
    1,000 characters count.
    """
    folded = unicodedata.normalize("NFKC", name[:_MAX_CHARACTERS]).casefold()
    latin = anyascii(folded).casefold()
    latin = "".join(c for c in unicodedata.normalize("NFKD", latin) if not unicodedata.combining(c))
    return " ".join(sorted(part for part in _SEPARATORS.split(latin.replace("'", "")) if part))


def is_full_name(normalised_name: str) -> bool:
    """Whether the form has at least two parts; a single one names too many people to join cases on."""
    return len(normalised_name.split()) >= 2
