"""Who may see which field of which report, and where: what ``deploy/access.md`` and ``deploy/consent.md`` say, written
again for tests. It shares with the product the shape of a claim and the table of fields, and no code.
"""

from functools import cache

import consent_rule

NAME_A_MANDATE = ("reviewer", "duty_officer")
"""Operators who may give a case out to a mandate, with what that mandate may have."""


def told_of(claims, towards, now):
    """What consent opens of these claims, by purpose and level, to a mandate: (audience, mechanism, mandate, informed)."""
    audience, mechanism, mandate, informed = towards

    @cache
    def told(purpose, level):
        each = (consent_rule.fields(c, audience, mechanism, mandate, informed, purpose, level, now) for c in claims)
        return [fields for fields in each if fields is not None]

    return told


def may_see(role, holds, wish, route, alert_level, told, field):
    """role: of the account. holds: whether the person holds the mandate. wish: their level.

    route: ``page``, ``export`` or ``mail`` with full text. told: of ``told_of``.
    """
    is_reader = role == "recipient" and holds
    names_it = role in NAME_A_MANDATE and route == "export"
    if not (is_reader or names_it):
        return False
    most = "L2" if route == "mail" else min(alert_level, wish if is_reader else "L1", "L1")
    is_alerted = route == "mail" or bool(told("alert", most))
    return is_alerted and any(field in fields for fields in told("share", most))
