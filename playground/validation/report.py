"""What is wrong with a payload, and where."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal

Surface = Literal["message", "modal", "home"]
Check = Callable[[Any, str, "Report"], None]


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that Slack would refuse."""

    pointer: str
    message: str
    code: str
    constraint: int | str | None = None

    def line(self) -> str:
        """Return the problem as `response_metadata.messages` words it."""
        return f"{self.message} [json-pointer:{self.pointer}]"

    def as_dict(self) -> dict[str, object]:
        """Return the problem as `blocks.validate` answers it."""
        return {
            "pointer": self.pointer,
            "code": self.code,
            "message": self.message,
            "constraint": self.constraint,
            "field": self.pointer.rpartition("/")[2],
        }


class Report:
    """Collects problems and the sums over one message or view."""

    def __init__(self, surface: Surface) -> None:
        self.surface = surface
        self.problems: list[Problem] = []
        self.characters = 0
        self.tables = 0
        self.table_characters = 0
        self.data_table_characters = 0
        self.markdown_characters = 0
        self.charts = 0
        self.focused = 0
        self.block_ids: set[str] = set()
        self.scopes: set[str] = set()
        """The scopes without which Slack does not take these blocks."""

    def refuse(
        self, at: str, message: str, *, code: str, constraint: int | str | None = None
    ) -> None:
        """Note one problem."""
        self.problems.append(Problem(at, message, code, constraint))

    def lines(self) -> tuple[str, ...]:
        """Return every problem as Slack words it."""
        return tuple(problem.line() for problem in self.problems)
