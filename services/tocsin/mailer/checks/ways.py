"""The two ways out: whether each would take a mail now. None is sent."""

from tocsin.mailer.checks.finding import Finding, fine, warning, wrong
from tocsin.mailer.providers.sendgrid import SendGridSender
from tocsin.mailer.providers.smtp import SmtpSender
from tocsin.mailer.sender import Accepted, Outcome, RetryAfter, Unknown


def of_sending(sender: SendGridSender) -> Finding:
    check, outcome = "sending", sender.ask()
    if isinstance(outcome, Accepted):
        return fine(check, "SendGrid would take a mail now (asked in its sandbox: none was sent).")
    return wrong(check, f"SendGrid would not take a mail now: {_why(outcome)}.")


def of_smtp(sender: SmtpSender | None) -> Finding:
    """``sender`` is closed afterwards."""
    check = "smtp"
    if sender is None:
        return warning(check, "There is no second way out: while SendGrid fails, urgent mail waits (TOCSIN_SMTP_HOST).")
    why = sender.ask()
    sender.close()
    if why is None:
        return fine(check, "The mail server is there, with STARTTLS and a valid certificate, and lets us in.")
    return wrong(check, f"The mail server would not take a mail now ({why}). Urgent mail has no second way out.")


def _why(outcome: Outcome) -> str:
    if isinstance(outcome, RetryAfter):
        return outcome.reason
    return outcome.reason if isinstance(outcome, Unknown) else getattr(outcome, "code", "")
