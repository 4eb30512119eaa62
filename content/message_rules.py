"""Checks messages before one is rendered: what a template may do, and which values it may show."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass

from jinja2 import Environment, TemplateSyntaxError, meta, nodes

from content.message_files import Message
from content.problems import Problem, did_you_mean
from content.strict_yaml import Found

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

    used: Mapping[str, Message]
    built_in: Mapping[str, Message]
    environment: Environment

    def problems(self) -> Iterator[Problem]:
        """Yield what is wrong with any message; lines are those of its file."""
        for message in self.used.values():
            found = self._template_problems(message)
            if not found:
                found = [*self._cycles(message), *self._replacement_problems(message)]
            yield from (Problem(message.display_path, line, what) for line, what in found)

    def _template_problems(self, message: Message) -> list[Found]:
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

    def _cycles(self, message: Message) -> Iterator[Found]:
        if message.name in self._included(message, self.used):
            what = f"'{message.name}' includes itself through its includes."
            yield message.line, f"{what} Take one of them out."

    def _replacement_problems(self, message: Message) -> Iterator[Found]:
        """Yield what keeps an organization's message from replacing one, or being part of one."""
        if message.built_in:
            return
        if message.name in self.built_in:
            yield from self._unknown_values(message)
        elif not any(message.name in self._includes_of(other) for other in self.used.values()):
            hint = did_you_mean(message.name, self.built_in, list_all=False)
            yield message.line, f"No message is called '{message.name}', so nothing shows it.{hint}"

    def _unknown_values(self, message: Message) -> Iterator[Found]:
        given = self._values_of(self.built_in[message.name])
        tree = self._parse(message)
        unknown = meta.find_undeclared_variables(tree) - given
        for node in tree.find_all(nodes.Name):
            if node.name in unknown and node.ctx == "load":
                hint = did_you_mean(node.name, given) or " It shows none: write the words alone."
                yield node.lineno, f"This message has no value '{node.name}'.{hint}"

    def _values_of(self, message: Message) -> set[str]:
        """Return the values that a built-in message and its includes show."""
        values: set[str] = set()
        for name in (message.name, *self._included(message, self.built_in)):
            values |= meta.find_undeclared_variables(self._parse(self.built_in[name]))
        return values

    def _included(self, message: Message, among: Mapping[str, Message]) -> set[str]:
        """Return the name of every message that this one includes, at any depth."""
        reached: set[str] = set()
        ahead = [message]
        while ahead:
            for name in self._includes_of(ahead.pop()):
                if name in among and name not in reached:
                    reached.add(name)
                    ahead.append(among[name])
        return reached

    def _includes_of(self, message: Message) -> set[str]:
        try:
            tree = self._parse(message)
        except (TemplateSyntaxError, RecursionError):
            return set()
        wanted = (include.template for include in tree.find_all(nodes.Include))
        constants = (node.value for node in wanted if isinstance(node, nodes.Const))
        return {name for name in constants if isinstance(name, str)}

    def _parse(self, message: Message) -> nodes.Template:
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
