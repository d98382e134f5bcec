"""Who looks at a page, and the roles that a page asks for."""

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

from fastapi import HTTPException, Request

ASKED_AFTER, TAKEN_UNTIL = timedelta(minutes=10), timedelta(minutes=20)
"""Since somebody proved who they are: when the form of a grave act gives way to the question, and how long what is
sent by it is taken; whoever was shown the form has time to fill it in. A session itself lives for 15 minutes unused.
"""


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


@dataclass(frozen=True, slots=True)
class Proof:
    """What a route of a grave act depends on (ASVS 5.0, 7.5.3): ``Depends(Proof("/publishers/new"))``.

    back: the page to go on with after proving it, with parts of the route's own path.
    """

    back: str

    def __call__(self, request: Request) -> None:
        """Raises HTTPException(401), which tells where to go on, unless the viewer has just proved who they are."""
        if not request.state.has_proved(TAKEN_UNTIL):
            raise HTTPException(401, self.back.format(**request.path_params))


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
