"""Rules of messages: what their templates are made of, what they include, which values they show."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache, cached_property

from jinja2 import Environment, nodes

from content.limits import INCLUDES_DEEP, MESSAGE, VALUE, VALUES_IN_LIST
from content.message_files import MessageEntry
from content.message_values import Reader, Value
from content.problems import Problem, did_you_mean
from content.strict_yaml import Found
from content.templates import includes, longest, read_template

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
