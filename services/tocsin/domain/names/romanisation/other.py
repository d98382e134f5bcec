"""Scripts without rules of their own: general transliteration."""

from anyascii import anyascii


def spellings(word: str) -> tuple[str]:
    """One, not yet cleaned of what is not a letter."""
    return (general(word),)


def general(text: str) -> str:
    """``text`` in ASCII; characters that have no transliteration are left out."""
    return text if text.isascii() else anyascii(text)
