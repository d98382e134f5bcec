"""In whose name a sender may speak: a publisher for itself and those given to it, ourselves for everybody."""

import pytest

from builders import a_closed_case, a_report
from databases import NOW
from signed_house import NAME, OTHER, SINCE
from tocsin.store.publishing.publishers import Publisher
from tocsin.store.receiving.authenticating import Sender
from tocsin_schemas.actions import ActionTaken, FollowUpDue, RecommendationMade, StateReplied
from tocsin_schemas.model import Model
from tocsin_schemas.problems import InvalidEvent
from tocsin_schemas.reports import Reference, Withdrawal
from tocsin_schemas.vocabulary import ActionType, ReferenceScheme, ReplyQuality

RECOMMENDED = RecommendationMade(
    mechanism=NAME, country="GEO", recommendation="Act.", made_on=NOW.date(), recorded_at=NOW
)
TAKEN_ACTION = ActionTaken(
    mechanism=NAME, action=ActionType.ALLEGATION_LETTER, case="HRD-7F3K-22Q", taken_on=NOW.date(), recorded_at=NOW
)
REPLIED = StateReplied(
    country="GEO",
    case="HRD-7F3K-22Q",
    in_reply_to=Reference(scheme=ReferenceScheme.UN_COMMUNICATION, value="GEO 1/2026"),
    replied_on=NOW.date(),
    quality=ReplyQuality.SUBSTANTIVE,
    recorded_at=NOW,
)
DUE = FollowUpDue(mechanism=NAME, due_on=NOW.date(), reason="reply", recorded_at=NOW)
CLOSED = a_closed_case()
IN_WHOSE_NAME: dict[str, tuple[Model, str]] = {
    "its own report": (a_report(publisher=NAME), ""),
    "another's report": (a_report(publisher=OTHER), "publisher-mismatch"),
    "a report of whom it acts for": (a_report(publisher="UN-WGAD"), "publisher-mismatch"),
    "another's withdrawal": (
        Withdrawal(publisher=OTHER, publisher_reference="1", revision=2, reason="other", withdrawn_at=NOW),
        "publisher-mismatch",
    ),
    "its own action": (TAKEN_ACTION, ""),
    "an action of whom it acts for": (TAKEN_ACTION.model_copy(update={"mechanism": "UN-WGAD"}), ""),
    "another's action": (TAKEN_ACTION.model_copy(update={"mechanism": OTHER}), "publisher-mismatch"),
    "another's recommendation": (RECOMMENDED.model_copy(update={"mechanism": OTHER}), "publisher-mismatch"),
    "what a State replied": (REPLIED, ""),
    "what only we say": (DUE, "event-type-not-yours"),
    "what belongs on no topic of theirs": (CLOSED, "event-type-not-yours"),
}


@pytest.mark.parametrize("case", IN_WHOSE_NAME)
def test_a_publisher_speaks_in_its_own_name_and_in_those_that_were_given_to_it(case: str) -> None:
    content, code = IN_WHOSE_NAME[case]
    sender = Sender(NAME, Publisher(NAME, ("UN-WGAD",), SINCE, "op-1"))
    if not code:
        sender.check(content)
        return
    with pytest.raises(InvalidEvent) as refused:
        sender.check(content)
    assert refused.value.problems[0].code == code


def test_ourselves_may_say_everything() -> None:
    for content, _ in IN_WHOSE_NAME.values():
        Sender("tocsin", None).check(content)
