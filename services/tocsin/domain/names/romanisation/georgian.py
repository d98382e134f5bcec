"""Georgian by the national system of 2002, and as older spellings by way of Russian have it."""

from tocsin.domain.names.romanisation.letter_tables import general_table, letter_table

_NATIONAL = letter_table(
    """
    ა a ბ b გ g დ d ე e ვ v ზ z თ t ი i კ k ლ l მ m ნ n ო o პ p ჟ zh რ r ს s ტ t უ u ფ p ქ k ღ gh ყ q შ sh ჩ ch
    ც ts ძ dz წ ts ჭ ch ხ kh ჯ j ჰ h ჱ ey ჲ y ჳ w ჴ q ჵ o ჶ f
    """,
    general_table(range(0x10A0, 0x1100), range(0x2D00, 0x2D30)),
)
_OLDER = letter_table("ღ g ყ k ფ ph თ th ჯ dj ჭ tch ძ z წ tz ხ h", _NATIONAL)
_RUSSIAN = letter_table("ღ g ყ k ფ f ჯ dzh", _NATIONAL)


def spellings(word: str) -> tuple[str, str, str]:
    """National; older European; by way of Russian. The apostrophes of the glottalised are not written in names."""
    return word.translate(_NATIONAL), word.translate(_OLDER), word.translate(_RUSSIAN)
