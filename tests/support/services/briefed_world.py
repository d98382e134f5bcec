"""A world of cases with all that a brief counts, made by chance: as rows, and as it is kept."""

from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from random import Random
from typing import Any

from sqlalchemy import Connection

import planted
from briefed import ActionRow, CaseRow, RecommendationRow, tallied
from builders import a_claim
from consents import decision
from databases import NOW
from tocsin.domain.briefing.periods import Period
from tocsin.domain.briefing.tallying import Tallies
from tocsin.domain.claims import Claim
from tocsin.domain.following.acting import Action, ActionState
from tocsin.domain.routing.consent import Addressee
from tocsin.store import tables
from tocsin.store.casework import links
from tocsin_schemas.cases import LinkKind
from tocsin_schemas.vocabulary import (
    AccountabilityStatus,
    ActionType,
    Audience,
    ConsentStatus,
    Purpose,
    ReplyQuality,
    Topic,
    ViolationType,
    WgadCategory,
)

MECHANISMS = [Addressee(Audience.ALL_MECHANISMS, "UN-WGAD")]
PERIOD = Period(date(2026, 7, 1), date(2026, 12, 31))
_FIRST = date(2026, 6, 1)
_PARTIES = ("UN-WGAD", "OSCE-ODIHR", "IACHR-RELE")
_BEST = (ReplyQuality.SUBSTANTIVE, ReplyQuality.INCOMPLETE, ReplyQuality.REJECTS, ReplyQuality.NONE)


@dataclass
class World:
    """dice: everything comes of it. of_case: its claims. home: of a case that became part of another."""

    dice: Random
    connection: Connection
    opened: dict[str, date] = field(default_factory=dict)
    of_case: dict[str, list[Claim]] = field(default_factory=dict)
    home: dict[str, str] = field(default_factory=dict)
    linked: set[tuple[str, str]] = field(default_factory=set)
    acts: list[tuple[str | None, ActionRow]] = field(default_factory=list)
    recommended: list[tuple[date, RecommendationRow]] = field(default_factory=list)

    def expected(self) -> Tallies:
        """As each row is counted by itself."""
        covered = [case for case in self.of_case if PERIOD.first <= self.opened[case] <= PERIOD.last]
        taken = [row for _, row in self.acts if row.action.on and PERIOD.first <= row.action.on <= PERIOD.last]
        made = [row for on, row in self.recommended if PERIOD.first <= on <= PERIOD.last]
        return tallied([self._row(case) for case in covered], taken, made, MECHANISMS, NOW)

    def _row(self, case: str) -> CaseRow:
        others = {self._now(b) for a, b in self.linked if self._now(a) == case}
        others |= {self._now(a) for a, b in self.linked if self._now(b) == case}
        acts = [row.action for place, row in self.acts if place is not None and self._now(place) == case]
        earlier = [self.of_case[other] for other in others - {case}]
        claims = sorted(self.of_case[case], key=lambda claim: claim.report_id)  # the first that was accepted is first
        return CaseRow(self.opened[case], claims, earlier, acts)

    def _now(self, case: str) -> str:
        return self.home.get(case, case)


def a_world(connection: Connection, seed: int, cases: int = 30) -> World:
    world = World(Random(seed), connection)
    for number in range(cases):
        _open(world, number)
    known = list(world.opened)
    for _ in range(cases // 2):
        _link(world, *world.dice.sample(known, 2))
    for number in range(cases * 2):
        _act(world, number, world.dice.choice([*known, None]))
    for number in range(cases):
        _recommend(world, number)
    return world


def _day(dice: Random, days: int = 220) -> date:
    return _FIRST + timedelta(days=dice.randrange(days))


def _open(world: World, number: int) -> None:
    dice, on = world.dice, _day(world.dice)
    whole = dice.choice(list(world.of_case)) if world.of_case and dice.random() < 0.2 else None
    over: dict[str, Any] = {"opened_at": datetime.combine(on, time(dice.randrange(24)), UTC)}
    if whole is not None:
        over |= {"state": "merged", "redirects_to": whole}
    case = planted.plant_case(world.connection, number, **over)
    world.opened[case] = on
    if whole is not None:
        world.home[case] = whole
        return
    world.of_case[case] = []
    for publisher in dice.sample(_PARTIES, dice.randrange(1, 4)):
        claim = _claim(dice)
        identity = planted.plant_report(world.connection, case, publisher, claim=claim)
        world.of_case[case].append(a_claim(**{"report_id": identity, "publisher": publisher} | claim))


def _claim(dice: Random) -> dict[str, Any]:
    claim: dict[str, Any] = {
        "country": dice.choice(["TGO", "BLR", "PER"]),
        "date": _day(dice, 100).isoformat(),
        "violations": [dice.choice(list(ViolationType))],
        "topics": [dice.choice(list(Topic))],
        "strict_reprisal": dice.random() < 0.3,
        "broad_reprisal": dice.random() < 0.4,
        "accountability": dice.choice(list(AccountabilityStatus)),
    }
    if dice.random() < 0.4:
        claim["categories"] = dice.sample(list(WgadCategory), 2)
    if dice.random() < 0.2:
        claim["embargo_until"] = NOW + timedelta(days=dice.choice([-1, 3]))
    if dice.random() < 0.2:
        claim["consents"] = [decision(Audience.ALL_MECHANISMS, ConsentStatus.WITHDRAWN, Purpose.SHARE)]
    return claim


def _link(world: World, one: str, other: str) -> None:
    kind = world.dice.choice([LinkKind.SAME_PERSON, LinkKind.SAME_PERSON, LinkKind.POSSIBLE_DUPLICATE])
    ends = (min(one, other), max(one, other))
    links.add(world.connection, {ends: kind}, NOW)
    if kind is LinkKind.SAME_PERSON:
        world.linked.add(ends)


def _act(world: World, number: int, case: str | None) -> None:
    dice, state, on = world.dice, world.dice.choice(list(ActionState)), _day(world.dice)
    is_plan = state in (ActionState.PLANNED, ActionState.DONE)
    signatories = tuple(dice.sample(_PARTIES, dice.randrange(2)))
    embargo = NOW + timedelta(days=dice.choice([-1, 3])) if dice.random() < 0.2 else None
    due = _day(dice) if dice.random() < 0.6 else None
    kind, party, identity = dice.choice(list(ActionType)), dice.choice(_PARTIES), planted.ident("act", number)
    act = Action(identity, state, party, kind, signatories, ("TGO",), None if is_plan else on, embargo, NOW)
    row = {
        "action_id": identity,
        "state": state.value,
        "mechanism": party,
        "action": kind.value,
        "signatories": list(signatories),
        "named": [],
        "states": ["TGO"],
        "case_id": case,
        "planned_for": on.isoformat() if is_plan else None,
        "taken_on": None if is_plan else on.isoformat(),
        "reply_due": due.isoformat() if due else None,
        "embargo_until": embargo,
        "recorded_at": NOW,
        "received_at": NOW,
    }
    world.connection.execute(tables.actions.insert().values(row))
    answers = [dice.choice(_BEST) for _ in range(dice.randrange(3))]
    for nth, quality in enumerate(answers):
        reply = {"reply_id": planted.ident("reply", number, nth), "action_id": identity, "reference_key": "k"}
        reply |= {"country": "TGO", "replied_on": "2026-11-01", "quality": quality.value, "received_at": NOW}
        world.connection.execute(tables.replies.insert().values(reply))
    world.acts.append((case, ActionRow(act, due, min(answers, key=_BEST.index, default=None))))


def _recommend(world: World, number: int) -> None:
    dice, on, party = world.dice, _day(world.dice), world.dice.choice(_PARTIES)
    due, is_followed = (_day(dice) if dice.random() < 0.7 else None), dice.random() < 0.3
    row = {
        "recommendation_id": planted.ident("recommendation", number),
        "mechanism": party,
        "country": "TGO",
        "themes": [],
        "made_on": on.isoformat(),
        "due_on": due.isoformat() if due else None,
        "received_at": NOW,
        "settled_at": NOW if is_followed else None,
    }
    world.connection.execute(tables.recommendations.insert().values(row))
    world.recommended.append((on, RecommendationRow(party, due, is_followed)))
