"""Consent. The two questions of the SR HRD form stand first, word for word, and by themselves; then each other use.

Their wording: srdefenders.org, "Submit information on a human rights violation" (template of 2023). They ask about a
letter of the special procedures, so that nobody else is granted anything by them.
"""

from tocsin.intake.form.questions import Kind, Part, Question, Step
from tocsin_schemas.vocabulary import Audience, Purpose

SPECIAL_PROCEDURES = ("UN-SP", "UN-SRHRD", "UN-WGAD")
LETTER, REPORTS = "consent.letter", "consent.reports"
"""The two questions."""
SAYS_YES, SAYS_NO, TOOK_BACK = "yes", "no", "withdrawn"
_ANSWERS = (SAYS_YES, SAYS_NO, TOOK_BACK)
_ASKED_OF_ALL = (Purpose.ALERT, Purpose.SHARE, Purpose.CONTACT, Purpose.TRANSMIT_TO_GOVERNMENT, Purpose.PUBLISH)
_OFFERED = {
    Audience.ALL_MECHANISMS: (*_ASKED_OF_ALL, Purpose.USE_PHOTO),
    Audience.NGOS: (*_ASKED_OF_ALL, Purpose.USE_PHOTO),
    Audience.MEDIA: (Purpose.PUBLISH, Purpose.USE_PHOTO),
    Audience.PUBLIC: (Purpose.USE_PHOTO,),
}
"""What may be agreed to towards whom; to the Government and the public by the two questions."""
ALERT = f"consent.{Audience.ALL_MECHANISMS}.{Purpose.ALERT}"
"""Without this one nobody is alerted."""
FROM_QUESTIONS: dict[str, tuple[Purpose, tuple[str, ...]]] = {
    LETTER: (Purpose.TRANSMIT_TO_GOVERNMENT, (*SPECIAL_PROCEDURES, Audience.GOVERNMENT)),
    REPORTS: (Purpose.PUBLISH, (*SPECIAL_PROCEDURES, Audience.PUBLIC)),
}
"""What each of the two answers says: one purpose, for those who write, and for whoever reads."""
OFFERED: dict[str, tuple[Purpose, tuple[str, ...]]] = {
    f"consent.{audience}.{p}": (p, (audience,)) for audience, offered in _OFFERED.items() for p in offered
}
DECISIONS = FROM_QUESTIONS | OFFERED
RECORD = "consent_record"
"""Where the form keeps what is said of every decision: by whom, when, how."""


def _asks(at: str, required: bool = False) -> Question:
    return Question(at, Kind.ONE, _ANSWERS, "consent_answer", required)


_LETTER = Part("letter", (_asks(LETTER, required=True),))
_REPORTS = Part("reports", (_asks(REPORTS, required=True),))
_AUDIENCES = tuple(
    Part(f"audience_{audience}", tuple(_asks(f"consent.{audience}.{p}") for p in offered), folds=True)
    for audience, offered in _OFFERED.items()
    if audience is not Audience.ALL_MECHANISMS
)
_MECHANISMS = Part(
    f"audience_{Audience.ALL_MECHANISMS}",
    tuple(_asks(f"consent.{Audience.ALL_MECHANISMS}.{p}") for p in _OFFERED[Audience.ALL_MECHANISMS]),
)
_RECORD = Part(
    "consent_record",
    (
        Question("informed", Kind.TICK),
        Question("given_by"),
        Question("decided_on", Kind.DAY),
        Question("recorded_how"),
        Question("expires_on", Kind.DAY),
        Question("withdrawn_on", Kind.DAY),
    ),
    at=RECORD,
)
STEP = Step("consent", (_LETTER, _REPORTS, _MECHANISMS, *_AUDIENCES, _RECORD))
