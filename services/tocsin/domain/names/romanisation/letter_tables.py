"""Tables of letters, as text that a reader of the script can check."""

from anyascii import anyascii


def letter_table(text: str, base: dict[int, str] | None = None) -> dict[int, str]:
    """For ``str.translate``: from ``"а a б b ь -"``, a letter and its Latin by turns; ``-`` is silent.

    Entries of ``base`` stay where ``text`` has none of its own.
    """
    fields = text.split()
    pairs = zip(fields[::2], fields[1::2], strict=True)
    return (base or {}) | {ord(letter): "" if latin == "-" else latin for letter, latin in pairs}


def run_table(text: str) -> dict[str, str]:
    """From ``"wong王黃 lee李"``, the Latin of each other character behind it."""
    found: dict[str, str] = {}
    for entry in text.split():
        latin = "".join(filter(str.isascii, entry))
        found |= dict.fromkeys(entry[len(latin) :], latin)
    return found


def general_table(*ranges: range) -> dict[int, str]:
    """The general transliteration of each code point, in small ASCII letters and digits; the rest is silent."""
    return {code: only_letters(anyascii(chr(code))) for codes in ranges for code in codes}


def only_letters(latin: str) -> str:
    """The ASCII letters and digits of ``latin``, in small letters."""
    return "".join(c for c in latin.lower() if c.isascii() and c.isalnum())
