"""Mail that can be trusted: copies, suppressions, what comes in, digests, drills, and the answers of recipients."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

_INDEXED = ("carried_by", "drill_id")
_OF_PERSON = ["recipient_id", "case_id"]
_WATCHED = ["fallback_at", "state", "priority", "requested_at", "provider"]
_TABLES = (
    "sent_copies",
    "suppressions",
    "inbound_mails",
    "digests",
    "drills",
    "drill_answers",
    "sign_in_codes",
    "sessions",
    "given_answers",
    "viewed",
)


def upgrade() -> None:
    _widen_deliveries()
    _let_acknowledgements_be_taken_back()
    op.add_column("due_times", sa.Column("hastened_at", sa.String(length=32), nullable=True))
    op.add_column("due_times", sa.Column("hastened_because", sa.String(length=20), nullable=True))
    _make_deliverability()
    _make_inbound_mails()
    _make_digests_and_drills()
    _make_sign_in()
    _make_answers()


def downgrade() -> None:
    """The earlier schema has no place for mails of no alert or to second addresses, nor for answers taken back."""
    for table in reversed(_TABLES):
        op.drop_table(table)
    op.drop_column("due_times", "hastened_because")
    op.drop_column("due_times", "hastened_at")
    _keep_the_first_acknowledgement()
    homeless = "alert_id IS NULL OR case_id IS NULL OR channel = 'backup_email'"
    op.execute(
        f"DELETE FROM delivery_history WHERE delivery_id IN (SELECT delivery_id FROM deliveries WHERE {homeless})"  # noqa: S608
    )
    op.execute(f"DELETE FROM deliveries WHERE {homeless}")  # noqa: S608 - our own words
    op.execute("DELETE FROM notices WHERE channel = 'backup_email'")
    with op.batch_alter_table("notices", schema=None) as batch_op:
        batch_op.alter_column("channel", existing_type=sa.String(length=16), type_=sa.String(length=10))
    op.drop_index(op.f("ix_provider_events_received_at"), "provider_events")
    with op.batch_alter_table("deliveries", schema=None) as batch_op:
        batch_op.drop_index("deliveries_watched")
        batch_op.drop_index("deliveries_of_person")
        for index in _INDEXED:
            batch_op.drop_index(batch_op.f(f"ix_deliveries_{index}"))
        for column in ("provider", "carried_by", "drill_id", "fallback_at"):
            batch_op.drop_column(column)
        batch_op.alter_column("alert_id", existing_type=sa.String(length=32), nullable=False)
        batch_op.alter_column("case_id", existing_type=sa.String(length=32), nullable=False)
        batch_op.alter_column("channel", existing_type=sa.String(length=16), type_=sa.String(length=10))


def _widen_deliveries() -> None:
    with op.batch_alter_table("deliveries", schema=None) as batch_op:
        batch_op.alter_column("alert_id", existing_type=sa.String(length=32), nullable=True)
        batch_op.alter_column("case_id", existing_type=sa.String(length=32), nullable=True)
        batch_op.alter_column("channel", existing_type=sa.String(length=10), type_=sa.String(length=16))
        batch_op.add_column(sa.Column("provider", sa.String(length=10), nullable=True))
        batch_op.add_column(sa.Column("carried_by", sa.String(length=32), nullable=True))
        batch_op.add_column(sa.Column("drill_id", sa.String(length=32), nullable=True))
        batch_op.add_column(sa.Column("fallback_at", sa.String(length=32), nullable=True))
        for column in _INDEXED:
            batch_op.create_index(batch_op.f(f"ix_deliveries_{column}"), [column], unique=False)
        batch_op.create_index("deliveries_watched", _WATCHED, unique=False)
        batch_op.create_index("deliveries_of_person", _OF_PERSON, unique=False)
    with op.batch_alter_table("notices", schema=None) as batch_op:
        batch_op.alter_column("channel", existing_type=sa.String(length=10), type_=sa.String(length=16))
    op.create_index(op.f("ix_provider_events_received_at"), "provider_events", ["received_at"], unique=False)


def _let_acknowledgements_be_taken_back() -> None:
    """Several persons may have one alert in hand, and one person more than once."""
    op.create_table(
        "acknowledgements_taken",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        *_acknowledgement(),
        sa.Column("revoked_at", sa.String(length=32), nullable=True),
        sa.PrimaryKeyConstraint("id"),
    )
    op.execute(
        "INSERT INTO acknowledgements_taken (alert_id, priority, recipient_id, acknowledged_at) "
        "SELECT alert_id, priority, recipient_id, acknowledged_at FROM acknowledgements"
    )
    op.drop_table("acknowledgements")
    op.rename_table("acknowledgements_taken", "acknowledgements")
    op.create_index(op.f("ix_acknowledgements_alert_id"), "acknowledgements", ["alert_id"], unique=False)


def _keep_the_first_acknowledgement() -> None:
    op.create_table("acknowledgements_kept", *_acknowledgement(), sa.PrimaryKeyConstraint("alert_id", "priority"))
    op.execute(
        "INSERT INTO acknowledgements_kept (alert_id, priority, recipient_id, acknowledged_at) "
        "SELECT alert_id, priority, recipient_id, acknowledged_at FROM acknowledgements WHERE id IN "
        "(SELECT min(id) FROM acknowledgements WHERE revoked_at IS NULL GROUP BY alert_id, priority)"
    )
    op.drop_table("acknowledgements")
    op.rename_table("acknowledgements_kept", "acknowledgements")


def _acknowledgement() -> list[sa.Column[str]]:
    return [
        sa.Column("alert_id", sa.String(length=32), nullable=False),
        sa.Column("priority", sa.String(length=2), nullable=False),
        sa.Column("recipient_id", sa.String(length=32), nullable=True),
        sa.Column("acknowledged_at", sa.String(length=32), nullable=False),
    ]


def _make_deliverability() -> None:
    op.create_table(
        "sent_copies",
        sa.Column("provider_message_id", sa.String(length=200), nullable=False),
        sa.Column("provider", sa.String(length=10), nullable=False),
        sa.Column("delivery_id", sa.String(length=32), nullable=False),
        sa.Column("attempt", sa.Integer(), nullable=False),
        sa.Column("seen_at", sa.String(length=32), nullable=False),
        sa.PrimaryKeyConstraint("provider_message_id"),
    )
    op.create_index(op.f("ix_sent_copies_delivery_id"), "sent_copies", ["delivery_id"], unique=False)
    op.create_table(
        "suppressions",
        sa.Column("recipient_id", sa.String(length=32), nullable=False),
        sa.Column("channel", sa.String(length=16), nullable=False),
        sa.Column("list", sa.String(length=20), nullable=False),
        sa.Column("since", sa.String(length=32), nullable=False),
        sa.Column("found_at", sa.String(length=32), nullable=False),
        sa.PrimaryKeyConstraint("recipient_id", "channel", "list"),
    )


def _make_inbound_mails() -> None:
    op.create_table(
        "inbound_mails",
        sa.Column("inbound_id", sa.String(length=32), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("is_genuine", sa.Boolean(), nullable=False),
        sa.Column("delivery_id", sa.String(length=32), nullable=True),
        sa.Column("alert_id", sa.String(length=32), nullable=True),
        sa.Column("case_id", sa.String(length=32), nullable=True),
        sa.Column("recipient_id", sa.String(length=32), nullable=True),
        sa.Column("received_at", sa.String(length=32), nullable=False),
        sa.Column("handled_by", sa.String(length=64), nullable=True),
        sa.Column("handled_at", sa.String(length=32), nullable=True),
        sa.PrimaryKeyConstraint("inbound_id"),
        sa.UniqueConstraint("digest"),
    )
    op.create_index(op.f("ix_inbound_mails_case_id"), "inbound_mails", ["case_id"], unique=False)
    op.create_index(op.f("ix_inbound_mails_delivery_id"), "inbound_mails", ["delivery_id"], unique=False)


def _make_digests_and_drills() -> None:
    op.create_table(
        "digests",
        sa.Column("recipient_id", sa.String(length=32), nullable=False),
        sa.Column("day", sa.String(length=10), nullable=False),
        sa.Column("delivery_id", sa.String(length=32), nullable=False),
        sa.PrimaryKeyConstraint("recipient_id", "day"),
        sa.UniqueConstraint("delivery_id"),
    )
    op.create_table(
        "drills",
        sa.Column("drill_id", sa.String(length=32), nullable=False),
        sa.Column("mandate", sa.String(length=64), nullable=True),
        sa.Column("started_by", sa.String(length=64), nullable=False),
        sa.Column("started_at", sa.String(length=32), nullable=False),
        sa.Column("answer_by", sa.String(length=32), nullable=False),
        sa.Column("settled_at", sa.String(length=32), nullable=True),
        sa.PrimaryKeyConstraint("drill_id"),
    )
    op.create_table(
        "drill_answers",
        sa.Column("drill_id", sa.String(length=32), nullable=False),
        sa.Column("recipient_id", sa.String(length=32), nullable=False),
        sa.Column("answered_at", sa.String(length=32), nullable=False),
        sa.PrimaryKeyConstraint("drill_id", "recipient_id"),
    )


def _make_sign_in() -> None:
    op.create_table(
        "sign_in_codes",
        sa.Column("code_id", sa.String(length=32), nullable=False),
        sa.Column("recipient_id", sa.String(length=32), nullable=False),
        sa.Column("code_digest", sa.String(length=64), nullable=False),
        sa.Column("browser_digest", sa.String(length=64), nullable=False),
        sa.Column("address_digest", sa.String(length=64), nullable=False),
        sa.Column("client_digest", sa.String(length=64), nullable=False),
        sa.Column("requested_at", sa.String(length=32), nullable=False),
        sa.Column("expires_at", sa.String(length=32), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("used_at", sa.String(length=32), nullable=True),
        sa.PrimaryKeyConstraint("code_id"),
    )
    for column in ("recipient_id", "browser_digest", "address_digest", "client_digest", "requested_at"):
        op.create_index(op.f(f"ix_sign_in_codes_{column}"), "sign_in_codes", [column], unique=False)
    op.create_table(
        "sessions",
        sa.Column("session_digest", sa.String(length=64), nullable=False),
        sa.Column("recipient_id", sa.String(length=32), nullable=False),
        sa.Column("created_at", sa.String(length=32), nullable=False),
        sa.Column("last_seen_at", sa.String(length=32), nullable=False),
        sa.Column("expires_at", sa.String(length=32), nullable=False),
        sa.Column("ended_at", sa.String(length=32), nullable=True),
        sa.PrimaryKeyConstraint("session_digest"),
    )
    op.create_index(op.f("ix_sessions_recipient_id"), "sessions", ["recipient_id"], unique=False)


def _make_answers() -> None:
    op.create_table(
        "given_answers",
        sa.Column("answer_id", sa.String(length=32), nullable=False),
        sa.Column("alert_id", sa.String(length=32), nullable=False),
        sa.Column("recipient_id", sa.String(length=32), nullable=False),
        sa.Column("answer", sa.String(length=20), nullable=False),
        sa.Column("to_recipient", sa.String(length=32), nullable=True),
        sa.Column("reason", sa.String(length=30), nullable=True),
        sa.Column("given_at", sa.String(length=32), nullable=False),
        sa.Column("outcome", sa.String(length=30), nullable=True),
        sa.PrimaryKeyConstraint("answer_id"),
    )
    op.create_index(op.f("ix_given_answers_outcome"), "given_answers", ["outcome"], unique=False)
    op.create_index(op.f("ix_given_answers_alert_id"), "given_answers", ["alert_id"], unique=False)
    op.create_index(op.f("ix_given_answers_recipient_id"), "given_answers", ["recipient_id"], unique=False)
    op.create_table(
        "viewed",
        sa.Column("viewing_id", sa.String(length=32), nullable=False),
        sa.Column("recipient_id", sa.String(length=32), nullable=False),
        sa.Column("alert_id", sa.String(length=32), nullable=False),
        sa.Column("report_id", sa.String(length=36), nullable=False),
        sa.Column("case_id", sa.String(length=32), nullable=False),
        sa.Column("level", sa.String(length=2), nullable=False),
        sa.Column("fields", sa.JSON(), nullable=False),
        sa.Column("seen_at", sa.String(length=32), nullable=False),
        sa.PrimaryKeyConstraint("viewing_id"),
    )
    for column in ("recipient_id", "report_id", "case_id"):
        op.create_index(op.f(f"ix_viewed_{column}"), "viewed", [column], unique=False)
