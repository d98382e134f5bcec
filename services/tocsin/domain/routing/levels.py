"""How much a mandate is told, given what its route discloses and what those wish for who are told."""

from collections.abc import Collection

from tocsin_schemas.alerts import DisclosureLevel


def level_for(route: DisclosureLevel, wishes: Collection[DisclosureLevel]) -> DisclosureLevel:
    """No more than the route discloses, nor than the most careful of the persons wishes.

    Full text is the exception: each who can read it gets it, encrypted to them alone, and the others coded facts.
    """
    lowest = min([route, DisclosureLevel.L1, *wishes])
    if lowest < DisclosureLevel.L1:
        return lowest
    return max((min(route, wish) for wish in wishes), default=lowest)
