"""What the auditor says of each kind of breach that it finds: sentences of figures, without names (see ``forms``)."""

from collections.abc import Mapping

from tocsin.domain.forms import Form

FORMS: Mapping[str, Form] = {
    "offset_gap": Form("offset_gap", "{missing} missing, the first at offset {hole}"),
    "tail_lag": Form("tail_lag", "nothing read from offset {offset} on"),
    "outbox_stuck": Form("outbox_stuck", "an event waits since {since} to be published"),
    "report_parked_long": Form("report_parked_long", "its reports wait their turn"),
    "parked_astray": Form("parked_astray", "read as parked, and waits nowhere; or the reverse"),
    "report_without_case": Form("report_without_case", "its case does not exist"),
    "report_silent": Form("report_silent", "no alert, no hold and no review"),
    "dead_letter_missing": Form("dead_letter_missing", "put aside without a letter"),
    "alert_undelivered": Form("alert_undelivered", "fewer deliveries than recipients"),
    "answer_unheard": Form("answer_unheard", "given on a page, and not followed"),
    "delivery_claimed": Form("delivery_claimed", "claimed more than {seconds} s ago, without outcome"),
    "delivery_overdue": Form("delivery_overdue", "due more than {seconds} s ago, and not sent"),
    "delivery_in_doubt": Form("delivery_in_doubt", "outcome unknown for more than {seconds} s"),
    "delivery_state_unknown": Form("delivery_state_unknown", "its state is not one that exists"),
    "delivery_uncarried": Form("delivery_uncarried", "the mail that should tell it is gone"),
    "delivery_overlooked": Form("delivery_overlooked", "not delivered, and nobody else was turned to"),
    "due_overdue": Form("due_overdue", "due more than {seconds} s ago, and not fired"),
    "canary_silent": Form("canary_silent", "it has left no sign of life, so nobody watches whether everything works"),
    "component_down": Form("component_down", "it does not answer, or a drill does not get past it"),
}
"""By kind. The other kinds say a code."""
