"""Who may see which field of which report, and where: what ``deploy/access.md`` and ``deploy/consent.md`` say, written
again for tests. It shares with the product the shape of a claim and the table of fields, and no code.
"""

import consent_rule

NAME_A_MANDATE = ("reviewer", "duty_officer")
"""Operators who may give a case out to a mandate, with what that mandate may have."""
LEVELS = ("L0", "L1", "L2")


def may_see(role, holds, wish, route, alert_level, claims, towards, field, now):
    """role: of the account. holds: whether the person holds the mandate. wish: their level. towards: the mandate, as
    (audience, mechanism, mandate, needs informed consent). route: ``page``, ``export`` or ``mail`` with full text.
    """
    is_reader = role == "recipient" and holds
    names_it = role in NAME_A_MANDATE and route == "export"
    if not (is_reader or names_it):
        return False
    most = "L2" if route == "mail" else min(alert_level, wish if is_reader else "L1", "L1")
    is_alerted = route == "mail" or any(_fields(claim, towards, "alert", most, now) is not None for claim in claims)
    return is_alerted and any(field in (_fields(claim, towards, "share", most, now) or ()) for claim in claims)


def _fields(claim, towards, purpose, level, now):
    audience, mechanism, mandate, needs_informed = towards
    return consent_rule.fields(claim, audience, mechanism, mandate, needs_informed, purpose, level, now)
