"""The tables of the directory: entries with their seals, administrators, changes, and notices of what was changed."""

from sqlalchemy import JSON, Column, Index, Integer, String, Table, text

from tocsin.store.tables.columns import Time, metadata

_PENDING = text("state = 'pending'")
recipients = Table(
    "recipients",
    metadata,
    Column("recipient_id", String(32), primary_key=True),
    Column("entry", JSON, nullable=False),  # tocsin_schemas.directory.Recipient; the addresses are sealed
    Column("updated_at", Time, nullable=False),
    Column("address_digests", JSON, nullable=False),  # channel -> keyed digest
    Column("version", Integer, nullable=False),  # 0: of a database that knew no approval; such a row is refused
    Column("change_id", String(32), nullable=False),
    Column("proposer", String(64), nullable=False),
    Column("proposed_at", Time, nullable=False),
    Column("proposer_signature", String(128), nullable=False),
    Column("approver", String(64), nullable=False),
    Column("approved_at", Time, nullable=False),
    Column("approver_signature", String(128), nullable=False),
    Column("seal", String(64), nullable=False),  # keyed digest over all of the above but updated_at
)
administrators = Table(
    "administrators",
    metadata,
    Column("key_id", String(64), primary_key=True),
    Column("public_key", String(64), nullable=False, unique=True),  # Ed25519, hexadecimal
    Column("valid_from", Time, nullable=False),
    Column("valid_to", Time),  # from then on nothing that they sign counts
    Column("added_by", String(32), nullable=False),  # a change, or "first-two"
    Column("seal", String(64), nullable=False),
)
directory_changes = Table(
    "directory_changes",
    metadata,
    Column("change_id", String(32), primary_key=True),  # also the subject under which its content is sealed
    Column("kind", String(10), nullable=False),  # store.directory_seals.Kind
    Column("subject", String(64), nullable=False),  # a recipient's id, or an administrator's
    Column("key", String(64), nullable=False),  # how administrators name it
    Column("version", Integer, nullable=False),
    Column("fields", JSON, nullable=False),  # codes of what differs
    Column("proposer", String(64), nullable=False),
    Column("proposed_at", Time, nullable=False),
    Column("proposer_signature", String(128), nullable=False),
    Column("state", String(10), nullable=False),  # pending, approved, rejected, withdrawn, expired
    Column("approver", String(64)),  # or who rejected or withdrew it
    Column("approved_at", Time),
    Column("approver_signature", String(128)),
)
Index(
    "directory_changes_of_subject", directory_changes.c.subject, directory_changes.c.state, directory_changes.c.version
)
Index(
    "directory_changes_pending",
    directory_changes.c.subject,
    unique=True,  # one at a time, or an approval would undo what another had just changed
    sqlite_where=_PENDING,
    postgresql_where=_PENDING,
)
notices = Table(
    "notices",
    metadata,
    Column("notice_id", String(32), primary_key=True),  # also the subject under which its address is sealed
    Column("kind", String(20), nullable=False),  # directory-change
    Column("recipient_id", String(32), nullable=False, index=True),
    Column("change_id", String(32), nullable=False),
    Column("channel", String(16), nullable=False),
    Column("which", String(3), nullable=False),  # old, new
    Column("role", String(20), nullable=False),
    Column("title", String(500)),
    Column("language", String(3), nullable=False),
    Column("fields", JSON, nullable=False),  # codes of what was changed
    Column("changed_at", Time, nullable=False),
    Column("state", String(10), nullable=False, index=True),  # store.directory_notices.NoticeState
    Column("updated_at", Time, nullable=False),
)
