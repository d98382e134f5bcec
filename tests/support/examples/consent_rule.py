"""The rule of consent said a second time, from its words in ``deploy/consent.md`` alone: what the product is held to.

It shares with the product the shape of a claim and the table of fields, and no code.
"""

import re
from datetime import UTC

from tocsin.domain.routing.disclosure import LEVELS

PUBLIC = ("publish", "use_photo")
FITTING = {"government": ("transmit_to_government",), "media": PUBLIC, "public": PUBLIC}


def fields(claim, audience, mechanism, mandate, needs_informed, purpose, level, now):
    """The fields that may be told, a set; or None if the claim may not be used at all."""
    own = [name for name in (mandate, mechanism, audience if audience == "government" else None) if name]
    name, decisions = _deciding(claim, own, mechanism, audience, purpose)
    must_be_named = claim.tlp == "red" or (claim.tlp == "amber+strict" and audience == "ngos")
    denials = [
        not decisions or purpose not in FITTING.get(audience, [purpose]),
        any(d.status != "granted" or (d.expires_on and now.astimezone(UTC).date() > d.expires_on) for d in decisions),
        needs_informed and not all(d.informed for d in decisions),
        (must_be_named and name not in own) or (claim.tlp != "clear" and purpose in PUBLIC),
        claim.certainty == "unlikely" or (claim.embargo_until is not None and now < claim.embargo_until),
    ]
    told = set() if level == "L0" or purpose in ("alert", "contact", "use_photo") else _opened(claim, level)
    return None if any(denials) else told


def _deciding(claim, own, mechanism, audience, purpose):
    family = mechanism.split("-")[0] if mechanism else None
    for name in [*own, family, audience]:
        decisions = [d for d in claim.consents if d.recipient == name and d.purpose == purpose]
        if audience == "ngos" and name == family and name not in own:
            decisions = [d for d in decisions if d.status != "granted"]
        if decisions:
            return name, decisions
    return None, []


def _opened(claim, level):
    told = {*LEVELS["L1"], *(LEVELS["L2"] if level == "L2" else ())}
    for mark in claim.confidential_fields:
        place = re.sub("/[0-9]+(?=/|$)", "", re.sub("//+", "/", mark)).rstrip("/")
        while not (hidden := {f for level in LEVELS for f in LEVELS[level] if f"{f}/".startswith(f"{place}/")}):
            place = place.rpartition("/")[0]
        told -= hidden
    return told
