"""Following: actions, replies, recommendations, due times, labels and lowered priorities.

A routing decision may change while its case does not, so a mandate may have several at one revision. Alerts that wait
for the end of an embargo get their due times.
"""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

_TIME, _DAY, _ID, _KEY = sa.String(length=32), sa.String(length=10), sa.String(length=32), sa.String(length=64)
_WAITING = sa.text("fired_at IS NULL AND cancelled_at IS NULL")
_INDEXED = {
    "due_times": ("case_id", "subject"),
    "actions": ("case_id", "report_id"),
    "replies": ("action_id", "reference_key", "case_id"),
    "recommendations": ("case_id", "report_id"),
    "case_decisions": ("case_id",),
}
_EMBARGOES = """
    INSERT INTO due_times (due_id, kind, case_id, subject, about, step, due_at, created_at, attempts)
    SELECT alert_id, 'embargo_end', case_id, case_id, '', 0, release_at, updated_at, 0
    FROM alerts WHERE state = 'held' AND release_at IS NOT NULL
"""


def upgrade() -> None:
    _make_due_times()
    _make_actions()
    _make_decisions()
    for table, columns in _INDEXED.items():
        with op.batch_alter_table(table, schema=None) as batch_op:
            for column in columns:
                batch_op.create_index(batch_op.f(f"ix_{table}_{column}"), [column], unique=False)
    op.create_index("due_times_waiting", "due_times", ["due_at"], sqlite_where=_WAITING, postgresql_where=_WAITING)
    op.execute(_EMBARGOES)
    _drop_one_decision_for_each_revision()


def downgrade() -> None:
    with op.batch_alter_table("routing_decisions", schema=None) as batch_op:
        batch_op.create_unique_constraint("one_decision", ["case_id", "case_revision", "mandate"])
    for table in (*_INDEXED, "action_references", "acknowledgements", "recalls"):
        op.drop_table(table)


def _drop_one_decision_for_each_revision() -> None:
    if op.get_bind().dialect.name == "postgresql":
        op.drop_constraint("routing_decisions_case_id_case_revision_mandate_key", "routing_decisions")
        return
    named = {"uq": "uq_%(table_name)s_%(column_0_name)s"}  # SQLite keeps no name of it
    with op.batch_alter_table("routing_decisions", schema=None, naming_convention=named) as batch_op:
        batch_op.drop_constraint("uq_routing_decisions_case_id", type_="unique")


def _make_due_times() -> None:
    op.create_table(
        "due_times",
        sa.Column("due_id", _ID, nullable=False),
        sa.Column("kind", sa.String(length=24), nullable=False),
        sa.Column("case_id", _ID, nullable=True),
        sa.Column("subject", _KEY, nullable=False),
        sa.Column("about", _KEY, nullable=False),
        sa.Column("step", sa.Integer(), nullable=False),
        sa.Column("due_at", _TIME, nullable=False),
        sa.Column("created_at", _TIME, nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        *(sa.Column(name, _TIME, nullable=True) for name in ("tried_at", "try_at", "fired_at", "cancelled_at")),
        sa.Column("outcome", sa.String(length=40), nullable=True),
        sa.PrimaryKeyConstraint("due_id"),
    )
    op.create_table(
        "acknowledgements",
        sa.Column("alert_id", _ID, nullable=False),
        sa.Column("priority", sa.String(length=2), nullable=False),
        sa.Column("recipient_id", _ID, nullable=True),
        sa.Column("acknowledged_at", _TIME, nullable=False),
        sa.PrimaryKeyConstraint("alert_id", "priority"),
    )
    op.create_table(
        "recalls",
        sa.Column("delivery_id", _ID, nullable=False),
        sa.Column("attempt", sa.Integer(), nullable=False),
        sa.Column("report_id", sa.String(length=36), nullable=False),
        sa.Column("recalled_at", _TIME, nullable=False),
        sa.PrimaryKeyConstraint("delivery_id", "attempt", "report_id"),
    )


def _make_actions() -> None:
    op.create_table(
        "actions",
        sa.Column("action_id", _ID, nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("mechanism", _KEY, nullable=False),
        sa.Column("action", sa.String(length=40), nullable=False),
        sa.Column("signatories", sa.JSON(), nullable=False),
        sa.Column("states", sa.JSON(), nullable=False),
        sa.Column("case_id", _ID, nullable=True),
        sa.Column("report_id", sa.String(length=36), nullable=True),
        *(sa.Column(name, _DAY, nullable=True) for name in ("planned_for", "taken_on", "reply_due")),
        sa.Column("embargo_until", _TIME, nullable=True),
        sa.Column("recorded_at", _TIME, nullable=False),
        sa.Column("received_at", _TIME, nullable=False),
        sa.PrimaryKeyConstraint("action_id"),
    )
    op.create_table(
        "action_references",
        sa.Column("reference_key", _ID, nullable=False),
        sa.Column("action_id", _ID, nullable=False),
        sa.PrimaryKeyConstraint("reference_key", "action_id"),
    )
    op.create_table(
        "replies",
        sa.Column("reply_id", _ID, nullable=False),
        sa.Column("action_id", _ID, nullable=True),
        sa.Column("reference_key", _ID, nullable=False),
        sa.Column("case_id", _ID, nullable=True),
        sa.Column("country", sa.String(length=3), nullable=False),
        sa.Column("replied_on", _DAY, nullable=False),
        sa.Column("quality", sa.String(length=12), nullable=False),
        sa.Column("received_at", _TIME, nullable=False),
        sa.PrimaryKeyConstraint("reply_id"),
    )
    op.create_table(
        "recommendations",
        sa.Column("recommendation_id", _ID, nullable=False),
        sa.Column("mechanism", _KEY, nullable=False),
        sa.Column("country", sa.String(length=3), nullable=False),
        sa.Column("case_id", _ID, nullable=True),
        sa.Column("report_id", sa.String(length=36), nullable=True),
        sa.Column("themes", sa.JSON(), nullable=False),
        sa.Column("made_on", _DAY, nullable=False),
        sa.Column("due_on", _DAY, nullable=True),
        sa.Column("received_at", _TIME, nullable=False),
        sa.Column("settled_at", _TIME, nullable=True),
        sa.Column("settled_by", _KEY, nullable=True),
        sa.PrimaryKeyConstraint("recommendation_id"),
    )


def _make_decisions() -> None:
    op.create_table(
        "case_decisions",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("case_id", _ID, nullable=False),
        sa.Column("kind", _DAY, nullable=False),
        sa.Column("value", sa.String(length=20), nullable=False),
        sa.Column("judged", sa.String(length=2), nullable=True),
        sa.Column("decided_by", _KEY, nullable=False),
        sa.Column("reason", sa.String(length=300), nullable=False),
        sa.Column("decided_at", _TIME, nullable=False),
        sa.Column("ended_at", _TIME, nullable=True),
        sa.Column("ended_by", _KEY, nullable=True),
        sa.PrimaryKeyConstraint("id"),
    )
