"""Mail that can be trusted: copies, suppressions, what comes in, digests, drills, and the answers of recipients."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

_INDEXED = ("recipient_id", "carried_by", "drill_id")
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
)


def upgrade() -> None:
    _widen_deliveries()
    _make_mail()
    _make_answering()


def downgrade() -> None:
    """Mails that tell of no alert have no place in the earlier schema."""
    for table in reversed(_TABLES):
        op.drop_table(table)
    op.execute(
        "DELETE FROM delivery_history WHERE delivery_id IN (SELECT delivery_id FROM deliveries WHERE alert_id IS NULL)"
    )
    op.execute("DELETE FROM deliveries WHERE alert_id IS NULL OR case_id IS NULL")
    with op.batch_alter_table("deliveries", schema=None) as batch_op:
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


def _make_mail() -> None:
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
        sa.PrimaryKeyConstraint("drill_id"),
    )
    op.create_table(
        "drill_answers",
        sa.Column("drill_id", sa.String(length=32), nullable=False),
        sa.Column("recipient_id", sa.String(length=32), nullable=False),
        sa.Column("answered_at", sa.String(length=32), nullable=False),
        sa.PrimaryKeyConstraint("drill_id", "recipient_id"),
    )


def _make_answering() -> None:
    op.create_table(
        "sign_in_codes",
        sa.Column("code_id", sa.String(length=32), nullable=False),
        sa.Column("recipient_id", sa.String(length=32), nullable=False),
        sa.Column("code_digest", sa.String(length=64), nullable=False),
        sa.Column("requested_at", sa.String(length=32), nullable=False),
        sa.Column("expires_at", sa.String(length=32), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("used_at", sa.String(length=32), nullable=True),
        sa.PrimaryKeyConstraint("code_id"),
    )
    op.create_index(op.f("ix_sign_in_codes_recipient_id"), "sign_in_codes", ["recipient_id"], unique=False)
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
    op.create_table(
        "given_answers",
        sa.Column("answer_id", sa.String(length=32), nullable=False),
        sa.Column("alert_id", sa.String(length=32), nullable=False),
        sa.Column("recipient_id", sa.String(length=32), nullable=False),
        sa.Column("answer", sa.String(length=20), nullable=False),
        sa.Column("to_recipient", sa.String(length=32), nullable=True),
        sa.Column("reason", sa.String(length=30), nullable=True),
        sa.Column("given_at", sa.String(length=32), nullable=False),
        sa.PrimaryKeyConstraint("answer_id"),
    )
    op.create_index(op.f("ix_given_answers_alert_id"), "given_answers", ["alert_id"], unique=False)
    op.create_index(op.f("ix_given_answers_recipient_id"), "given_answers", ["recipient_id"], unique=False)
