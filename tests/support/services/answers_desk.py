"""An alert of UN-WGAD whose line is filled, and what its people answer."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import Engine

from builders import a_report
from dispatching import Pipeline
from tocsin.store import tables
from tocsin.store.alerting import acknowledgements
from tocsin.store.database import reading
from tocsin_schemas.answers import Answer, AnswerGiven, NotMineReason


class Desk:
    """UN-WGAD with a filled line, an alert of it, and what its people answer."""

    def __init__(self, folder: Path, engine: Engine | None = None) -> None:
        self.pipeline = Pipeline(folder, engine=engine)
        self.people = self.pipeline.enter_chain()
        self.pipeline.take(a_report())
        self.answers = 0

    @property
    def alert(self) -> Any:
        return self.pipeline.alert("UN-WGAD")

    def says(self, who: str, answer: Answer, **over: Any) -> str:
        """who: a role of the line, or an id."""
        self.answers += 1
        if "to" in over:
            over["to"] = self.people.get(over["to"], over["to"])
        fields: dict[str, Any] = {
            "answer_id": f"{self.answers:032x}",
            "alert_id": self.alert.alert_id,
            "recipient": self.people.get(who, who),
            "answer": answer,
            "at": datetime.now(UTC),
        }
        return self.pipeline.answer(AnswerGiven(**(fields | over)))

    def not_mine(self, who: str, reason: NotMineReason = NotMineReason.OTHER) -> str:
        return self.says(who, Answer.NOT_MINE, reason=reason)

    def waiting(self) -> dict[str, datetime]:
        """When each kind of due time of the alert falls due."""
        rows = [r for r in self.pipeline.rows(tables.due_times) if r.subject == self.alert.alert_id]
        return {r.kind: r.due_at for r in rows if r.fired_at is None and r.cancelled_at is None}

    def escalated(self) -> list[list[str]]:
        return [s["recipients"] for s in self.said("escalated")]

    def said(self, kind: str) -> list[dict[str, Any]]:
        return [s for s in self.pipeline.said(f"alert.{kind}") if s["mandate"] == "UN-WGAD"]

    def asked_operators(self) -> list[str]:
        return [reason for reason in self.pipeline.open_reviews("unanswered") if "UN-WGAD" in reason]

    def questioned(self) -> list[str]:
        return self.pipeline.open_reviews("answer_questioned")

    def fire(self, after: timedelta = timedelta()) -> None:
        self.pipeline.fire(datetime.now(UTC) + after)

    def is_in_hand(self) -> bool:
        with reading(self.pipeline.engine) as connection:
            alert = self.alert
            shown = alert.alert_id in acknowledgements.of_case(connection, alert.case_id)
            assert shown is (acknowledgements.awaited(connection, alert.alert_id) is None)
            assert shown is acknowledgements.is_answered(connection, alert.alert_id, alert.priority)
            return shown
