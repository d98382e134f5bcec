"""The account at SendGrid: the right region, nothing tracked, TLS or nothing, signed events, one time of day."""

from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from urllib.parse import urlsplit

from tocsin.mailer.checks.finding import Finding, fine, warning, wrong
from tocsin.mailer.providers.account import Account, NotTold

REGIONS = {"api.sendgrid.com": "the world", "api.eu.sendgrid.com": "the EU"}
_LOOPBACK = {"127.0.0.1", "localhost", "::1"}
_SKEW, _WORST_SKEW = timedelta(seconds=30), timedelta(minutes=4)
"""Signed events are refused when they are five minutes old."""


def of_host(host: str) -> Finding:
    check, url = "region", urlsplit(host)
    if url.scheme == "https" and url.hostname in REGIONS:
        return fine(check, f"Mail goes to SendGrid's servers for {REGIONS[url.hostname]}.")
    if url.hostname in _LOOPBACK:
        return warning(check, "Mail goes to this machine: a simulator, not SendGrid.")
    if url.scheme != "https":
        return wrong(check, f"{host} would be given the key and every mail in clear text. Use https.")
    return warning(check, f"{host} is no server of SendGrid's. Everything that is sent passes through it.")


def of_tracking(account: Account) -> Finding:
    check = "tracking"
    try:
        on = account.tracking()
    except NotTold as reason:
        return _unchecked(check, "Whether the account tracks readers", reason)
    if on:
        return wrong(
            check,
            f"The account tracks readers ({', '.join(sorted(on))}): links would lead through SendGrid, which would "
            "learn who reads what and when. Switch it off under Settings, Tracking.",
        )
    return fine(check, "The account tracks nobody.")


def of_tls(account: Account) -> Finding:
    check = "enforced-tls"
    try:
        is_on = account.enforces_tls()
    except NotTold as reason:
        return _unchecked(check, "Whether SendGrid insists on TLS", reason)
    if not is_on:
        return wrong(
            check,
            "SendGrid falls back to clear text where a mail server offers no TLS. Require TLS: "
            "PATCH /v3/user/settings/enforced_tls with require_tls true.",
        )
    return fine(check, "SendGrid hands mail over by TLS or not at all.")


def of_webhook(account: Account, public_key_file: Path) -> Finding:
    """``public_key_file``: with which we verify events."""
    check = "event-webhook"
    try:
        webhooks = account.event_webhooks()
    except NotTold as reason:
        return _unchecked(check, "Whether SendGrid tells what becomes of mails", reason)
    if not webhooks:
        return wrong(check, "SendGrid tells nobody what becomes of mails. Switch on the Event Webhook.")
    keys = [str(webhook.get("public_key") or "") for webhook in webhooks]
    if not any(keys):
        return wrong(check, "The Event Webhook does not sign. Switch on signature verification.")
    ours = _body_of(public_key_file)
    if not ours:
        return wrong(check, f"{public_key_file} is missing, so events cannot be verified. Put the webhook's key there.")
    if ours not in keys:
        return wrong(check, f"{public_key_file} is not the key that the Event Webhook signs with. Copy it again.")
    return fine(check, "SendGrid tells what becomes of mails, and signs it with the key that we know.")


def of_clock(account: Account, now: Callable[[], datetime]) -> Finding:
    check = "clock"
    try:
        skew = abs(account.clock() - now())
    except NotTold as reason:
        return _unchecked(check, "Whether this clock is right", reason)
    seconds = f"{skew.total_seconds():.0f} s"
    if skew >= _WORST_SKEW:
        return wrong(check, f"This clock and SendGrid's are {seconds} apart: signed events will be refused. Set it.")
    if skew > _SKEW:
        return warning(check, f"This clock and SendGrid's are {seconds} apart. Is the time set by NTP?")
    return fine(check, "This clock agrees with SendGrid's.")


def at_start(account: Account) -> list[Finding]:
    """What the mailer looks at before it sends anything. It does not start if one of these is wrong."""
    return [of_tracking(account), of_tls(account)]


def _unchecked(check: str, what: str, reason: NotTold) -> Finding:
    return warning(check, f"{what} could not be checked ({reason}). Does the reading key allow it?")


def _body_of(pem: Path) -> str:
    """The key as the API writes it: without the lines around it. Empty if there is none."""
    if not pem.is_file():
        return ""
    return "".join(line.strip() for line in pem.read_text().splitlines() if not line.startswith("-----"))
