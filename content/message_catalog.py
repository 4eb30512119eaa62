"""Renders the messages of content/messages: names to text in which every value is escaped."""

from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeAlias

from jinja2 import StrictUndefined
from jinja2.loaders import FunctionLoader
from jinja2.sandbox import SandboxedEnvironment

from coaching.names import without_hidden
from content.message_files import MessageRules, read_messages
from content.problems import Problem


class SafeText(str):
    """Text that is ready for Slack, marks included, and is not escaped again."""

    __slots__ = ()


Render: TypeAlias = Callable[..., str]
"""`MessageCatalog.render`, as views take it: the name of a message, and its values."""


def escape(text: object) -> SafeText:
    """Return the text so that Slack shows it as typed: no mention, link, or channel comes of it.

    Characters that nobody sees are left out.
    """
    seen = without_hidden(str(text))
    return SafeText(seen.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;"))


class MessageCatalog:
    """Every message by its name, with an organization's own messages laid over the built-in ones."""

    def __init__(self, extra: Path | None = None) -> None:
        self._files = read_messages(extra)
        self._environment = SandboxedEnvironment(
            loader=FunctionLoader(self._load),
            undefined=StrictUndefined,
            autoescape=False,  # Slack's text is not HTML; `finalize` escapes what Slack reads
            trim_blocks=True,
            lstrip_blocks=True,
            finalize=_finalize,
            cache_size=-1,
        )

    def render(self, name: str, /, **values: object) -> SafeText:
        """Return the message of this name ("checkins/ask") with these values.

        Raises TemplateNotFound for an unknown name and UndefinedError for a value that is missing.
        """
        return SafeText(self._environment.get_template(name).render(values).strip())

    @property
    def names(self) -> frozenset[str]:
        """The names of all messages."""
        return frozenset(self._files.messages)

    @property
    def is_built_in(self) -> bool:
        """Whether no file of an organization is read, so that the tests have checked everything."""
        return self._files.is_built_in

    def problems(self) -> list[Problem]:
        """Return what is wrong with any message, sorted, without rendering one."""
        rules = MessageRules(self._files.messages, self._files.built_in, self._environment)
        return sorted({*self._files.problems, *rules.problems()})

    def _load(self, name: str) -> tuple[str, str, Callable[[], bool]] | None:
        message = self._files.messages.get(name)
        if message is None:
            return None
        return message.template, str(message.path), lambda: True


def _finalize(value: Any) -> Any:
    """Return a value as a message shows it: 2.0 as 2, None as nothing, other text escaped."""
    if value is None:
        return ""
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return value if isinstance(value, SafeText) else escape(value)
