"""Why a person is asked to look at something: the sentences of the review queue, of codes and ids, without names.

What asks writes them by these forms, and whoever shows one reads it by them (see ``forms``). Kinds that are not here
have a code for a reason, or several.
"""

from collections.abc import Mapping

from tocsin.domain.forms import Form

INCOMPLETE = Form("incomplete", "matching-incomplete: {failure}")
STRAY_REPLY = Form("stray_reply", "reply: {country}, {quality}")
STRAY_ACTION = Form("stray_action", "{mechanism}: {action}")
UNCONFIRMED = Form("unconfirmed", "reply {reply}: {country}, {quality}; to {mechanism}: {action}, {letter}")
OUTDATED = Form("outdated", "recipient {person}: {declined}")
QUESTIONED = Form("questioned", "{answer}: {outcome}, recipient {person}")
DUE_FAILED = Form("due_failed", "{due}: {error}; due {due_id}")
LABEL_REVIEW = Form("label_review", "{label} since {day}, by {by}")
UNANSWERED = Form("unanswered", "{why}: {mandate}")
QUOTED = Form("quoted", "report {report} was erased; mails that may quote it: {number}")
WITHDRAWN_LATE = Form("withdrawn_late", "report {report}: withdrawn as {withdrawn}, stands as {stands}")
SUPPRESSED = Form("suppressed", "recipient {person}, {channel}: on the provider's list {list}")
ISOLATED = Form("isolated", "{place}")
CODES_OF_ONE = Form("codes_of_one", "recipient {person}: too many codes were asked for")
CODES_OF_NOBODY = Form("codes_of_nobody", "an address that nobody has: too many codes were asked for")
ALTERED_ENTRY = Form("altered_entry", "recipient {person}, version {version}: {altered}")
FAULTS = Form("faults", "directory verify: {faults}")
PROTECTED = Form("protected", "mail: it held what may not be said at its level")
UNWRITTEN = Form("unwritten", "mail: it cannot be written")
UNWRITTEN_NOTICE = Form("unwritten_notice", "notice of the directory, or a code: it cannot be written")
DRILL_SILENT = Form(
    "drill_silent",
    "drill {drill}: {silent} of {called} did not confirm in time; {unreachable} of them without a working address",
)
MAILBOX_AWAY = Form("mailbox_away", "recipient {person}: the mailbox answers that nobody is there")
CAME_PROVED = Form("came_proved", "{came}: from the person written to")
CAME_UNPROVED = Form("came_unproved", "{came}: not proved to be from the person written to")
CAME_ASTRAY = Form("came_astray", "{came}: of no case that is known")
NO_DIGEST = Form("no_digest", "recipient {person}: wishes no digest (proved to be from the person written to)")
NO_DIGEST_UNPROVED = Form(
    "no_digest_unproved", "recipient {person}: wishes no digest (not proved to be from the person written to)"
)
IN_DOUBT = Form("in_doubt", "{mail} {delivery}, attempt {attempt}")
UNDELIVERED_OF = Form("undelivered_of", "{state}, {turned}: {mail} of {mandate} to {person}")
UNDELIVERED = Form("undelivered", "{state}, {turned}: {mail} to {person}")
CERTIFICATE_ENDS = Form("certificate_ends", "{entry}: certificate expires on {day}")
CERTIFICATE_UNFIT = Form("certificate_unfit", "{entry}: {unfit}")

FORMS: Mapping[str, tuple[Form, ...]] = {
    "matching_incomplete": (INCOMPLETE,),
    "action_unmatched": (STRAY_REPLY, STRAY_ACTION),
    "reply_unconfirmed": (UNCONFIRMED,),
    "directory_outdated": (OUTDATED,),
    "answer_questioned": (QUESTIONED,),
    "due_failed": (DUE_FAILED,),
    "emblematic_review": (LABEL_REVIEW,),
    "unanswered": (UNANSWERED,),
    "replies_remain": (QUOTED,),
    "withdrawal_refused": (WITHDRAWN_LATE,),
    "recipient_suppressed": (SUPPRESSED,),
    "isolated_message": (ISOLATED,),
    "sign_in_refused": (CODES_OF_ONE, CODES_OF_NOBODY),
    "directory_altered": (ALTERED_ENTRY, FAULTS),
    "mail_stopped": (PROTECTED, UNWRITTEN, UNWRITTEN_NOTICE),
    "drill_unanswered": (DRILL_SILENT,),
    "recipient_away": (MAILBOX_AWAY,),
    "reply_received": (CAME_PROVED, CAME_UNPROVED, CAME_ASTRAY),
    "digest_unwanted": (NO_DIGEST, NO_DIGEST_UNPROVED),
    "delivery_unknown": (IN_DOUBT,),
    "undelivered": (UNDELIVERED_OF, UNDELIVERED),
    "certificate_expiring": (CERTIFICATE_ENDS, CERTIFICATE_UNFIT),
}
"""By kind of review; of a kind, what is read first."""
CODED: Mapping[str, str] = {
    "possible_duplicate": "reason",
    "component_alarm": "reason",
    "unrouted": "rule",
    "certainty": "rule",
    "emblematic_suggested": "suggestion",
}
"""Kinds whose reason is a code, or several with commas between; with what kind of code it is."""
