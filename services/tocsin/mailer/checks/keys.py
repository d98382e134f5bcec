"""The keys: they are there, nobody else can read them, and they may do no more than they must."""

from pathlib import Path

from tocsin.mailer.checks.finding import Finding, fine, warning, wrong
from tocsin.mailer.providers.account import Account, NotTold

_COME_WITH_EVERY_KEY = ("sender_verification_", "2fa_")


def of_file(check: str, path: Path) -> Finding:
    """A file that holds a secret."""
    if not path.is_file() or not path.read_text().strip():
        return wrong(check, f"{path} is missing or empty. Put the secret there, with mode 0600.")
    mode = path.stat().st_mode & 0o777
    if mode & 0o077:
        return wrong(check, f"{path} can be read by others (mode {mode:04o}). Run: chmod 600 {path}")
    return fine(check, f"{path} is there, and nobody else can read it.")


def of_scopes(sending: Account) -> Finding:
    """``sending``: asked with the key that sends."""
    check = "key-scopes"
    try:
        scopes = [scope for scope in sending.scopes() if not scope.startswith(_COME_WITH_EVERY_KEY)]
    except NotTold as reason:
        return warning(check, f"What the sending key may do could not be checked ({reason}).")
    if "mail.send" not in scopes:
        return wrong(check, "The sending key may not send. Make one with the scope mail.send.")
    if others := len(scopes) - 1:
        return wrong(
            check,
            f"The sending key may do {others} more things than send. Make one with mail.send only, and a second one "
            "that only reads (TOCSIN_SENDGRID_READING_KEY_FILE).",
        )
    return fine(check, "The sending key may send, and nothing else.")
