"""Judgements: append-only edges between reports. A later judgement adds to the earlier ones; none is overwritten."""

from datetime import datetime

from sqlalchemy import Connection

from tocsin.domain.matching.resolution import Edge
from tocsin.store.tables import judgements


def record(connection: Connection, report_id: str, edge: Edge, model_version: str, now: datetime) -> None:
    """Record what the matcher, or a person, thinks of a pair. The pair is kept in one order."""
    left, right = sorted((report_id, edge.report_id))
    row = {
        "left_report_id": left,
        "right_report_id": right,
        "judgement": edge.judgement,
        "score": edge.score,
        "explanation": list(edge.explanation),
        "model_version": model_version,
        "author": "matcher",
        "created_at": now,
    }
    connection.execute(judgements.insert(), row)
