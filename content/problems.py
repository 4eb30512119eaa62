"""Problems of content files, as their authors read them."""

from collections.abc import Iterable
from dataclasses import dataclass
from difflib import get_close_matches


@dataclass(frozen=True, order=True)
class Problem:
    """One thing to change: its file and line, and a message that says what to write instead."""

    file: str
    line: int
    message: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.message}"


class ContentProblems(Exception):
    """All problems of all files, sorted by file and line."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = sorted(set(problems))
        super().__init__("\n".join(str(problem) for problem in self.problems))


def quoted(text: str) -> str:
    """The text on one line, in quotes, cut after 40 characters."""
    line = " ".join(text.split())
    return f"'{line[:40]}…'" if len(line) > 40 else f"'{line}'"


def closest(word: str, known: Iterable[str], *, cutoff: float = 0.6) -> str | None:
    """The known word that is most like this one; None when none is as alike as `cutoff`, from 0 to 1."""
    return next(iter(get_close_matches(word, list(known), n=1, cutoff=cutoff)), None)


def did_you_mean(word: str, known: Iterable[str], *, list_all: bool = True) -> str:
    """A hint to add to a message: the closest known word; without one, all words if `list_all`."""
    choices = sorted(known)
    close = closest(word, choices, cutoff=0.7)
    if close:
        return f" Did you mean '{close}'?"
    return f" Choose one of {', '.join(choices)}." if choices and list_all else ""
