"""Reads YAML strictly: one document, no anchors, no tags, no words that change their type.

It works on the parser's events: the values that PyYAML constructs from them no longer have the line of a
key, whether a word was in quotes, or a key that stands twice.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field

import yaml
from yaml.events import (
    AliasEvent,
    CollectionStartEvent,
    DocumentStartEvent,
    Event,
    MappingEndEvent,
    MappingStartEvent,
    ScalarEvent,
    SequenceEndEvent,
    SequenceStartEvent,
    StreamEndEvent,
)
from yaml.resolver import Resolver

from content.limits import ENTRIES, FILE_PROBLEMS, FILE_VALUES
from content.problems import quoted

KeyPath = tuple[str | int, ...]
"""The keys and list indexes that lead from the top of a document to a value."""

Found = tuple[int, str]
"""A line and what is wrong there."""

DEEPEST = 12
"""Our files nest five deep; deeper than this is a slip of the indentation."""

_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_NUMBER = re.compile(r"-?(0|[1-9][0-9]{0,8})(\.[0-9]{1,6})?")
_TRUTH = {"true": True, "false": False}
"""The two words that every version of YAML reads as a truth value; all others are refused."""
_TEXT = "tag:yaml.org,2002:str"
_READ_AS = {
    "bool": "yes or no",
    "int": "a number",
    "float": "a number",
    "timestamp": "a date",
    "null": "nothing",
    "merge": "a merge",
    "value": "a default value",
}


_NO_TEXT = {
    yaml.reader.Reader.NON_PRINTABLE: (
        "There is a character that cannot be shown. Delete it, and type it again."
    ),
    re.compile("^%", re.MULTILINE): "A line begins with '%'. Indent the text, or delete the line.",
}
"""What no content file has. A '%' begins a directive of YAML; libyaml compares each with all before it."""


@dataclass(frozen=True)
class Misread:
    """Stands in the data for a bare word that YAML reads as something other than text.

    `message` is the problem that the document has for it, on this line. A schema that expects no text
    here can tell the author something that fits better.
    """

    text: str
    line: int
    message: str

    def __str__(self) -> str:
        return self.text


@dataclass(frozen=True)
class Document:
    """The data of a file, the line of every value, and what is no plain YAML in it."""

    data: object
    lines: Mapping[KeyPath, int]
    problems: tuple[Found, ...] = ()
    literals: frozenset[KeyPath] = frozenset()

    def text_line(self, place: KeyPath) -> int:
        """Return the line on which this text begins, which for one behind '|' is the next."""
        return self.line(place) + (place in self.literals)

    def line(self, place: KeyPath) -> int:
        """The line of this value, or of the nearest one around it."""
        while place and place not in self.lines:
            place = place[:-1]
        return self.lines.get(place, 1)


def read_yaml(text: str) -> Document:
    """Read the document in `text`. Never raises: what is wrong is in the document's problems."""
    reader = _Reader()
    for wrong, what in _NO_TEXT.items():
        if found := wrong.search(text):
            return Document(None, {}, ((text.count("\n", 0, found.start()) + 1, what),))
    try:
        data = reader.document(yaml.parse(text, Loader=_LOADER))
    except _GiveUpError:
        data = None
    except yaml.YAMLError as error:
        data = None
        reader.problems.append(_syntax_problem(error))
    last = text.count("\n") + 1
    problems = tuple((min(line, last), what) for line, what in reader.problems)
    return Document(data, reader.lines, problems, frozenset(reader.literals))


class _GiveUpError(Exception):
    """Stops the reading after a problem that would be repeated on every line below."""


@dataclass
class _Reader:
    lines: dict[KeyPath, int] = field(default_factory=dict)
    problems: list[Found] = field(default_factory=list)
    literals: set[KeyPath] = field(default_factory=set)
    resolver: Resolver = field(default_factory=Resolver)
    values: int = 0

    def document(self, events: Iterator[Event]) -> object:
        """The value of the first document. A second document is a problem."""
        next(events)
        if isinstance(next(events), StreamEndEvent):
            self._found(1, "The file is empty. Write its content, or delete the file.")
            return None
        data = self._value(next(events), events, ())
        for event in events:
            if isinstance(event, DocumentStartEvent):
                line = _line_of(event)
                self._found(
                    line,
                    "A second document starts here. Write one document in a file, without '---'.",
                )
                break
        return data

    def _value(self, event: Event, events: Iterator[Event], place: KeyPath) -> object:
        line = _line_of(event)
        self.lines.setdefault(place, line)
        self._count(line)
        if isinstance(event, AliasEvent):
            message = f"'*{event.anchor}' refers to another place. Write the text out here."
            self._found(line, message)
            return Misread(f"*{event.anchor}", line, message)
        assert isinstance(event, ScalarEvent | CollectionStartEvent)
        self._refuse_marks(event, line)
        if isinstance(event, ScalarEvent):
            if event.style == "|":
                self.literals.add(place)
            return self._scalar(event, place)
        if len(place) >= DEEPEST:
            self._found(line, "This is nested too deeply. Check the indentation of this line.")
            raise _GiveUpError
        if isinstance(event, SequenceStartEvent):
            return list(self._items(events, place))
        assert isinstance(event, MappingStartEvent)
        return dict(self._entries(events, place))

    def _items(self, events: Iterator[Event], place: KeyPath) -> Iterator[object]:
        for number, event in enumerate(events):
            if isinstance(event, SequenceEndEvent):
                return
            self._refuse_long(number, _line_of(event))
            yield self._value(event, events, (*place, number))

    def _entries(self, events: Iterator[Event], place: KeyPath) -> Iterator[tuple[str, object]]:
        seen: dict[str, int] = {}
        for event in events:
            if isinstance(event, MappingEndEvent):
                return
            line = _line_of(event)
            key = self._key(event, events, place)
            self._refuse_long(len(seen), line)
            if key in seen:
                self._found(
                    line,
                    f"The key {quoted(key)} is here twice, first on line {seen[key]}. Keep one.",
                )
                self._value(next(events), events, (*place, key, line))
                continue
            seen[key] = line
            self.lines[(*place, key)] = line
            yield key, self._value(next(events), events, (*place, key))

    def _key(self, event: Event, events: Iterator[Event], place: KeyPath) -> str:
        """The key as written. A key that is not a single word is a problem."""
        if isinstance(event, ScalarEvent):
            self._refuse_marks(event, _line_of(event))
            self._scalar(event, place)
            return str(event.value)
        if isinstance(event, AliasEvent):
            return str(self._value(event, events, place))
        line = _line_of(event)
        self._found(line, "A key is a list or a group of keys. Write one word before ':'.")
        return str(self._value(event, events, (*place, f"key on line {line}")))[:40]

    def _scalar(self, event: ScalarEvent, place: KeyPath) -> object:
        text = event.value
        if not event.implicit[0]:
            return text
        if text in _TRUTH:
            return _TRUTH[text]
        number = _NUMBER.fullmatch(text)
        if number:
            return float(text) if number[2] else int(text)
        resolve: Callable[[type[yaml.ScalarNode], str, tuple[bool, bool]], str] = (
            self.resolver.resolve
        )
        tag = resolve(yaml.ScalarNode, text, (True, False))
        if tag == _TEXT:
            return text
        line, message = _line_of(event), _changed(text, tag.rpartition(":")[2], place)
        self._found(line, message)
        return Misread(text, line, message)

    def _refuse_marks(self, event: ScalarEvent | CollectionStartEvent, line: int) -> None:
        if event.anchor is not None:
            self._found(
                line, f"'&{event.anchor}' names a place to refer to. Delete it; write texts out."
            )
        if event.tag is not None:
            self._found(
                line, f"There is a tag, '{event.tag}'. Delete it, or put the text in quotes."
            )

    def _count(self, line: int) -> None:
        self.values += 1
        if self.values > FILE_VALUES:
            self._found(line, f"This file has more than {FILE_VALUES} values. Split it.")
            raise _GiveUpError

    def _refuse_long(self, before: int, line: int) -> None:
        """Stop at an entry with this many before it, if that is more than anybody writes."""
        if before >= ENTRIES:
            what = f"More than {ENTRIES} entries are in one list or group of keys."
            self._found(line, f"{what} Split it over several files.")
            raise _GiveUpError

    def _found(self, line: int, message: str) -> None:
        self.problems.append((line, message))
        if len(self.problems) > FILE_PROBLEMS:
            raise _GiveUpError


def _line_of(event: Event) -> int:
    return event.start_mark.line + 1 if event.start_mark else 1


def _changed(text: str, kind: str, place: KeyPath) -> str:
    """The problem of a bare word that YAML reads as something other than text."""
    if not text:
        key = next((part for part in reversed(place) if isinstance(part, str)), None)
        owner = f"'{key}'" if key else "This entry"
        return f"{owner} has no value. Write one after it, or delete the line."
    word = quoted(text)
    return f"YAML reads {word[1:-1]} as {_READ_AS.get(kind, kind)}. Write {word} in quotes."


def _syntax_problem(error: yaml.YAMLError) -> Found:
    mark = getattr(error, "problem_mark", None)
    what = (
        getattr(error, "problem", None) or getattr(error, "reason", None) or "something unexpected"
    )
    line = mark.line + 1 if mark else 1
    what = what.replace("in this context", "here")  # libyaml and PyYAML differ in these words
    return line, f"This is not valid YAML: {what}. {_hint(what)}"


def _hint(what: str) -> str:
    if "mapping values" in what:
        return "Put a text that contains ': ' in quotes."
    if "character" in what:
        return "Put the text in quotes, and indent with spaces."
    return "Check quotes and indentation here and on the line above."
