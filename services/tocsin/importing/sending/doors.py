"""The two doors that an import can send by, behind one form."""

from collections.abc import Sequence
from typing import Protocol

from tocsin.importing.faults import Fault
from tocsin_schemas.problems import Problem
from tocsin_schemas.reports import Report


class Unavailable(Exception):
    """Nobody takes reports now; what was not sent can be sent by the same command later."""


class Forbidden(Exception):
    """No report will be taken from this sender, whatever it says: the key, its rights or the address are wrong."""


class Refused(Exception):
    """This report was refused; ``problems`` say why."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        super().__init__(", ".join(problem.code for problem in problems))
        self.problems = tuple(problems)


class Door(Protocol):
    """Where reports go."""

    def send(self, report: Report, correction: bool, once: str) -> str:
        """Hand it over; returns the receipt once it is stored for good.

        once: the same for a repetition of the same. Raises Refused, Forbidden or Unavailable.
        """
        ...

    def close(self) -> None: ...


def fault_of(problem: Problem, row: int, column: str) -> Fault:
    return Fault(row, column, problem.code, problem.path, problem)
