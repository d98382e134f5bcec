"""The tables of access to the console: accounts, who granted them, invitations, passkeys, sessions."""

from sqlalchemy import JSON, Column, Integer, String, Table

from tocsin.store.tables.columns import Time, metadata

operators = Table(
    "operators",
    metadata,
    Column("operator_id", String(64), primary_key=True),  # of an account, never a person's name
    Column("subject_digest", String(64), unique=True),  # keyed; issuer and subject at an OpenID provider
    Column("roles", JSON, nullable=False),
    Column("added_by", String(130), nullable=False),
    Column("created_at", Time, nullable=False),
    Column("ended_at", Time),
    Column("seal", String(64), nullable=False),
)
operator_changes = Table(
    "operator_changes",
    metadata,
    Column("change_id", String(32), primary_key=True),
    Column("kind", String(10), nullable=False),  # operator_changes.Kind
    Column("operator_id", String(64), nullable=False, index=True),
    Column("roles", JSON, nullable=False),
    Column("proposed_by", String(64), nullable=False),
    Column("proposed_at", Time, nullable=False),
    Column("proposal_signature", String(128), nullable=False),
    Column("approved_by", String(64)),
    Column("approved_at", Time),
    Column("approval_signature", String(128)),
)
operator_invitations = Table(
    "operator_invitations",
    metadata,
    Column("invitation_digest", String(64), primary_key=True),  # keyed; whoever was invited alone has the code
    Column("operator_id", String(64), nullable=False, index=True),
    Column("created_at", Time, nullable=False),
    Column("expires_at", Time, nullable=False),
    Column("used_at", Time),
    Column("seal", String(64), nullable=False),
)
passkeys = Table(
    "passkeys",
    metadata,
    Column("credential_digest", String(64), primary_key=True),  # keyed
    Column("operator_id", String(64), nullable=False, index=True),
    Column("public_key", String(2000), nullable=False),  # COSE, in hexadecimal
    Column("sign_count", Integer, nullable=False),
    Column("created_at", Time, nullable=False),
    Column("last_used_at", Time),
    Column("ended_at", Time),
    Column("seal", String(64), nullable=False),
)
operator_sessions = Table(
    "operator_sessions",
    metadata,
    Column("session_digest", String(64), primary_key=True),  # keyed; the browser alone has the token
    Column("operator_id", String(64), nullable=False, index=True),
    Column("created_at", Time, nullable=False),
    Column("last_seen_at", Time, nullable=False),
    Column("expires_at", Time, nullable=False),
    Column("ended_at", Time),
)
operator_sign_ins = Table(
    "operator_sign_ins",
    metadata,
    Column("browser_digest", String(64), primary_key=True),  # keyed, with what for
    Column("client_digest", String(64), nullable=False, index=True),  # keyed
    Column("content", JSON, nullable=False),  # challenge, nonce, verifier: worth nothing without the browser
    Column("begun_at", Time, nullable=False),
    Column("expires_at", Time, nullable=False, index=True),
)
"""Sign-ins that were begun in a browser and are not finished; each can be finished once."""
