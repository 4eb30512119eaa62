"""Renders the messages of content/messages: names to text in which every value is escaped."""

from collections.abc import Callable, Iterable, MutableMapping
from itertools import islice
from pathlib import Path
from typing import Any

from jinja2 import StrictUndefined
from jinja2.exceptions import SecurityError
from jinja2.loaders import FunctionLoader
from jinja2.sandbox import ImmutableSandboxedEnvironment

from coaching.safe_text import SafeText, escape
from content.limits import RULE_PROBLEMS
from content.message_files import read_messages
from content.problems import Problem
from content.rules.messages import MessageRules
from content.templates import FILTERS, TESTS, read_template


class MessageCatalog:
    """Every message by its name, with an organization's own messages laid over the built-in ones."""

    def __init__(self, extra: Path | None = None) -> None:
        self._files = read_messages(extra)
        self._environment = ImmutableSandboxedEnvironment(
            loader=FunctionLoader(self._load),
            undefined=StrictUndefined,
            autoescape=False,  # Slack's text is not HTML; `finalize` escapes what Slack reads
            finalize=_finalize,
            trim_blocks=True,
            lstrip_blocks=True,
            cache_size=-1,
        )
        # The second line of defense: what `content.templates` refuses is not there either.
        self._environment.globals.clear()
        _keep(self._environment.filters, FILTERS)
        _keep(self._environment.tests, TESTS)

    def render(self, name: str, /, **values: object) -> SafeText:
        """Return the message of this name ("checkins/ask") with these values.

        Raises TemplateNotFound for an unknown name, UndefinedError for a value that is missing, and
        SecurityError for a message with what no message may have, before it is compiled.
        """
        return SafeText(self._environment.get_template(name).render(values).strip())

    @property
    def names(self) -> frozenset[str]:
        """The names of all messages."""
        return frozenset(self._files.messages)

    def problems(self) -> list[Problem]:
        """Return what is wrong with any message of an organization; without a folder, with any of ours."""
        rules = MessageRules(self._files.messages, self._files.built_in, self._environment)
        return sorted({*self._files.problems, *islice(rules.problems(), RULE_PROBLEMS)})

    def _load(self, name: str) -> tuple[str, str, Callable[[], bool]] | None:
        message = self._files.messages.get(name)
        if message is None:
            return None
        tree = None if message.built_in else read_template(message)
        if isinstance(tree, tuple):
            line, what = tree[0]
            raise SecurityError(f"{message.display_path}:{line}: {what}")
        return message.template, str(message.path), lambda: True


def _keep(names: MutableMapping[str, Any], kept: Iterable[str]) -> None:
    for name in set(names) - set(kept):
        del names[name]


def _finalize(value: Any) -> Any:
    """Return a value as a message shows it: 2.0 as 2, None as nothing, other text escaped."""
    if value is None:
        return ""
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return value if isinstance(value, SafeText) else escape(value)
