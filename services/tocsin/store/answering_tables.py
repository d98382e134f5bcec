"""The tables of the recipients' pages: codes to sign in, sessions, and the answers that were given."""

from sqlalchemy import Column, Integer, String, Table

from tocsin.store.columns import Time, metadata

sign_in_codes = Table(
    "sign_in_codes",
    metadata,
    Column("code_id", String(32), primary_key=True),  # also the subject under which the code is sealed for its mail
    Column("recipient_id", String(32), nullable=False, index=True),
    Column("code_digest", String(64), nullable=False),  # keyed
    Column("requested_at", Time, nullable=False),
    Column("expires_at", Time, nullable=False),
    Column("tries", Integer, nullable=False),  # wrong ones
    Column("used_at", Time),
)
sessions = Table(
    "sessions",
    metadata,
    Column("session_digest", String(64), primary_key=True),  # keyed; the browser alone has the token
    Column("recipient_id", String(32), nullable=False, index=True),
    Column("created_at", Time, nullable=False),
    Column("last_seen_at", Time, nullable=False),
    Column("expires_at", Time, nullable=False),
    Column("ended_at", Time),
)
given_answers = Table(
    "given_answers",
    metadata,
    Column("answer_id", String(32), primary_key=True),
    Column("alert_id", String(32), nullable=False, index=True),
    Column("recipient_id", String(32), nullable=False, index=True),
    Column("answer", String(20), nullable=False),  # tocsin_schemas.answers.Answer
    Column("to_recipient", String(32)),
    Column("reason", String(30)),
    Column("given_at", Time, nullable=False),
)
