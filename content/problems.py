"""Problems of content files, as their authors read them."""

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from difflib import get_close_matches

from content.limits import FILE_PROBLEMS

_UNSHOWN = re.compile(
    r"[\x00-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff]"
)
"""Characters that would break the line of a problem, steer a terminal, or turn the words around."""


@dataclass(frozen=True, order=True)
class Problem:
    """One thing to change: its file and line, and a message that says what to write instead."""

    file: str
    line: int
    message: str

    def __str__(self) -> str:
        return _UNSHOWN.sub(_escaped, f"{self.file}:{self.line}: {self.message}")


def _escaped(found: re.Match[str]) -> str:
    return found[0].encode("unicode_escape").decode()


def sorted_problems(problems: Iterable[Problem]) -> list[Problem]:
    """Return each problem once, by file and line, of each file the first `FILE_PROBLEMS`."""
    kept: list[Problem] = []
    counts: Counter[str] = Counter()
    for problem in sorted(set(problems)):
        counts[problem.file] += 1
        if counts[problem.file] <= FILE_PROBLEMS:
            kept.append(problem)
    for file, count in counts.items():
        if count > FILE_PROBLEMS:
            last = max(problem.line for problem in kept if problem.file == file)
            more = "There are more problems in this file. Fix the ones above first."
            kept.append(Problem(file, last, more))
    return kept


class ContentProblems(Exception):
    """All problems of all files, sorted by file and line."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = sorted_problems(problems)
        super().__init__("\n".join(str(problem) for problem in self.problems))


def quoted(text: str) -> str:
    """The text on one line, in quotes, cut after 40 characters."""
    line = " ".join(text.split())
    return f"'{line[:40]}…'" if len(line) > 40 else f"'{line}'"


_COMPARED = 100
"""So many characters of a word are compared; the time grows with their square."""


def closest(word: str, known: Iterable[str], *, cutoff: float = 0.6) -> str | None:
    """The known word that is most like this one; None when none is as alike as `cutoff`, from 0 to 1."""
    short = [one for one in known if len(one) <= _COMPARED]
    return next(iter(get_close_matches(word[:_COMPARED], short, n=1, cutoff=cutoff)), None)


def did_you_mean(word: str, known: Iterable[str], *, list_all: bool = True) -> str:
    """A hint to add to a message: the closest known word; without one, all words if `list_all`."""
    choices = sorted(known)
    close = closest(word, choices, cutoff=0.7)
    if close:
        return f" Did you mean '{close}'?"
    return f" Choose one of {', '.join(choices)}." if choices and list_all else ""
