"""The messages of content/messages, name to Jinja2 text: what it may be made of, and how long it can become.

A file holds the messages of one capability. Jinja2 calls, calculates and repeats whatever stands in braces,
partly while it compiles them. Messages need values, comparisons, `if`, `for` and `include`, so these are a
list, and all else is a problem before Jinja2 compiles a line. What is in the list has an end: it repeats no
more often than lists have entries, and `longest` says how much can come of it.
"""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, TemplateSyntaxError, nodes

from content.limits import MESSAGE, TEMPLATE_DEPTH, VALUE, VALUES_IN_LIST, length
from content.problems import Problem, did_you_mean, quoted
from content.sources import Folders, Source, find_sources, folders_of
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


def read_messages(extra: Folders) -> MessageFiles:
    """Return the built-in messages with those of each folder of `extra` laid over them, one by one."""
    problems: list[Problem] = []
    built_in = _read_all(find_sources(None)[0], problems)
    messages = dict(built_in)
    for folder in folders_of(extra):
        sources, elsewhere = find_sources(folder)
        own = {place: source for place, source in sources.items() if not source.built_in}
        problems += [problem for problem in elsewhere if problem.file == str(folder)]
        messages |= _read_all(own, problems)
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


FILTERS = ("capitalize", "lower", "upper")
"""Filters that messages may use: they take any value, and what they return is as long as the value."""

TESTS = ("none",)

_PARSER = Environment(autoescape=False, trim_blocks=True, lstrip_blocks=True)  # noqa: S701 - it renders nothing
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f\x85\ud800-\udfff]")

_TAGS: dict[type[nodes.Node], str] = {
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

_SIGNS: dict[type[nodes.Node], str] = {
    nodes.Call: "A call",
    nodes.CondExpr: "An 'if' inside braces",
    nodes.List: "A list",
    nodes.Dict: "A dictionary",
    nodes.Tuple: "A list",
    nodes.Getitem: "An index other than [0]",
    nodes.Concat: "'~'",
    nodes.Add: "'+'",
    nodes.Sub: "'-'",
    nodes.Mul: "'*'",
    nodes.Div: "'/'",
    nodes.FloorDiv: "'//'",
    nodes.Mod: "'%'",
    nodes.Pow: "'**'",
    nodes.Neg: "'-'",
    nodes.Pos: "'+'",
}
"""What else can stand in braces, to be named in a problem."""

PATH = (nodes.Name, nodes.Getattr, nodes.Getitem)
"""How a template reaches a value: 'tip', 'tip.title', 'due[0]'."""

_PLAIN = (
    *(nodes.Template, nodes.Output, nodes.TemplateData, nodes.If),
    *(nodes.Name, nodes.And, nodes.Or, nodes.Not, nodes.Compare),
)
"""What may stand anywhere."""


@lru_cache(maxsize=1024)
def read_template(message: MessageEntry) -> nodes.Template | tuple[Found, ...]:
    """Return the tree of a message, or all that may not stand in it, with the lines of its file."""
    if length(message.text) > MESSAGE:
        what = f"This message has {length(message.text)} characters. Use at most {MESSAGE}."
        return ((message.line, what),)
    if _CONTROL.search(message.text):
        return ((message.line, "There is a character that cannot be shown. Type it again."),)
    tree = _parse(message)
    if not isinstance(tree, nodes.Template):
        return (tree,)
    found = [(_line(message, line), what) for line, what in _refused(tree, TEMPLATE_DEPTH)]
    return tuple(sorted(found)) or tree


def _parse(message: MessageEntry) -> nodes.Template | Found:
    try:
        return _PARSER.parse(message.text)
    except TemplateSyntaxError as error:
        what = (error.message or "something unexpected").rstrip(".")
        advice = f"This is not a template: {what}. Check the braces on this line."
        return _line(message, error.lineno), advice
    except RecursionError:
        return message.text_line, _TOO_DEEP
    except ValueError:  # Python refuses to read a number of thousands of digits
        return message.text_line, _TOO_LONG_NUMBER


def _line(message: MessageEntry, line: int) -> int:
    return line + message.text_line - 1


LARGEST = 10**9
_TOO_LONG_NUMBER = "A number here has too many digits. Write it as text."
_TOO_DEEP = "The braces or brackets are nested too deeply. Write shorter expressions."


def _refused(node: nodes.Node, depth: int, line: int = 1) -> Iterator[Found]:
    """Yield every part of a template that may not stand there, but nothing inside of such a part.

    `line` is that of the part around it, because some parts have none of their own.
    """
    line = node.lineno or line
    if depth == 0:
        yield line, _TOO_DEEP
    elif not isinstance(node, _PLAIN) and (what := _trouble(node)):
        yield line, what
    else:
        for child in node.iter_child_nodes():
            yield from _refused(child, depth - 1, line)


def _trouble(node: nodes.Node) -> str | None:
    """Return why this may not stand in a template, and what may; None if it may."""
    if type(node) in _CHECKED:
        return _CHECKED[type(node)](node)
    if type(node) in _TAGS:
        return f"'{_TAGS[type(node)]}' is used here. Write it with 'if', 'for' and 'include' alone."
    return _instead_of(node)


def _instead_of(node: nodes.Node, what: str | None = None) -> str:
    name = what or _SIGNS.get(type(node), type(node).__name__)
    return f"{name} is used here. Write it with values, comparisons, 'and', 'or' and 'not' alone."


def _for_trouble(loop: nodes.For) -> str | None:
    if loop.recursive or loop.test:
        return "This 'for' has more than a list. Write 'for … in …' alone, and an 'if' inside."
    if not isinstance(loop.iter, nodes.Name | nodes.Getattr):
        return "This 'for' takes no list by its name. Write the name of a list after 'in'."
    return None


def _include_trouble(include: nodes.Include) -> str | None:
    name = include.template
    if not isinstance(name, nodes.Const) or not isinstance(name.value, str):
        return "An include takes its name from a value. Write the name in quotes."
    if include.ignore_missing or not include.with_context:
        return "An include has more than a name. Write the name in quotes alone."
    return None


def _operand_trouble(operand: nodes.Operand) -> str | None:
    is_search = operand.op in ("in", "notin")
    return _instead_of(operand, "'in'") if is_search else None


def _const_trouble(const: nodes.Const) -> str | None:
    is_number = isinstance(const.value, int | float)
    return _TOO_LONG_NUMBER if is_number and abs(const.value) >= LARGEST else None


def _tuple_trouble(names: nodes.Tuple) -> str | None:
    """Several names may stand after 'for', as in 'for day, shares in days', and nowhere else."""
    is_target = names.ctx == "store" and all(isinstance(one, nodes.Name) for one in names.items)
    return None if is_target else _instead_of(names)


def _attribute_trouble(attribute: nodes.Getattr) -> str | None:
    name = attribute.attr
    is_path = isinstance(attribute.node, PATH) and not name.startswith("_")
    return None if is_path else _instead_of(attribute, f"'.{name}'")


def _index_trouble(index: nodes.Getitem) -> str | None:
    is_first = isinstance(index.arg, nodes.Const) and index.arg.value == 0
    return None if is_first and isinstance(index.node, PATH) else _instead_of(index)


def _filter_trouble(used: nodes.Filter) -> str | None:
    has_more = used.args or used.kwargs or used.dyn_args or used.dyn_kwargs
    if used.name in FILTERS and not has_more:
        return None
    name = f"{used.name}(…)" if has_more else used.name
    return f"The filter '{name}' is used here.{did_you_mean(used.name, FILTERS)}"


def _test_trouble(used: nodes.Test) -> str | None:
    if used.name in TESTS:
        return None
    return f"The test 'is {used.name}' is used here. Write 'is none', or a comparison."


_CHECKED: dict[type[nodes.Node], Callable[[Any], str | None]] = {
    nodes.For: _for_trouble,
    nodes.Include: _include_trouble,
    nodes.Operand: _operand_trouble,
    nodes.Const: _const_trouble,
    nodes.Tuple: _tuple_trouble,
    nodes.Getattr: _attribute_trouble,
    nodes.Getitem: _index_trouble,
    nodes.Filter: _filter_trouble,
    nodes.Test: _test_trouble,
}
"""What may stand in a template under conditions."""


def includes(tree: nodes.Template) -> Iterator[tuple[int, str]]:
    """Yield the line and the name of every message that this one includes."""
    for include in tree.find_all(nodes.Include):
        assert isinstance(include.template, nodes.Const)
        yield include.lineno, include.template.value


def longest(node: nodes.Node, included: Callable[[str], int]) -> int:
    """Return how many characters can come of this part of a template, which is also how long it can take.

    Of an `if` the longest branch counts. `included` returns the same for an included message.
    """

    def total(parts: Sequence[nodes.Node]) -> int:
        return sum(longest(part, included) for part in parts)

    match node:
        case nodes.TemplateData(data=data):
            return length(data)
        case nodes.Template(body=body):
            return total(body)
        case nodes.Output(nodes=parts):
            return total(parts)
        case nodes.If():
            return 1 + max(map(total, (node.body, *(one.body for one in node.elif_), node.else_)))
        case nodes.For():
            return VALUES_IN_LIST * (1 + total(node.body)) + total(node.else_)
        case nodes.Include(template=nodes.Const(value=name)):
            return 1 + included(name)
    return VALUE
