"""What messages do with their values: the built-in ones show it, those of an organization may do the same.

A message gets values such as `tip` or `names` and no description of them. The built-in message tells: it
shows `tip.title`, repeats something for each of `names`, and compares `tier` by size.
"""

from collections import ChainMap
from collections.abc import Mapping, MutableMapping
from dataclasses import dataclass, field
from types import SimpleNamespace

from jinja2 import nodes

from content.limits import INCLUDES, VALUE, VALUES_IN_LIST
from content.message_files import MessageEntry
from content.problems import Problem, did_you_mean
from content.templates import PATH, read_template

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
