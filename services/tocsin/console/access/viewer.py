"""Who looks at a page, as far as a page may know: an account's id and its roles."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

from fastapi import HTTPException, Request


class Role(StrEnum):
    """What somebody may do in the console."""

    RECIPIENT = "recipient"
    REVIEWER = "reviewer"
    DUTY_OFFICER = "duty_officer"
    DIRECTORY_ADMIN = "directory_admin"
    AUDITOR = "auditor"
    PUBLISHER = "publisher"


@dataclass(frozen=True, slots=True)
class Viewer:
    """name: an account's id, never a person's name; of a recipient, their id in the directory."""

    name: str
    roles: frozenset[Role]

    def may(self, *roles: Role) -> bool:
        """Whether the viewer has one of these roles."""
        return not self.roles.isdisjoint(roles)


def viewer_of(request: Request) -> Viewer:
    """Who asks, as the access layer found. Raises HTTPException(404) if nobody has signed in."""
    viewer = getattr(request.state, "viewer", None)
    if not isinstance(viewer, Viewer):
        raise HTTPException(404)
    return viewer


def require(*roles: Role) -> Callable[[Request], Viewer]:
    """A dependency that gives the viewer, or answers 404, as for what is absent, to who has none of the roles."""

    def permitted(request: Request) -> Viewer:
        viewer = viewer_of(request)
        if not viewer.may(*roles):
            raise HTTPException(404)
        return viewer

    return permitted
