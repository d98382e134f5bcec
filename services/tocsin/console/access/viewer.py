"""Who looks at a page of the console, by account and roles, and what a page asks of them."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

from fastapi import HTTPException, Request


class Role(StrEnum):
    """What an account may do. One account may have several."""

    RECIPIENT = "recipient"
    REVIEWER = "reviewer"
    DUTY_OFFICER = "duty_officer"
    DIRECTORY_ADMIN = "directory_admin"
    AUDITOR = "auditor"
    PUBLISHER = "publisher"


@dataclass(frozen=True, slots=True)
class Viewer:
    """name: the id of an account, never the name of a person."""

    name: str
    roles: frozenset[Role]

    def may(self, *roles: Role) -> bool:
        """Whether the viewer has one of these roles."""
        return not self.roles.isdisjoint(roles)


def viewer_of(request: Request) -> Viewer:
    """Whom the access layer let in. Raises HTTPException(404) if nobody: as if there were no such page."""
    viewer = getattr(request.state, "viewer", None)
    if not isinstance(viewer, Viewer):
        raise HTTPException(404)
    return viewer


def require(*roles: Role) -> Callable[[Request], Viewer]:
    """A dependency that gives the viewer. Raises HTTPException(404) if they have none of the roles."""

    def check(request: Request) -> Viewer:
        viewer = viewer_of(request)
        if not viewer.may(*roles):
            raise HTTPException(404)
        return viewer

    return check
