"""Burmese as names are customarily spelt: by initial and rhyme (after the conventions of the Language Commission)."""

import re
from functools import lru_cache

from tocsin.domain.names.romanisation.letter_tables import letter_table
from tocsin.domain.names.romanisation.other import general

_INITIALS = letter_table(
    """
    က k ခ kh ဂ g ဃ g င ng စ s ဆ s ဇ z ဈ z ဉ ny ည ny ဋ t ဌ ht ဍ d ဎ d ဏ n တ t ထ ht ဒ d ဓ d န n ပ p ဖ ph ဗ b ဘ b မ m
    ယ y ရ y လ l ဝ w သ th ဟ h ဠ l အ -
    """
)
_RHYMES = {
    "": "a", "ာ": "a", "ိ": "i", "ီ": "i", "ု": "u", "ူ": "u", "ေ": "ay", "ဲ": "e", "ော": "aw", "ို": "o",
    "ံ": "an", "ိံ": "ein", "ုံ": "on", "က": "et", "ောက": "auk", "ိုက": "aik", "င": "in", "ောင": "aung", "ိုင": "aing",
    "စ": "it", "ည": "i", "ဉ": "in", "တ": "at", "ိတ": "eik", "ုတ": "ok", "န": "an", "ိန": "ein", "ုန": "on", "ယ": "e",
    "ုက": "ok", "ိက": "eik",
}  # fmt: skip
_SAME_FINAL = str.maketrans("ပဗဘဋဌဍဎထဒဓဇဆဈခဂဃဏမလသါ", "တတတတတတတတတတစစစကကကနနနတာ")
_SPELT_OUT = {"ဣ": "အိ", "ဤ": "အီ", "ဥ": "အု", "ဦ": "အူ", "ဧ": "အေ", "ဩ": "အော", "ဪ": "အော်", "ဿ": "သ္သ"}
_INDEPENDENT = re.compile(f"[{''.join(_SPELT_OUT)}]")
_SYLLABLE = re.compile(
    "(?P<initial>[က-အ])(?P<medials>[ျြွှ]*)(?P<vowel>[ေါာိီုူဲံ့]*)်?(?:(?P<final>[က-ဠ])(?:[့း]*်္?|္))?(?P<tone>[့း]*)|(?P<other>.)"
)


def syllables(word: str) -> list[tuple[str, ...]]:
    """A part for each syllable: customary spelling; then the newer one (ar for a, t for ht, p for ph)."""
    spelt = _INDEPENDENT.sub(lambda found: _SPELT_OUT[found.group()], word)
    found = [match.group() for match in _SYLLABLE.finditer(spelt)]
    return [tuple(map(_customary, found)), tuple(map(_newer, found))]


@lru_cache(maxsize=4_096)
def _customary(syllable: str) -> str:
    match = _SYLLABLE.fullmatch(syllable)
    if match is None or match["other"]:
        return general(syllable)
    vowel, final = match["vowel"].replace("့", "").translate(_SAME_FINAL), (match["final"] or "").translate(_SAME_FINAL)
    initial = _onset(match["initial"], match["medials"])
    rhyme = _RHYMES.get(vowel + final) or _RHYMES.get(vowel, "a") + general(final).lower()[:1]
    if initial.endswith("w") and "ွ" in match["medials"]:
        initial, rhyme = _after_w(initial, rhyme)
    if rhyme == "o" and match["tone"] == "း" and not initial.endswith("y"):
        rhyme = "oe"
    if rhyme.endswith("n") and "့" in syllable:
        rhyme += "t"
    if rhyme == "ay" and not initial:
        rhyme = "aye"
    return initial + rhyme


def _onset(initial: str, medials: str) -> str:
    latin = _INITIALS[ord(initial)]
    if "ျ" in medials or "ြ" in medials:
        latin = {"kh": "ch", "ng": "ny", "": "y"}.get(latin, latin + "y")
    if "ှ" in medials:
        latin = "sh" if latin in ("y", "ly") else "h" + latin
    return latin + "w" * ("ွ" in medials)


def _after_w(initial: str, rhyme: str) -> tuple[str, str]:
    """w and a melt into u (Htun, Nyunt); after w, ay is written e (Swe)."""
    if rhyme in ("an", "at"):
        return initial[:-1], "u" + rhyme[1:]
    return initial, "e" if rhyme == "ay" else rhyme


@lru_cache(maxsize=4_096)
def _newer(syllable: str) -> str:
    latin = _customary(syllable)
    if latin.startswith(("ht", "ph")):
        latin = latin.replace("ht", "t", 1).replace("ph", "p", 1)
    return latin + "r" if syllable.endswith(("ာ", "ါ")) else latin
