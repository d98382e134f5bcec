"""The tables of the recipients' pages: codes to sign in, sessions, answers that were given, and what was looked at."""

from sqlalchemy import JSON, Column, Integer, String, Table

from tocsin.store.tables.columns import Time, metadata

sign_in_codes = Table(
    "sign_in_codes",
    metadata,
    Column("code_id", String(32), primary_key=True),  # also its notice, under which code and address are sealed
    Column("recipient_id", String(32), nullable=False, index=True),  # "": nobody has the address; no code will fit
    Column("code_digest", String(64), nullable=False),  # keyed
    Column("browser_digest", String(64), nullable=False, index=True),  # keyed; of the one that asked
    Column("address_digest", String(64), nullable=False, index=True),  # keyed; as it was typed, known or not
    Column("client_digest", String(64), nullable=False, index=True),  # keyed
    Column("requested_at", Time, nullable=False, index=True),
    Column("expires_at", Time, nullable=False),
    Column("tries", Integer, nullable=False),
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
    Column("given_at", Time, nullable=False, index=True),
    Column("outcome", String(30), index=True),  # what the dispatcher made of it; null: not yet read
)
viewed = Table(
    "viewed",
    metadata,
    Column("viewing_id", String(32), primary_key=True),  # keyed hash of person, alert, report, case and fields
    Column("recipient_id", String(32), nullable=False, index=True),
    Column("alert_id", String(32), nullable=False),
    Column("report_id", String(36), nullable=False, index=True),
    Column("case_id", String(32), nullable=False, index=True),
    Column("level", String(2), nullable=False),
    Column("fields", JSON, nullable=False),  # names of the claim's fields, never their values
    Column("seen_at", Time, nullable=False),  # for the first time
)
"""What each person was shown on the page of a case, written before the page leaves."""
