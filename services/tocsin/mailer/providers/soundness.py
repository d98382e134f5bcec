"""What a mail may consist of, whoever carries it. Checked before anything is built, so that nothing can be injected.

A header's value is one line of text. What parsers read as more than it says is refused, not escaped: line ends of any
script, control characters, and encoded words written out, which some parsers decode into line ends.
"""

import re
import unicodedata

from tocsin.mailer.sender import Mail

HEADERS = frozenset(
    {
        "References",
        "In-Reply-To",
        "Auto-Submitted",
        "X-Auto-Response-Suppress",
        "List-Id",
        "List-Unsubscribe",
        "List-Unsubscribe-Post",
        "Content-Language",
        "Importance",
    }
)
"""Those that a mail may add to the ones that the transport writes itself."""
LONGEST_LINE = 900
"""Characters; a line of a mail ends at 998 octets, its name included (RFC 5322)."""
LARGEST = 2_000_000
"""Characters of each body. Providers take more; nothing of ours comes near."""
_BY_LOWER = {name.lower() for name in HEADERS}
_ADDRESS = re.compile(r"""([^\s@,;:<>()\[\]"\\]{1,64})@([^\s@,;:<>()\[\]"\\]{1,250})""")
_DOMAIN = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9.\-]*[A-Za-z0-9])?")
_REFUSED = {"Cc", "Zl", "Zp", "Cs", "Cn"}
"""Controls, line and paragraph separators, halves of characters, and what is no character."""


class Unsound(ValueError):
    """A mail that no provider may see. code: what is wrong with it, never the value."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def check(mail: Mail, mail_from: str) -> None:
    """Raises Unsound if any part of ``mail`` could be read as something else than what it is."""
    for address in (mail.to, mail_from, mail.reply_to):
        if address is not None:
            mailbox(address)
    _check_line(mail.subject, "unsound-subject")
    for name, value in mail.headers.items():
        if name.lower() not in _BY_LOWER:
            raise Unsound("unsound-header-name")
        _check_line(value, "unsound-header")
        if not value.isascii():
            raise Unsound("unsound-header")
    if len({name.lower() for name in mail.headers}) < len(mail.headers):
        raise Unsound("unsound-header-name")
    for body in (mail.text, mail.html):
        _check_body(body)
    if mail.encrypted is not None and not (mail.encrypted.isascii() and 0 < len(mail.encrypted) <= LARGEST):
        raise Unsound("unsound-attachment")
    _check_id(mail.delivery_id)


def mailbox(address: str) -> str:
    """One address, its domain as servers write it (IDNA); raises Unsound. The part before may be of any script."""
    match = _ADDRESS.fullmatch(address)
    if match is None:
        raise Unsound("unsound-address")
    _check_line(address, "unsound-address")
    try:
        domain = match[2].encode("idna").decode("ascii")
    except UnicodeError:
        raise Unsound("unsound-address") from None
    if not _DOMAIN.fullmatch(domain):
        raise Unsound("unsound-address")
    return f"{match[1]}@{domain}"


def _check_line(value: str, code: str) -> None:
    odd = not value or value != value.strip() or len(value) > LONGEST_LINE or "=?" in value
    if odd or any(unicodedata.category(character) in _REFUSED for character in value):
        raise Unsound(code)


def _check_body(body: str) -> None:
    if not body.strip() or len(body) > LARGEST or "\0" in body:
        raise Unsound("unsound-body")
    try:
        body.encode()
    except UnicodeEncodeError:
        raise Unsound("unsound-body") from None


def _check_id(delivery_id: str) -> None:
    if not re.fullmatch(r"[0-9A-Za-z-]{1,64}", delivery_id):
        raise Unsound("unsound-id")
