"""What routing says of its decisions: sentences that are kept in English and can be read again (``domain.forms``)."""

from tocsin.domain.forms import Form

EVERY_STATE = Form("every_state", "{mechanism} is competent for every State, here {country}")
BOUND = Form("bound", "{country} was bound by {organisation} on {day}")
CAME = Form("came", "{country} came to be bound by {organisation} on {day}, and what began on {last} or before went on")
CEASED = Form(
    "ceased", "{country} ceased to be bound by {organisation} on {day}, and what began on {last} or before went on"
)
ASSOCIATE = Form("associate", "{country} was an associate of {organisation} on {day}")
OBSERVER = Form("observer", "{country} was an observer of {organisation} on {day}")
NO_LONGER = Form("no_longer", "{country} has not been bound by {organisation} since {day}")
NOT_YET = Form("not_yet", "{country} was not yet bound by {organisation} on {day}")
NEVER = Form("never", "{country} is not bound by {organisation}")
ALWAYS = Form("always", "competent for every case of its mechanism")
COOPERATION = Form("cooperation", "reprisal for cooperation with {mechanism}")
OWN = Form("own", "it published the report itself")
NO_CONSENT = Form("no_consent", "no report on this subject may be told to it")
LOOK_FIRST = Form("look_first", "a person must look first")
EMBARGO = Form("embargo", "not to be told before {moment}")
SENTENCES = (
    EVERY_STATE, BOUND, CAME, CEASED, ASSOCIATE, OBSERVER, NO_LONGER, NOT_YET, NEVER, ALWAYS, COOPERATION, OWN,
    NO_CONSENT, LOOK_FIRST, EMBARGO,
)  # fmt: skip
"""Whole ones. A trigger by facts is none: it lists their codes, with commas between."""

RESPONSIBLE = Form("responsible", "{country}, responsible for {territory},")
"""In place of a State."""
BOTH = Form("both", "{subject}; {competence}")
"""Why a mandate is competent: its subject matter, and the State."""
MAYBE = Form("maybe", "{sentence}, which the date may mean")
STATUS = Form("status", "{sentence} ({status})")
UNVERIFIED = Form("unverified", "{sentence} [unverified]")
ADDED = (UNVERIFIED, STATUS, MAYBE)
"""What is put behind another, the last first."""
