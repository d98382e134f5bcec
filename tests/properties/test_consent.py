"""Whatever was decided, marked, withdrawn and merged: nothing is told beyond the rule as the tests state it themselves.

``TOCSIN_CONSENT_CASES=1000000`` makes the long run of it.
"""

import os
from collections import Counter
from collections.abc import Iterator
from datetime import datetime, timedelta
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import consent_rule
from builders import a_claim
from consent_questions import EVERYONE, NOON, a_decision
from tocsin.domain.claims import Claim
from tocsin.domain.routing.consent import (
    Addressee,
    Allowed,
    Denied,
    Granted,
    day_of,
    may,
    shown_to,
    visible_claims,
    visible_fields,
    weigh,
)
from tocsin.domain.routing.disclosure import LEVELS, fields_of, redact
from tocsin_schemas.alerts import DisclosureLevel
from tocsin_schemas.vocabulary import Certainty, ConsentStatus, Purpose, Tlp

COMPARISONS = int(os.environ.get("TOCSIN_CONSENT_CASES", "20000"))
PLAIN = a_claim()
MARKS = [
    *(field.replace("alleged_victims/", "alleged_victims/0/") for of in LEVELS.values() for field in of),
    *("/", "/alleged_victims", "/alleged_victims/0", "/alleged_victims/1/health", "/violation", "/violation/types/0"),
    *("/violation/unheard_of", "/alleged_victims/0/names/0/value", "/nothing", "/risk/", "/source/name", "//detention"),
]


def a_case(random: Random, towards: Addressee, purpose: Purpose) -> list[Claim]:
    return [
        PLAIN.model_copy(
            update={
                "report_id": f"00000000-0000-5000-8000-{random.randrange(16**12):012x}",
                "received_at": NOON - timedelta(random.randint(0, 3)),
                "consents": [a_decision(random, towards, purpose) for _ in range(random.randint(0, 5))],
                "tlp": random.choice([*Tlp, Tlp.CLEAR, Tlp.CLEAR, Tlp.GREEN]),
                "certainty": random.choice([*Certainty, Certainty.LIKELY, Certainty.OBSERVED]),
                "embargo_until": NOON + timedelta(hours=random.randint(-30, 6)) if random.random() < 0.2 else None,
                "confidential_fields": random.sample(MARKS, random.randint(0, 3)) if random.random() < 0.5 else [],
            }
        )
        for _ in range(random.randint(1, 3))
    ]


def an_addressee_and_purpose(random: Random) -> tuple[Addressee, Purpose]:
    towards = random.choice(EVERYONE)._replace(informed_consent=random.random() < 0.15)
    fitting = {"government": [Purpose.TRANSMIT_TO_GOVERNMENT], "media": [Purpose.PUBLISH], "public": [Purpose.PUBLISH]}
    usual = fitting.get(towards.audience, [Purpose.ALERT, Purpose.SHARE])
    return towards, random.choice([*usual * 4, *Purpose])


def with_one_withdrawn(random: Random, claims: list[Claim]) -> list[Claim]:
    """One decision of one claim is withdrawn, if there is any."""
    which = random.randrange(len(claims))
    consents = list(claims[which].consents)
    if consents:
        place = random.randrange(len(consents))
        consents[place] = consents[place].model_copy(update={"status": ConsentStatus.WITHDRAWN})
    changed = claims[which].model_copy(update={"consents": consents})
    return [*claims[:which], changed, *claims[which + 1 :]]


def a_life(random: Random) -> Iterator[tuple[list[Claim], Addressee, Purpose, datetime]]:
    """A case as it is asked about from day to day: merged with another, and withdrawn from between two questions."""
    towards, purpose = an_addressee_and_purpose(random)
    now, claims = NOON - timedelta(hours=random.randint(0, 40)), a_case(random, towards, purpose)
    for _ in range(4):
        yield claims, towards if random.random() < 0.8 else random.choice(EVERYONE), purpose, now
        now += timedelta(hours=random.randint(0, 30))
        if random.random() < 0.3:
            claims = claims + a_case(random, towards, purpose)
        elif random.random() < 0.5:
            claims = with_one_withdrawn(random, claims)


def expected(claim: Claim, towards: Addressee, purpose: Purpose, level: DisclosureLevel, now: datetime):
    return consent_rule.fields(claim, *towards, purpose, level, now)


def opened(verdict: Granted | Denied):
    return None if isinstance(verdict, Denied) else verdict.fields


def check(random: Random) -> Counter[str]:
    """Compare every answer about one life of one case with the rule; the rules that decided, counted."""
    decided: Counter[str] = Counter()
    for claims, towards, purpose, now in a_life(random):
        level = random.choice(list(DisclosureLevel))
        told = [expected(claim, towards, purpose, level, now) for claim in claims]
        verdicts = [may(claim, towards, purpose, now, level) for claim in claims]
        assert [opened(verdict) for verdict in verdicts] == told
        alone = [visible_fields(claim, towards, purpose, level, now) for claim in claims]
        assert [None if isinstance(fields, Denied) else fields for fields in alone] == told
        visible = visible_claims(
            claims, towards.mechanism, towards.audience, purpose, now, towards.mandate, towards.informed_consent
        )
        allowed = [claim for claim, fields in zip(claims, told, strict=True) if fields is not None]
        assert visible == sorted(allowed, key=lambda claim: claim.report_id)
        _check_shown(claims, towards, level, now)
        decided.update(verdict.rule for verdict in verdicts)
    return decided


def _check_shown(claims, towards, level, now) -> None:
    """Of a merged case each claim is shown as if it were alone, and none opens another."""
    shared = [(claim, expected(claim, towards, Purpose.SHARE, level, now)) for claim in claims]
    shared.sort(key=lambda pair: (pair[0].received_at, pair[0].report_id))
    assert shown_to(towards, claims, now, level) == [redact(c, frozenset(f)) for c, f in shared if f is not None]


@pytest.mark.timeout(1800)
def test_every_answer_is_the_answer_of_the_rule() -> None:
    random, decided = Random(20261124), Counter[str]()
    while decided.total() < COMPARISONS:
        decided.update(check(random))
    assert min(decided.values()) > decided.total() / 500, "every rule decides often enough to be seen"
    assert decided.keys() == {
        *("consent-granted", "consent-absent", "consent-refused", "consent-withdrawn", "consent-unknown"),
        *("consent-expired", "consent-not-informed", "purpose-unfit", "certainty-unlikely", "under-embargo"),
        *("tlp-red", "tlp-amber-strict", "tlp-amber", "tlp-green"),
    }


@settings(max_examples=100, deadline=None)
@given(st.randoms(use_true_random=False))
def test_the_same_in_small(random: Random) -> None:
    check(random)


def questions(seed: int, count: int = 1500) -> Iterator[tuple[Random, list[Claim], Addressee, Purpose, datetime]]:
    random = Random(seed)
    for _ in range(count):
        claims, towards, purpose, now = next(a_life(random))
        yield random, claims, towards, purpose, now


def is_told(claim: Claim, towards: Addressee, purpose: Purpose, now: datetime) -> bool:
    return isinstance(may(claim, towards, purpose, now), Granted)


def test_one_refusal_more_never_opens_anything() -> None:
    for random, (claim, *_), towards, purpose, now in questions(1):
        refusal = a_decision(random, towards, purpose).model_copy(update={"status": ConsentStatus.REFUSED})
        more = claim.model_copy(update={"consents": [*claim.consents, refusal]})
        assert is_told(claim, towards, purpose, now) or not is_told(more, towards, purpose, now)


def test_one_withdrawal_more_never_opens_anything() -> None:
    for random, (claim, *_), towards, _, now in questions(2):
        for purpose in Purpose:
            (less,) = with_one_withdrawn(random, [claim])
            assert is_told(claim, towards, purpose, now) or not is_told(less, towards, purpose, now)


def test_one_grant_less_never_opens_anything() -> None:
    """Of the grants in force and, where that is asked for, informed: others deny, as any doubt does."""
    for _, (claim, *_), towards, purpose, now in questions(3):
        for place, grant in enumerate(claim.consents):
            is_grant = grant.status is ConsentStatus.GRANTED and (grant.informed or not towards.informed_consent)
            if is_grant and (grant.expires_on is None or grant.expires_on >= day_of(now)):
                less = claim.model_copy(update={"consents": claim.consents[:place] + claim.consents[place + 1 :]})
                assert is_told(claim, towards, purpose, now) or not is_told(less, towards, purpose, now)


def test_a_merge_never_widens_what_one_claim_allowed() -> None:
    for random, claims, towards, purpose, now in questions(4):
        others = a_case(random, towards, purpose)
        apart = shown_to(towards, claims, now) + shown_to(towards, others, now)
        together = shown_to(towards, claims + others, now)
        assert sorted(map(repr, apart)) == sorted(map(repr, together))


def test_no_mark_of_the_publisher_is_ever_shown_and_the_source_never() -> None:
    random = Random(5)
    for _ in range(1500):
        marks, level, purpose = random.sample(MARKS, 2), random.choice(list(DisclosureLevel)), random.choice([*Purpose])
        fields = fields_of(PLAIN.model_copy(update={"confidential_fields": marks}), level, purpose)
        assert fields <= fields_of(PLAIN, level, purpose)
        assert fields.isdisjoint(LEVELS[None])
        for mark in marks:
            hidden = mark.replace("/0/", "/").replace("/1/", "/").removesuffix("/0").rstrip("/")
            assert not any(f"{field}/".startswith(f"{hidden}/") for field in fields)


def test_a_week_later_no_more_is_told_unless_an_embargo_ended() -> None:
    for _, (claim, *_), towards, purpose, now in questions(6):
        open_now = claim.model_copy(update={"embargo_until": None})
        later = is_told(open_now, towards, purpose, now + timedelta(7))
        assert is_told(open_now, towards, purpose, now) or not later


def test_what_is_weighed_once_answers_as_if_it_were_weighed_for_each() -> None:
    for random, (claim, *_), towards, purpose, now in questions(7):
        sound = claim.model_copy(update={"certainty": Certainty.LIKELY, "embargo_until": None})
        weighed = weigh(sound, day_of(now))
        for asking in (towards, random.choice(EVERYONE)):
            answer = weighed.permission(
                asking.audience, asking.mechanism, purpose, asking.mandate, asking.informed_consent
            )
            assert isinstance(answer, Allowed) is is_told(sound, asking, purpose, now)
