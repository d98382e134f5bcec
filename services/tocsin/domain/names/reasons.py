"""Why two names were taken for one person's or not, in words and bits."""

from collections.abc import Iterator, Sequence

from tocsin.domain.additive import Additive
from tocsin.domain.forms import Form
from tocsin.domain.names.alignment import Pair
from tocsin.domain.names.comparison import Compared
from tocsin.domain.names.roles import Role
from tocsin.domain.names.tokens import Token

AGREES, DIFFERS = "name-agrees", "name-differs"
Reason = tuple[str, float, str]
"""Code, bits, words."""
_TOGETHER = Form("together", "written together on one side")
_INITIAL = Form("initial", "an initial")
_SERVANT = Form("servant", "Abd compound")
_ONE_NAME = Form("one_name", "forms of one name")
_SAME_SOUND = Form("same_sound", "skeleton {ours} = {theirs}")
_NEAR_SOUND = Form("near_sound", "skeleton {ours} ~ {theirs}")
_ALIKE = Form("alike", "{share}% alike")
_RARITY = Form("rarity", "rarity {bits} bits")
_ALONE = Form("alone", "“{word}” stands on one side only")
_WHOLE = Form("whole", "length and sound of the whole")
_ORDER = Form("order", "order and completeness of the words")
FORMS = (
    _TOGETHER, _INITIAL, _SERVANT, _ONE_NAME, _SAME_SOUND, _NEAR_SOUND, _ALIKE, _RARITY, _ALONE, _WHOLE, _ORDER,
)  # fmt: skip
"""Every reason in words: one of these, or several with commas between, after the words that it is about."""


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
    yield from _share(AGREES, gain, agreeing or [(1.0, _WHOLE())])
    yield from _share(DIFFERS, loss, [*left, *right] or [(1.0, _ORDER())])


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
        return f"{_TOGETHER()}, {_alike(pair)}"
    if Role.INITIAL in (ours.role, theirs.role):
        return _INITIAL()
    if ours.role is theirs.role is Role.SERVANT:
        return _SERVANT()
    rarity = _RARITY(bits=f"{min(ours.rarity, theirs.rarity):.0f}")
    if ours.names & theirs.names:
        return f"{_ONE_NAME()}, {rarity}"
    return f"{_skeletons(ours, theirs)}, {_alike(pair)}, {rarity}"


def _alike(pair: Pair) -> str:
    return _ALIKE(share=f"{pair.similarity * 100:.0f}")


def _skeletons(ours: Token, theirs: Token) -> str:
    """That of a reading that both have, if there is one."""
    others = [sound.skeleton for sound in theirs.sounds]
    shared = next((sound.skeleton for sound in ours.sounds if sound.skeleton in others), None)
    if shared:
        return _SAME_SOUND(ours=shared, theirs=shared)
    return _NEAR_SOUND(ours=ours.sounds[0].skeleton, theirs=others[0])


def _left_over(tokens: Sequence[Token], place: int) -> tuple[float, str]:
    token = tokens[place]
    return max(token.rarity, 1.0), _ALONE(word=token.text)


def _spelt(tokens: Sequence[Token]) -> str:
    return " ".join(t.text for t in tokens)
