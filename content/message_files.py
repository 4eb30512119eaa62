"""Reads the files of content/messages. A file holds the messages of one capability: name to Jinja2 text."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from content.problems import Problem, quoted
from content.sources import Source, find_sources
from content.strict_yaml import Document, read_yaml


@dataclass(frozen=True)
class MessageEntry:
    """The text of one message, and where it stands: the lines of its name and of its first word."""

    name: str
    text: str
    path: Path
    display_path: str
    line: int
    text_line: int
    built_in: bool

    @property
    def template(self) -> str:
        """The text behind an empty comment of as many lines as stand above it in the file.

        So Jinja2 counts lines as the file does, in errors of syntax and in tracebacks alike.
        """
        return "{#" + "\n" * (self.text_line - 1) + "#}" + self.text


@dataclass(frozen=True)
class MessageFiles:
    """The messages by name: those in use, and the built-in ones, which may be replaced."""

    messages: Mapping[str, MessageEntry]
    built_in: Mapping[str, MessageEntry]
    problems: tuple[Problem, ...]


def read_messages(extra: Path | None) -> MessageFiles:
    """Return the built-in messages with those of `extra` laid over them, one by one."""
    problems: list[Problem] = []
    built_in = _read_all(find_sources(None)[0], problems)
    if extra is None:
        return MessageFiles(built_in, built_in, tuple(problems))
    sources, elsewhere = find_sources(extra)
    own = {place: source for place, source in sources.items() if not source.built_in}
    problems += [problem for problem in elsewhere if problem.file == str(extra)]
    messages = {**built_in, **_read_all(own, problems)}
    return MessageFiles(messages, built_in, tuple(problems))


def _read_all(sources: Mapping[str, Source], problems: list[Problem]) -> dict[str, MessageEntry]:
    found: dict[str, MessageEntry] = {}
    for source in sources.values():
        if source.kind == "messages":
            found |= _read(source, problems)
    return found


def _read(source: Source, problems: list[Problem]) -> dict[str, MessageEntry]:
    """Return the messages of one file; what is wrong with it is added to `problems`."""
    text = source.text()
    if isinstance(text, Problem):
        problems.append(text)
        return {}
    document = read_yaml(text)
    problems += [Problem(source.display_path, line, what) for line, what in document.problems]
    if not isinstance(document.data, dict):
        if not document.problems:
            advice = "Write a name, ':', and the text of each message."
            problems.append(Problem(source.display_path, 1, f"This file has no names. {advice}"))
        return {}
    return {
        f"{source.stem}/{key}": message
        for key, value in document.data.items()
        if (message := _message(source, document, key, value, problems))
    }


def _message(
    source: Source, document: Document, key: str, value: object, problems: list[Problem]
) -> MessageEntry | None:
    line, text_line = document.line((key,)), document.text_line((key,))
    if not isinstance(value, str):
        what = f"The message {quoted(key)} is not text. Write its words after '{key}:', in quotes."
        if all(told != line for told, _ in document.problems):
            problems.append(Problem(source.display_path, line, what))
        return None
    return MessageEntry(
        name=f"{source.stem}/{key}",
        text=value,
        path=source.path,
        display_path=source.display_path,
        line=line,
        text_line=text_line,
        built_in=source.built_in,
    )
