"""Who looks at a page, and the roles that a page asks for."""

from dataclasses import dataclass
from enum import StrEnum

from fastapi import HTTPException, Request


class Role(StrEnum):
    RECIPIENT = "recipient"
    REVIEWER = "reviewer"
    DUTY_OFFICER = "duty_officer"
    DIRECTORY_ADMIN = "directory_admin"
    AUDITOR = "auditor"
    PUBLISHER = "publisher"


@dataclass(frozen=True, slots=True)
class Viewer:
    """name: an account's id, never a person's name."""

    name: str
    roles: frozenset[Role]

    def may(self, *roles: Role) -> bool:
        """Whether the viewer has one of the roles."""
        return not self.roles.isdisjoint(roles)


@dataclass(frozen=True, slots=True)
class Requirement:
    """What a route depends on: ``Depends(require(Role.REVIEWER))``."""

    roles: frozenset[Role]

    def __call__(self, request: Request) -> Viewer:
        """The viewer. Raises HTTPException(404) without one of the roles: what is not theirs is not there."""
        viewer = viewer_of(request)
        if not viewer.may(*self.roles):
            raise HTTPException(404)
        return viewer


def viewer_of(request: Request) -> Viewer:
    """As the access layer has set it. Raises HTTPException(404) if there is none."""
    viewer = getattr(request.state, "viewer", None)
    if not isinstance(viewer, Viewer):
        raise HTTPException(404)
    return viewer


def require(*roles: Role) -> Requirement:
    """One of these roles; whoever has none of them gets the same page as for what is absent."""
    return Requirement(frozenset(roles))


async def genuine(request: Request) -> None:
    """What is sent comes from a page that this browser was given. Raises HTTPException(403)."""
    if request.method in ("GET", "HEAD"):
        return
    given = (await request.form()).get("csrf", "")
    if not request.state.is_genuine(given if isinstance(given, str) else ""):
        raise HTTPException(403)
