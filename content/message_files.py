"""Reads the files of content/messages, and checks the messages before one is rendered.

A file holds the messages of one capability: name to Jinja2 text.
"""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from jinja2 import Environment, TemplateSyntaxError, meta, nodes

from content.problems import Problem, did_you_mean, quoted
from content.sources import Source, find_sources
from content.strict_yaml import Document, Found, read_yaml


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
    is_built_in: bool


def read_messages(extra: Path | None) -> MessageFiles:
    """Return the built-in messages with those of `extra` laid over them, one by one."""
    problems: list[Problem] = []
    built_in = _read_all(find_sources(None)[0], problems)
    if extra is None:
        return MessageFiles(built_in, built_in, tuple(problems), is_built_in=True)
    sources, elsewhere = find_sources(extra)
    own = {place: source for place, source in sources.items() if not source.built_in}
    problems += [problem for problem in elsewhere if problem.file == str(extra)]
    messages = {**built_in, **_read_all(own, problems)}
    is_built_in = not problems and not any(one.kind == "messages" for one in own.values())
    return MessageFiles(messages, built_in, tuple(problems), is_built_in)


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
        what = f"The message {quoted(key)} is no text. Write its words after '{key}:', in quotes."
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


_REFUSED: dict[type[nodes.Node], str] = {
    nodes.Macro: "macro",
    nodes.CallBlock: "call",
    nodes.Assign: "set",
    nodes.AssignBlock: "set",
    nodes.Import: "import",
    nodes.FromImport: "from … import",
    nodes.Extends: "extends",
    nodes.Block: "block",
    nodes.FilterBlock: "filter",
    nodes.With: "with",
    nodes.ScopedEvalContextModifier: "autoescape",
}
"""Tags that make no words, or would escape a text twice."""


@dataclass(frozen=True)
class MessageRules:
    """The messages by name: those in use, and the built-in ones, which may be replaced."""

    used: Mapping[str, MessageEntry]
    built_in: Mapping[str, MessageEntry]
    environment: Environment

    def problems(self) -> Iterator[Problem]:
        """Yield what is wrong with any message; lines are those of its file."""
        for message in self.used.values():
            found = self._template_problems(message)
            if not found:
                found = [*self._cycles(message), *self._replacement_problems(message)]
            yield from (Problem(message.display_path, line, what) for line, what in found)

    def _template_problems(self, message: MessageEntry) -> list[Found]:
        """Return every tag of this template that is broken or not allowed."""
        try:
            tree = self._parse(message)
            self.environment.compile(self._parse(message))
        except RecursionError:
            advice = "The braces or brackets are nested too deeply. Write shorter expressions."
            return [(message.text_line, advice)]
        except TemplateSyntaxError as error:
            what = (error.message or "something unexpected").rstrip(".")
            advice = f"This is not a template: {what}. Check the braces on this line."
            return [(error.lineno, advice)]
        found = [
            (node.lineno, f"'{word}' is used here. Write it with 'if', 'for' and 'include' alone.")
            for kind, word in _REFUSED.items()
            for node in tree.find_all(kind)
        ]
        return sorted([*found, *_include_problems(tree, self.used)])

    def _cycles(self, message: MessageEntry) -> Iterator[Found]:
        if message.name in self._included(message, self.used):
            what = f"'{message.name}' includes itself through its includes."
            yield message.line, f"{what} Take one of them out."

    def _replacement_problems(self, message: MessageEntry) -> Iterator[Found]:
        """Yield what keeps an organization's message from replacing one, or being part of one."""
        if message.built_in:
            return
        if message.name in self.built_in:
            yield from self._unknown_values(message)
        elif not any(message.name in self._includes_of(other) for other in self.used.values()):
            hint = did_you_mean(message.name, self.built_in, list_all=False)
            yield message.line, f"No message is called '{message.name}', so nothing shows it.{hint}"

    def _unknown_values(self, message: MessageEntry) -> Iterator[Found]:
        given = self._values_of(self.built_in[message.name])
        tree = self._parse(message)
        unknown = meta.find_undeclared_variables(tree) - given
        for node in tree.find_all(nodes.Name):
            if node.name in unknown and node.ctx == "load":
                hint = did_you_mean(node.name, given) or " It shows none: write the words alone."
                yield node.lineno, f"This message has no value '{node.name}'.{hint}"

    def _values_of(self, message: MessageEntry) -> set[str]:
        """Return the values that a built-in message and its includes show."""
        values: set[str] = set()
        for name in (message.name, *self._included(message, self.built_in)):
            values |= meta.find_undeclared_variables(self._parse(self.built_in[name]))
        return values

    def _included(self, message: MessageEntry, among: Mapping[str, MessageEntry]) -> set[str]:
        """Return the name of every message that this one includes, at any depth."""
        reached: set[str] = set()
        ahead = [message]
        while ahead:
            for name in self._includes_of(ahead.pop()):
                if name in among and name not in reached:
                    reached.add(name)
                    ahead.append(among[name])
        return reached

    def _includes_of(self, message: MessageEntry) -> set[str]:
        try:
            tree = self._parse(message)
        except (TemplateSyntaxError, RecursionError):
            return set()
        wanted = (include.template for include in tree.find_all(nodes.Include))
        constants = (node.value for node in wanted if isinstance(node, nodes.Const))
        return {name for name in constants if isinstance(name, str)}

    def _parse(self, message: MessageEntry) -> nodes.Template:
        return self.environment.parse(message.template)


def _include_problems(tree: nodes.Template, names: Collection[str]) -> Iterator[Found]:
    for include in tree.find_all(nodes.Include):
        wanted = include.template
        if not isinstance(wanted, nodes.Const) or not isinstance(wanted.value, str):
            what = "An include takes its name from a value. Write the name in quotes."
            yield include.lineno, what
        elif wanted.value not in names:
            hint = did_you_mean(wanted.value, names)
            yield include.lineno, f"There is no message '{wanted.value}'.{hint}"
