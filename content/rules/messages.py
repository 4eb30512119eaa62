"""Rules of messages: what their templates are made of, what they include, which values they show.

A message gets values such as `tip` or `names` and no description of them. The built-in message tells: it
shows `tip.title`, repeats something for each of `names`, and compares `tier` by size. A message of an
organization may do the same with them.
"""

from collections import ChainMap
from collections.abc import Callable, Iterator, Mapping, MutableMapping
from dataclasses import dataclass, field
from functools import cache, cached_property
from types import SimpleNamespace

from jinja2 import Environment, nodes

from content.limits import INCLUDES, INCLUDES_DEEP, MESSAGE, VALUE, VALUES_IN_LIST
from content.problems import Problem, did_you_mean
from content.strict_yaml import Found
from content.templates import PATH, MessageEntry, includes, longest, read_template

SIZES = ("lt", "lteq", "gt", "gteq")


@dataclass
class Value:
    """What can be done with a value: show it, take its attributes, its entries, or its parts."""

    attributes: dict[str, "Value"] = field(default_factory=dict)
    entries: "Value | None" = None
    parts: tuple["Value", ...] = ()
    is_number: bool = False

    @property
    def is_shown(self) -> bool:
        """Whether it is words or a number, and not made of other values."""
        return not (self.attributes or self.entries or self.parts)

    @property
    def example(self) -> object:
        """The longest value of this form."""
        if self.attributes:
            return SimpleNamespace(**{name: one.example for name, one in self.attributes.items()})
        if self.entries:
            return [self.entries.example] * VALUES_IN_LIST
        if self.parts:
            return tuple(part.example for part in self.parts)
        return 99 if self.is_number else "x" * VALUE


Values = MutableMapping[str, Value]

LOOP = Value({name: Value() for name in ("first", "index", "last", "length")})
"""What is known inside of a 'for'."""


@dataclass
class Reader:
    """Goes through a message, with those that it includes, and learns of its values or checks them."""

    messages: Mapping[str, MessageEntry]
    values: Values
    is_learning: bool
    problems: list[Problem] = field(default_factory=list)
    _ahead: int = INCLUDES
    _place: list[MessageEntry] = field(default_factory=list)

    def read(self, name: str, scope: ChainMap[str, Value] | None = None) -> None:
        """Read the message of this name, with `scope` for the names of the loops around it."""
        message = self.messages[name]
        tree = read_template(message)
        assert isinstance(tree, nodes.Template)
        self._ahead -= 1
        if self._ahead < 0:
            what = f"More than {INCLUDES} messages are included. Write some of the texts out."
            self.problems.append(Problem(self._place[0].display_path, self._place[0].line, what))
            return
        self._place.append(message)
        self._node(tree, ChainMap(self.values) if scope is None else scope)
        self._place.pop()

    def _node(self, node: nodes.Node, scope: ChainMap[str, Value]) -> None:
        match node:
            case nodes.For():
                self._loop(node, scope)
            case nodes.Include(template=nodes.Const(value=name)):
                self.read(name, scope)
            case nodes.Output(nodes=parts):
                for part in parts:
                    self._shown(part, scope)
            case nodes.Filter(node=nodes.Expr() as inner):
                self._shown(inner, scope)
            case nodes.Compare():
                self._comparison(node, scope)
            case nodes.Name() | nodes.Getattr() | nodes.Getitem():
                self._value(node, scope)
            case _:
                for child in node.iter_child_nodes():
                    self._node(child, scope)

    def _shown(self, node: nodes.Expr, scope: ChainMap[str, Value]) -> None:
        if not isinstance(node, PATH):
            self._node(node, scope)
        elif (value := self._value(node, scope)) and not value.is_shown:
            parts = [f"{_spelled(node)}.{name}" for name in sorted(value.attributes)]
            advice = f"Choose one of {', '.join(parts)}." if parts else "Write a 'for' over it."
            self._found(node, f"'{_spelled(node)}' is more than one value. {advice}")

    def _comparison(self, node: nodes.Compare, scope: ChainMap[str, Value]) -> None:
        by_size = any(operand.op in SIZES for operand in node.ops)
        for one in (node.expr, *(operand.expr for operand in node.ops)):
            value = self._value(one, scope) if isinstance(one, PATH) else None
            if not isinstance(one, PATH):
                self._node(one, scope)
            if by_size and self.is_learning and value:
                value.is_number = True
            elif by_size and not _has_size(one, value):
                what = f"'{_spelled(one)}' has no size to compare. Compare it with '==' or '!='."
                self._found(one, what)

    def _loop(self, node: nodes.For, scope: ChainMap[str, Value]) -> None:
        targets = _targets(node)
        inner: dict[str, Value] = {"loop": LOOP}
        owner = self._value(node.iter, scope)
        entry = self._entry(node, owner, len(targets)) if owner else None
        if entry:
            found = entry.parts if isinstance(node.target, nodes.Tuple) else (entry,)
            inner |= dict(zip(targets, found, strict=True))
            for child in node.body:
                self._node(child, scope.new_child(inner))
        for child in node.else_:
            self._node(child, scope)

    def _entry(self, node: nodes.For, owner: Value, count: int) -> Value | None:
        """Return the entries of the list that a loop is over, with as many parts as the loop has names."""
        is_several = isinstance(node.target, nodes.Tuple)
        if self.is_learning:
            owner.entries = owner.entries or Value()
            if is_several:
                owner.entries.parts = owner.entries.parts or tuple(Value() for _ in range(count))
            return owner.entries
        name = _spelled(node.iter)
        if owner.entries is None:
            self._found(node, f"'{name}' is not a list. Write it without 'for'.")
        elif is_several and len(owner.entries.parts) != count:
            parts = len(owner.entries.parts) or 1
            self._found(node, f"'{name}' has entries of {parts}. Write as many names after 'for'.")
        else:
            return owner.entries
        return None

    def _value(self, node: nodes.Node, scope: ChainMap[str, Value]) -> Value | None:
        """Return what is known of the value at this path; None if nothing, which is a problem then."""
        if isinstance(node, nodes.Name):
            return self._name(node, scope)
        assert isinstance(node, nodes.Getattr | nodes.Getitem)
        owner = self._value(node.node, scope)
        if owner is None:
            return None
        if isinstance(node, nodes.Getitem):
            return self._first(node, owner)
        if node.attr not in owner.attributes:
            if not self.is_learning:
                self._found(node, _no_attribute(_spelled(node.node), node.attr, owner))
                return None
            owner.attributes[node.attr] = Value()
        return owner.attributes[node.attr]

    def _name(self, node: nodes.Name, scope: ChainMap[str, Value]) -> Value | None:
        if node.name not in scope:
            if not self.is_learning:
                hint = did_you_mean(node.name, scope) or " It shows none: write the words alone."
                self._found(node, f"This message has no value '{node.name}'.{hint}")
                return None
            self.values[node.name] = Value()
        return scope[node.name]

    def _first(self, node: nodes.Getitem, owner: Value) -> Value | None:
        if owner.entries is None and self.is_learning:
            owner.entries = Value()
        if owner.entries is None:
            self._found(node, f"'{_spelled(node.node)}' is not a list. Write it without '[0]'.")
        return owner.entries

    def _found(self, node: nodes.Node, what: str) -> None:
        entry = self._place[-1]
        line = node.lineno + entry.text_line - 1
        self.problems.append(Problem(entry.display_path, line, what))


def _has_size(node: nodes.Node, value: Value | None) -> bool:
    """Return whether '<' can compare this; what is wrong with an unknown value has been told already."""
    if isinstance(node, PATH):
        return value is None or value.is_number
    return isinstance(node, nodes.Const) and isinstance(node.value, int | float)


def _targets(loop: nodes.For) -> list[str]:
    """Return the names between 'for' and 'in'."""
    target = loop.target
    every = target.items if isinstance(target, nodes.Tuple) else [target]
    return [one.name for one in every if isinstance(one, nodes.Name)]


def _no_attribute(owner: str, name: str, value: Value) -> str:
    hint = did_you_mean(name, value.attributes) or f" Write '{owner}' alone."
    return f"'{owner}' has no '{name}'.{hint}"


def _spelled(node: nodes.Node) -> str:
    """Return a path as its author wrote it."""
    match node:
        case nodes.Name(name=name):
            return name
        case nodes.Getattr(node=inner, attr=attr):
            return f"{_spelled(inner)}.{attr}"
        case nodes.Getitem(node=inner):
            return f"{_spelled(inner)}[0]"
        case nodes.Const(value=value):
            return str(value)
    return "this"


Messages = Mapping[str, MessageEntry]


@dataclass(frozen=True)
class MessageRules:
    """The messages by name: those in use, and the built-in ones, which may be replaced."""

    used: Messages
    built_in: Messages
    environment: Environment

    def problems(self) -> Iterator[Problem]:
        """Yield what is wrong with any message of an organization; without a folder, with a built-in one."""
        without_folder = self.used is self.built_in
        for message in self.used.values():
            if message.built_in and not without_folder:
                continue
            found = [*self._template_problems(message)]
            yield from (Problem(message.display_path, line, what) for line, what in found)
            if not found and message.name in self.built_in:
                yield from self._value_problems(message)

    def _template_problems(self, message: MessageEntry) -> Iterator[Found]:
        tree = read_template(message)
        if not isinstance(tree, nodes.Template):
            yield from tree
            return
        for line, name in includes(tree):
            if name not in self.used:
                hint = did_you_mean(name, self.used)
                yield line + message.text_line - 1, f"There is no message '{name}'.{hint}"
        if message.name not in self.built_in and message.name not in self._included:
            hint = did_you_mean(message.name, self.built_in, list_all=False)
            yield message.line, f"No message is called '{message.name}', so nothing shows it.{hint}"
        yield from self._include_problems(message) or self._length_problems(message)

    def _include_problems(self, message: MessageEntry) -> list[Found]:
        """Return a problem if this message includes itself, or others that include others without end."""
        reached = {message.name}
        for _ in range(INCLUDES_DEEP + 1):
            reached = {name for one in reached for name in self._includes(self.used[one])}
            if message.name in reached:
                what = f"'{message.name}' includes itself through its includes."
                return [(message.line, f"{what} Remove one of them.")]
            if not reached:
                return []
        advice = "Write some of the texts out."
        return [(message.line, f"Its includes are more than {INCLUDES_DEEP} deep. {advice}")]

    def _includes(self, message: MessageEntry) -> set[str]:
        """Return the messages that this one includes, of those that there are."""
        tree = read_template(message) if "include" in message.text else None
        if not isinstance(tree, nodes.Template):
            return set()
        return {name for _, name in includes(tree) if name in self.used}

    @cached_property
    def _included(self) -> set[str]:
        return {name for message in self.used.values() for name in self._includes(message)}

    def _length_problems(self, message: MessageEntry) -> list[Found]:
        """Return a problem if more can come of this message than Slack takes, or twice the built-in one."""
        size, most = self._size(message.name), MESSAGE
        if message.name in self.built_in:
            most = max(most, 2 * self._built_in_size(message.name))
        if size <= most:
            return []
        what = f"This message can have {size} characters, with {VALUE} for each value and"
        what += f" {VALUES_IN_LIST} entries in each list."
        return [(message.line, f"{what} Use at most {most}: repeat and include less.")]

    @cached_property
    def _size(self) -> Callable[[str], int]:
        return _sizes(self.used)

    @cached_property
    def _built_in_size(self) -> Callable[[str], int]:
        return _sizes(self.built_in)

    def _value_problems(self, message: MessageEntry) -> list[Problem]:
        """Return where this message, or one that it includes, uses a value that it does not get."""
        if any(not self._is_readable(name) for name in self._all_included(message)):
            return []
        built_in = Reader(self.built_in, {}, is_learning=True)
        built_in.read(message.name)
        own = Reader(self.used, built_in.values, is_learning=False)
        own.read(message.name)
        return own.problems or self._render_problems(message, own.values)

    def _all_included(self, message: MessageEntry) -> set[str]:
        """Return the messages that this one includes, at any depth."""
        reached: set[str] = set()
        ahead = [message]
        while ahead:
            new = self._includes(ahead.pop()) - reached
            reached |= new
            ahead += [self.used[name] for name in new]
        return reached

    def _is_readable(self, name: str) -> bool:
        """Return whether this message and its includes are without problems of their own."""
        tree = read_template(self.used[name])
        return isinstance(tree, nodes.Template) and all(
            one in self.used for _, one in includes(tree)
        )

    def _render_problems(self, message: MessageEntry, values: Mapping[str, Value]) -> list[Problem]:
        """Render a message once, with the longest values that it can get."""
        try:
            examples = {name: value.example for name, value in values.items()}
            self.environment.get_template(message.name).render(examples)
        except Exception as error:
            what = f"This message cannot be rendered: {error}. Write it like the built-in one."
            return [Problem(message.display_path, message.line, what)]
        return []


def _sizes(messages: Messages) -> Callable[[str], int]:
    """Return a function from the name of a message to how many characters can come of it."""

    @cache
    def size(name: str) -> int:
        tree = read_template(messages[name]) if name in messages else None
        return longest(tree, size) if isinstance(tree, nodes.Template) else 0

    return size
