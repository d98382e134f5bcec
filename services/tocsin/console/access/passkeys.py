"""Passkeys (W3C Web Authentication, level 3): what a browser is asked for, and whether its answer is right.

Users are verified by their authenticator, and the credential is a discoverable one: nobody types who they are, so that
nobody learns which accounts there are. No attestation is asked for: it would tell which device somebody has.
"""

import hashlib
from urllib.parse import urlsplit

from webauthn import (
    base64url_to_bytes,
    generate_authentication_options,
    generate_registration_options,
    options_to_json,
    verify_authentication_response,
    verify_registration_response,
)
from webauthn.helpers import parse_authentication_credential_json
from webauthn.helpers.exceptions import WebAuthnException
from webauthn.helpers.structs import (
    AuthenticatorSelectionCriteria,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

from tocsin.store.access.passkeys import Passkey

LARGEST = 8192
"""Characters of what a browser answers."""
_VERIFIED = UserVerificationRequirement.REQUIRED
_SELECTION = AuthenticatorSelectionCriteria(
    resident_key=ResidentKeyRequirement.REQUIRED, require_resident_key=True, user_verification=_VERIFIED
)


class Unproved(PermissionError):
    """The browser's answer proves nothing."""


def to_register(origin: str, operator_id: str, challenge: bytes) -> str:
    """Options for ``navigator.credentials.create``, as JSON. origin: scheme and host of the pages."""
    options = generate_registration_options(
        rp_id=_relying_party(origin),
        rp_name="Tocsin",
        user_name=operator_id,
        user_id=hashlib.sha256(f"tocsin operator {operator_id}".encode()).digest(),
        challenge=challenge,
        authenticator_selection=_SELECTION,
    )
    return options_to_json(options)


def to_sign_in(origin: str, challenge: bytes) -> str:
    """Options for ``navigator.credentials.get``, as JSON."""
    options = generate_authentication_options(
        rp_id=_relying_party(origin), challenge=challenge, user_verification=_VERIFIED
    )
    return options_to_json(options)


def registered(origin: str, operator_id: str, challenge: bytes, answer: str) -> tuple[bytes, Passkey]:
    """The id of the new credential, and the passkey. Raises Unproved."""
    try:
        proved = verify_registration_response(
            credential=answer,
            expected_challenge=challenge,
            expected_rp_id=_relying_party(origin),
            expected_origin=origin,
            require_user_verification=True,
        )
    except (WebAuthnException, ValueError, KeyError, TypeError):
        raise Unproved from None
    return proved.credential_id, Passkey(operator_id, proved.credential_public_key, proved.sign_count)


def credential_of(answer: str) -> bytes:
    """The id of the credential that a browser says it used; nothing is proved yet. Raises Unproved."""
    try:
        return parse_authentication_credential_json(answer).raw_id
    except (WebAuthnException, ValueError, KeyError, TypeError):
        raise Unproved from None


def proved_count(origin: str, passkey: Passkey, challenge: bytes, answer: str) -> int:
    """How often the authenticator says it was used, if the answer proves that it has the passkey. Raises Unproved."""
    try:
        proved = verify_authentication_response(
            credential=answer,
            expected_challenge=challenge,
            expected_rp_id=_relying_party(origin),
            expected_origin=origin,
            credential_public_key=passkey.public_key,
            credential_current_sign_count=passkey.sign_count,
            require_user_verification=True,
        )
    except (WebAuthnException, ValueError, KeyError, TypeError):
        raise Unproved from None
    return proved.new_sign_count


def as_bytes(challenge: str) -> bytes:
    """challenge: as it is kept, in base64url."""
    return base64url_to_bytes(challenge)


def _relying_party(origin: str) -> str:
    return urlsplit(origin).hostname or ""
