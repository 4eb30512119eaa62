"""Rules between messages: what an organization's message may use of ours, and that it is used."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from jinja2 import Environment, TemplateSyntaxError, meta, nodes

from content.problems import Problem, did_you_mean
from content.sources import Source
from content.strict_yaml import Found
from content.template_rules import template_problems


@dataclass(frozen=True)
class Messages:
    """The messages by name: those in use, and the built-in ones, which may be replaced."""

    used: Mapping[str, Source]
    built_in: Mapping[str, Source]
    environment: Environment

    def problems(self) -> Iterator[Problem]:
        """What is wrong with any message, known before one is said."""
        for name, source in self.used.items():
            text = source.text()
            if isinstance(text, Problem):
                yield text
                continue
            found = template_problems(text, self.environment, names=self.used)
            if not found:
                found = [*self._circles(name), *self._strangers(name, source, text)]
            yield from (Problem(source.display_path, line, message) for line, message in found)

    def _circles(self, name: str) -> Iterator[Found]:
        reached = self._included(name, self.used)
        if name in reached:
            yield 1, f"'{name}' includes itself through its includes. Take one of them out."

    def _strangers(self, name: str, source: Source, text: str) -> Iterator[Found]:
        """A message that nothing says, or that wants a value which the bot does not give."""
        if source.built_in:
            return
        if name in self.built_in:
            yield from self._unknown_values(name, text)
        elif not any(name in self._includes_of(other) for other in self.used.values()):
            hint = did_you_mean(name, self.built_in, list_all=False)
            yield 1, f"No message is called '{name}', so nothing says it.{hint}"

    def _unknown_values(self, name: str, text: str) -> Iterator[Found]:
        given = self._values_of(name)
        tree = self.environment.parse(text)
        unknown = meta.find_undeclared_variables(tree) - given
        for node in tree.find_all(nodes.Name):
            if node.name in unknown and node.ctx == "load":
                yield (
                    node.lineno,
                    f"This message has no value '{node.name}'.{_choose(node.name, given)}",
                )

    def _values_of(self, name: str) -> set[str]:
        """The values that the built-in message shows, its includes among them."""
        values: set[str] = set()
        for each in (name, *self._included(name, self.built_in)):
            text = self.built_in[each].text()
            if isinstance(text, str):
                values |= meta.find_undeclared_variables(self.environment.parse(text))
        return values

    def _included(self, name: str, among: Mapping[str, Source]) -> set[str]:
        """Every message that this one includes, at any depth."""
        reached: set[str] = set()
        ahead = [name]
        while ahead:
            for included in self._includes_of(among[ahead.pop()]):
                if included in among and included not in reached:
                    reached.add(included)
                    ahead.append(included)
        return reached

    def _includes_of(self, source: Source) -> set[str]:
        text = source.text()
        try:
            tree = self.environment.parse(text if isinstance(text, str) else "")
        except (TemplateSyntaxError, RecursionError):
            return set()
        wanted = (include.template for include in tree.find_all(nodes.Include))
        constants = (node.value for node in wanted if isinstance(node, nodes.Const))
        return {name.removesuffix(".j2") for name in constants if isinstance(name, str)}


def _choose(name: str, given: set[str]) -> str:
    return did_you_mean(name, given) or " It shows none: write the words alone."
