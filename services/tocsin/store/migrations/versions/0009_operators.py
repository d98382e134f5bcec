"""Accounts of the console: who may sign in, with which roles and passkeys, and the sessions."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def _text(name: str, length: int, null: bool = False) -> sa.Column[str]:
    return sa.Column(name, sa.String(length=length), nullable=null)


def upgrade() -> None:
    op.create_table(
        "operators",
        _text("operator_id", 64),
        _text("subject_digest", 64, null=True),
        sa.Column("roles", sa.JSON(), nullable=False),
        _text("added_by", 130),
        _text("created_at", 32),
        _text("ended_at", 32, null=True),
        _text("seal", 64),
        sa.PrimaryKeyConstraint("operator_id"),
        sa.UniqueConstraint("subject_digest"),
    )
    op.create_table(
        "operator_changes",
        _text("change_id", 32),
        _text("kind", 10),
        _text("operator_id", 64),
        sa.Column("roles", sa.JSON(), nullable=False),
        _text("proposed_by", 64),
        _text("proposed_at", 32),
        _text("proposal_signature", 128),
        _text("approved_by", 64, null=True),
        _text("approved_at", 32, null=True),
        _text("approval_signature", 128, null=True),
        sa.PrimaryKeyConstraint("change_id"),
    )
    op.create_index("ix_operator_changes_operator_id", "operator_changes", ["operator_id"])
    _create_ways_in()


def _create_ways_in() -> None:
    op.create_table(
        "operator_invitations",
        _text("invitation_digest", 64),
        _text("operator_id", 64),
        *(_text(name, 32) for name in ("created_at", "expires_at")),
        _text("used_at", 32, null=True),
        _text("seal", 64),
        sa.PrimaryKeyConstraint("invitation_digest"),
    )
    op.create_index("ix_operator_invitations_operator_id", "operator_invitations", ["operator_id"])
    op.create_table(
        "passkeys",
        _text("credential_digest", 64),
        _text("operator_id", 64),
        _text("public_key", 2000),
        sa.Column("sign_count", sa.Integer(), nullable=False),
        _text("created_at", 32),
        *(_text(name, 32, null=True) for name in ("last_used_at", "ended_at")),
        _text("seal", 64),
        sa.PrimaryKeyConstraint("credential_digest"),
    )
    op.create_index("ix_passkeys_operator_id", "passkeys", ["operator_id"])
    op.create_table(
        "operator_sessions",
        _text("session_digest", 64),
        _text("operator_id", 64),
        *(_text(name, 32) for name in ("created_at", "last_seen_at", "expires_at")),
        _text("ended_at", 32, null=True),
        sa.PrimaryKeyConstraint("session_digest"),
    )
    op.create_index("ix_operator_sessions_operator_id", "operator_sessions", ["operator_id"])
    op.create_table(
        "operator_sign_ins",
        *(_text(name, 64) for name in ("browser_digest", "client_digest")),
        sa.Column("content", sa.JSON(), nullable=False),
        *(_text(name, 32) for name in ("begun_at", "expires_at")),
        sa.PrimaryKeyConstraint("browser_digest"),
    )
    for column in ("client_digest", "expires_at"):
        op.create_index(f"ix_operator_sign_ins_{column}", "operator_sign_ins", [column])


def downgrade() -> None:
    names = ("sign_ins", "sessions", "invitations", "changes")
    for table in (*(f"operator_{name}" for name in names), "passkeys", "operators"):
        op.drop_table(table)
