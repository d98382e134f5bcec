"""Whether a mail is from the person who was written to, as far as mail can prove it.

The provider's words on SPF and DKIM count only in a post that it has signed: without, anybody could have written them.
"""

from tocsin.mailer.inbound.mail import Received


def is_from(mail: Received, address: str) -> bool:
    """Whether From names this address alone, and its domain has sent the mail (RFC 7489, relaxed alignment)."""
    if len(mail.senders) != 1 or mail.senders[0].casefold() != address.casefold():
        return False
    domain = _domain(mail.senders[0])
    envelope = _domain((mail.envelope_from or "").strip(" <>"))
    by_spf = mail.spf == "pass" and _aligned(domain, envelope)
    return by_spf or any(_aligned(domain, signer) for signer in mail.dkim)


def _domain(address: str) -> str:
    return address.rpartition("@")[2].casefold().rstrip(".")


def _aligned(one: str, other: str) -> bool:
    """Equal, or one within the other; never within a bare top-level domain."""
    shorter, longer = sorted((one, other), key=len)
    return "." in shorter and (longer == shorter or longer.endswith(f".{shorter}"))
