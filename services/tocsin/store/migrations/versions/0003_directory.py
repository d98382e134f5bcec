"""The directory: seals and signatures, administrators, changes that wait for approval, and notices.

The entries of a database that knew no approval get no signature, for nobody gave one: they stay, with version 0, and
are refused until they have been proposed and approved again (``tocsin directory propose``). Their addresses are
erased with them when that is done.
"""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

_TEXTS = (
    ("change_id", 32),
    ("proposer", 64),
    ("proposed_at", 32),
    ("proposer_signature", 128),
    ("approver", 64),
    ("approved_at", 32),
    ("approver_signature", 128),
    ("seal", 64),
)
_NEVER = "1970-01-01T00:00:00.000000+00:00"


def upgrade() -> None:
    _widen_recipients()
    _make_administrators()
    _make_changes()
    _make_notices()


def downgrade() -> None:
    for table in ("notices", "directory_changes", "administrators"):
        op.drop_table(table)
    with op.batch_alter_table("recipients", schema=None) as batch_op:
        for name in ("version", "address_digests", *(name for name, _ in _TEXTS)):
            batch_op.drop_column(name)


def _widen_recipients() -> None:
    with op.batch_alter_table("recipients", schema=None) as batch_op:
        batch_op.add_column(sa.Column("address_digests", sa.JSON(), nullable=True))
        batch_op.add_column(sa.Column("version", sa.Integer(), nullable=True))
        for name, length in _TEXTS:
            batch_op.add_column(sa.Column(name, sa.String(length), nullable=True))
    rows = sa.table("recipients", sa.column("address_digests", sa.JSON()), *map(sa.column, ("version", *dict(_TEXTS))))
    texts = {name: _NEVER if name.endswith("_at") else "" for name, _ in _TEXTS}
    op.execute(rows.update().values(address_digests={}, version=0, **texts))
    with op.batch_alter_table("recipients", schema=None) as batch_op:
        batch_op.alter_column("address_digests", existing_type=sa.JSON(), nullable=False)
        batch_op.alter_column("version", existing_type=sa.Integer(), nullable=False)
        for name, length in _TEXTS:
            batch_op.alter_column(name, existing_type=sa.String(length), nullable=False)


def _make_administrators() -> None:
    op.create_table(
        "administrators",
        sa.Column("key_id", sa.String(length=64), nullable=False),
        sa.Column("public_key", sa.String(length=64), nullable=False),
        sa.Column("valid_from", sa.String(length=32), nullable=False),
        sa.Column("valid_to", sa.String(length=32), nullable=True),
        sa.Column("added_by", sa.String(length=32), nullable=False),
        sa.Column("seal", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("key_id"),
        sa.UniqueConstraint("public_key"),
    )


def _make_changes() -> None:
    op.create_table(
        "directory_changes",
        sa.Column("change_id", sa.String(length=32), nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("subject", sa.String(length=64), nullable=False),
        sa.Column("key", sa.String(length=64), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("fields", sa.JSON(), nullable=False),
        sa.Column("proposer", sa.String(length=64), nullable=False),
        sa.Column("proposed_at", sa.String(length=32), nullable=False),
        sa.Column("proposer_signature", sa.String(length=128), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("approver", sa.String(length=64), nullable=True),
        sa.Column("approved_at", sa.String(length=32), nullable=True),
        sa.Column("approver_signature", sa.String(length=128), nullable=True),
        sa.PrimaryKeyConstraint("change_id"),
    )
    with op.batch_alter_table("directory_changes", schema=None) as batch_op:
        pending = sa.text("state = 'pending'")
        where = {"sqlite_where": pending, "postgresql_where": pending}
        batch_op.create_index("directory_changes_pending", ["subject"], unique=True, **where)
        batch_op.create_index("directory_changes_of_subject", ["subject", "state", "version"])


def _make_notices() -> None:
    op.create_table(
        "notices",
        sa.Column("notice_id", sa.String(length=32), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("recipient_id", sa.String(length=32), nullable=False),
        sa.Column("change_id", sa.String(length=32), nullable=False),
        sa.Column("channel", sa.String(length=10), nullable=False),
        sa.Column("which", sa.String(length=3), nullable=False),
        sa.Column("role", sa.String(length=20), nullable=False),
        sa.Column("title", sa.String(length=500), nullable=True),
        sa.Column("language", sa.String(length=3), nullable=False),
        sa.Column("fields", sa.JSON(), nullable=False),
        sa.Column("changed_at", sa.String(length=32), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("updated_at", sa.String(length=32), nullable=False),
        sa.PrimaryKeyConstraint("notice_id"),
    )
    with op.batch_alter_table("notices", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_notices_recipient_id"), ["recipient_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_notices_state"), ["state"], unique=False)
