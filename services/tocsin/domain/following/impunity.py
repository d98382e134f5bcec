"""Impunity: an attack on somebody whose earlier attack led to nothing, so that it could happen again."""

from collections.abc import Iterable, Sequence

from tocsin.domain.claims import Claim
from tocsin.domain.routing.severities import UNPUNISHED
from tocsin_schemas.dates import parse_edtf


def is_repeated(claims: Sequence[Claim], others: Iterable[Claim]) -> bool:
    """Whether one of the other claims speaks of an earlier event whose accountability has come to a halt.

    claims: of one case. others: of other cases of the same person (E/CN.4/2005/102/Add.1, definition of impunity).
    """
    unpunished = [parse_edtf(claim.date).latest for claim in others if claim.accountability in UNPUNISHED]
    return any(earlier < parse_edtf(claim.date).earliest for earlier in unpunished for claim in claims)
