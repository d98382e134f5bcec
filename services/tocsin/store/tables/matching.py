"""The tables of matching: how candidates are found, what was judged of pairs, and what waits for a person."""

from sqlalchemy import (
    JSON,
    Boolean,
    Column,
    Float,
    ForeignKey,
    Index,
    Integer,
    PrimaryKeyConstraint,
    String,
    Table,
    text,
)

from tocsin.store.tables.columns import Serial, Time, metadata

BY_PEOPLE = text("author <> 'matcher'")
"""Few: an index of them is small, and asked for each report."""
blocking_keys = Table(
    "blocking_keys",
    metadata,
    Column("key", String(32), nullable=False),
    Column("report_id", String(36), ForeignKey("reports.report_id"), nullable=False, index=True),
    Column("kind", String(20), nullable=False),
    PrimaryKeyConstraint("key", "report_id"),
    sqlite_with_rowid=False,  # the table is its own index: half the pages to write
)
key_frequencies = Table(
    "key_frequencies",
    metadata,
    Column("key", String(32), primary_key=True),
    Column("reports", Integer, nullable=False),  # how many share it, so that a common key need not be counted
    sqlite_with_rowid=False,
)
case_links = Table(
    "case_links",
    metadata,
    Column("case_id", String(32), ForeignKey("cases.case_id"), nullable=False),
    Column("other_case_id", String(32), ForeignKey("cases.case_id"), nullable=False, index=True),
    Column("kind", String(20), nullable=False),
    Column("created_at", Time, nullable=False),
    PrimaryKeyConstraint("case_id", "other_case_id", "kind"),
)
judgements = Table(
    "judgements",
    metadata,
    Column("id", Serial, primary_key=True),
    Column("left_report_id", String(36), nullable=False, index=True),
    Column("right_report_id", String(36), nullable=False, index=True),
    Column("judgement", String(10), nullable=False),
    Column("verdict", String(24), nullable=False),  # domain.matching.verdicts.Verdict
    Column("vetoed", Boolean, nullable=False),
    Column("score", Float, nullable=False),  # bits for "one case"
    Column("explanation", JSON, nullable=False),  # codes and bits, never words
    Column("model_version", String(40), nullable=False),
    Column("author", String(64), nullable=False),
    Column("created_at", Time, nullable=False),
    Column("counts_from", Time),  # if not from its creation: see domain.matching.graph.Judged
    Column("deleted_at", Time),
)
for _end in (judgements.c.left_report_id, judgements.c.right_report_id):
    Index(f"judgements_by_people_{_end.name}", _end, sqlite_where=BY_PEOPLE, postgresql_where=BY_PEOPLE)
case_figures = Table(
    "case_figures",
    metadata,
    Column("case_id", String(32), primary_key=True),
    Column("revision", Integer, nullable=False),  # of the case: a later one is weighed anew
    Column("rules", String(64), nullable=False),  # of the knowledge by which it was weighed
    Column("until", Time),  # from then on time alone may have changed it
    Column("state", String(10)),  # null: it does not count
    Column("reporters", String(4), nullable=False),
    Column("reprisal", String(10), nullable=False),
    Column("marks", String(100), nullable=False),  # with spaces between
    Column("attacked", String(10)),
    Column("unpunished", String(10)),
)
"""What a brief counts of each case (``domain.briefing.weighing``). Whatever changes a report of it forgets it."""
reviews = Table(
    "reviews",
    metadata,
    Column("review_id", String(32), primary_key=True),
    Column("kind", String(30), nullable=False),  # store.reviews.KINDS
    Column("case_id", String(32), index=True),
    Column("other_case_id", String(32), index=True),
    Column("reason", String(500), nullable=False),
    Column("created_at", Time, nullable=False),
    Column("resolved_at", Time),
    Column("resolved_by", String(64)),
)
_OPEN = reviews.c.resolved_at.is_(None)
Index("reviews_oldest", reviews.c.created_at, reviews.c.review_id, sqlite_where=_OPEN, postgresql_where=_OPEN)
Index(
    "reviews_open",
    reviews.c.kind,
    reviews.c.created_at,
    reviews.c.review_id,
    sqlite_where=_OPEN,
    postgresql_where=_OPEN,
)
