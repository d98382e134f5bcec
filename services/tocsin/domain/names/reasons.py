"""Why two names were taken for one person's or not, in words and bits."""

from collections.abc import Iterator, Sequence

from tocsin.domain.additive import Additive
from tocsin.domain.names.alignment import Pair
from tocsin.domain.names.comparison import Compared
from tocsin.domain.names.roles import Role
from tocsin.domain.names.tokens import Token

AGREES, DIFFERS = "name-agrees", "name-differs"
Reason = tuple[str, float, str]
"""Code, bits, words."""


def reasons(compared: Compared, weights: Additive) -> Iterator[Reason]:
    """The bits of a comparison without its bias, shared out.

    What speaks for goes to the words that agree, by how rare and how alike they are; what speaks against to the words
    that nothing explains, or to the order of the words if there is none.
    """
    terms = weights.terms(compared.features)
    gain, loss = (sum(b for b in terms.values() if (b > 0) is positive) for positive in (True, False))
    agreeing = [_agreement(compared, pair) for pair in compared.alignment.pairs]
    left = [_left_over(compared.ours.tokens, place) for place in compared.alignment.left]
    right = [_left_over(compared.theirs.tokens, place) for place in compared.alignment.right]
    yield from _share(AGREES, gain, agreeing or [(1.0, "length and sound of the whole")])
    yield from _share(DIFFERS, loss, [*left, *right] or [(1.0, "order and completeness of the words")])


def _share(code: str, bits: float, parts: Sequence[tuple[float, str]]) -> Iterator[Reason]:
    whole = sum(weight for weight, _ in parts)
    for weight, words in parts if bits else ():
        yield code, bits * weight / whole if whole else bits / len(parts), words


def _agreement(compared: Compared, pair: Pair) -> tuple[float, str]:
    ours, theirs = ([side[p] for p in places] for side, places in _sides(compared, pair))
    weight = min(sum(t.rarity for t in ours), sum(t.rarity for t in theirs)) * pair.similarity
    return weight, f"“{_spelt(ours)}” ~ “{_spelt(theirs)}”: {_why(ours[0], theirs[0], pair)}"


def _sides(compared: Compared, pair: Pair) -> Iterator[tuple[Sequence[Token], tuple[int, ...]]]:
    yield compared.ours.tokens, pair.ours
    yield compared.theirs.tokens, pair.theirs


def _why(ours: Token, theirs: Token, pair: Pair) -> str:
    if len(pair.ours) + len(pair.theirs) > 2:
        return f"written together on one side, {pair.similarity:.0%} alike"
    if Role.INITIAL in (ours.role, theirs.role):
        return "an initial"
    if ours.role is theirs.role is Role.SERVANT:
        return "Abd compound"
    rarity = f"rarity {min(ours.rarity, theirs.rarity):.0f} bits"
    if ours.names & theirs.names:
        return f"forms of one name, {rarity}"
    return f"{_skeletons(ours, theirs)}, {pair.similarity:.0%} alike, {rarity}"


def _skeletons(ours: Token, theirs: Token) -> str:
    """That of a reading that both have, if there is one."""
    others = [sound.skeleton for sound in theirs.sounds]
    shared = next((sound.skeleton for sound in ours.sounds if sound.skeleton in others), None)
    return f"skeleton {shared} = {shared}" if shared else f"skeleton {ours.sounds[0].skeleton} ~ {others[0]}"


def _left_over(tokens: Sequence[Token], place: int) -> tuple[float, str]:
    token = tokens[place]
    return max(token.rarity, 1.0), f"“{token.text}” stands on one side only"


def _spelt(tokens: Sequence[Token]) -> str:
    return " ".join(t.text for t in tokens)
