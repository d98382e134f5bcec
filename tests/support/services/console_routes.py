"""Who may see which page of the console, as people have decided it: independent of what the routes say of themselves."""

from tocsin.console.access.viewer import Role

ALL = frozenset(Role)
DUTY, AUDITORS, ADMINS = frozenset({Role.DUTY_OFFICER}), frozenset({Role.AUDITOR}), frozenset({Role.DIRECTORY_ADMIN})
REVIEWERS = DUTY | {Role.REVIEWER}
OPERATORS = REVIEWERS | AUDITORS | ADMINS
WHO_MAY = {
    ("GET", "/"): ALL,
    ("GET", "/cases/{reference}"): REVIEWERS | AUDITORS,
    ("GET", "/account"): ALL,
    ("POST", "/account/sessions"): ALL,
    ("POST", "/sign-out"): ALL,
    ("GET", "/stuck"): OPERATORS,
    ("GET", "/reviews"): REVIEWERS,
    ("GET", "/reviews/{review_id}"): REVIEWERS,
    ("POST", "/reviews/{review_id}/decision"): REVIEWERS,
    ("POST", "/reviews/{review_id}/close"): REVIEWERS,
    ("GET", "/decisions/{judgement_id}"): REVIEWERS,
    ("POST", "/decisions/{judgement_id}/undo"): REVIEWERS,
    ("GET", "/unrouted"): REVIEWERS,
    ("GET", "/search"): REVIEWERS,
    ("POST", "/search/reference"): REVIEWERS,
    ("POST", "/search/name"): REVIEWERS,
    ("POST", "/search/place"): REVIEWERS,
    ("GET", "/deliveries"): DUTY | AUDITORS,
    ("GET", "/deliveries/{delivery_id}"): DUTY | AUDITORS,
    ("POST", "/deliveries/{delivery_id}/settlement"): DUTY,
    ("GET", "/dead-letters"): DUTY | AUDITORS,
    ("GET", "/dead-letters/{event_id}"): DUTY | AUDITORS,
    ("GET", "/dead-letters/{event_id}/message"): DUTY,
    ("POST", "/dead-letters/{event_id}/replay"): DUTY,
    ("GET", "/directory"): ADMINS | AUDITORS,
    ("GET", "/directory/changes/{change_id}"): ADMINS | AUDITORS,
    ("GET", "/directory/changes/{change_id}/words"): ADMINS,
    ("GET", "/directory/changes/{change_id}/decision"): ADMINS,
    ("POST", "/directory/changes/{change_id}/decision"): ADMINS,
    ("GET", "/publishers"): DUTY | ADMINS | AUDITORS,
    ("GET", "/knowledge"): OPERATORS,
    ("GET", "/knowledge/unverified"): OPERATORS,
    ("GET", "/drills"): DUTY,
    ("GET", "/drills/{drill_id}"): DUTY,
    ("POST", "/drills"): DUTY,
    ("GET", "/audit"): AUDITORS,
    ("GET", "/audit/verification"): AUDITORS,
    ("GET", "/brief"): OPERATORS | {Role.RECIPIENT},
    ("GET", "/brief.pdf"): OPERATORS | {Role.RECIPIENT},
    ("GET", "/brief/cases/{reference}"): REVIEWERS | {Role.RECIPIENT},
    ("GET", "/brief/cases/{reference}/brief.pdf"): REVIEWERS | {Role.RECIPIENT},
    ("GET", "/brief/cases/{reference}/cap.xml"): REVIEWERS | {Role.RECIPIENT},
    ("GET", "/brief/cases/{reference}/case.jsonld"): REVIEWERS | {Role.RECIPIENT},
}
