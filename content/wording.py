"""The words of messages: templates for words only, in which every value is escaped for Slack."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from jinja2 import StrictUndefined
from jinja2.loaders import FunctionLoader
from jinja2.sandbox import SandboxedEnvironment

from content.message_rules import Messages
from content.problems import ContentProblems, Problem
from content.sources import Source, find_sources


class Ours(str):
    """Text that is ours and may carry Slack's marks; every other text is escaped."""

    __slots__ = ()


def escape(text: object) -> Ours:
    """The text so that Slack shows it and does nothing with it."""
    return Ours(str(text).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;"))


def _shown(value: Any) -> Any:
    """A value as a message shows it: 2.0 as 2, nothing as nothing, the rest escaped."""
    if value is None:
        return ""
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return value if isinstance(value, Ours) else escape(value)


class Wording:
    """Renders content/messages, with an organization's own messages laid over them."""

    def __init__(self, extra: Path | None = None) -> None:
        sources, problems = find_sources(extra)
        self._folder_problems = [p for p in problems if extra is not None and p.file == str(extra)]
        self._sources = _by_name(sources)
        self._environment = SandboxedEnvironment(
            loader=FunctionLoader(self._load),
            undefined=StrictUndefined,
            autoescape=False,  # Slack is no HTML page; `finalize` escapes what Slack reads
            trim_blocks=True,
            lstrip_blocks=True,
            finalize=_shown,
            cache_size=-1,
        )

    def say(self, name: str, /, **values: object) -> Ours:
        """The message of this name with these values."""
        return Ours(self._environment.get_template(name).render(values).strip())

    @property
    def names(self) -> frozenset[str]:
        """The messages there are."""
        return frozenset(self._sources)

    @property
    def is_built_in(self) -> bool:
        """Whether every message is our own; the tests hold those to every rule."""
        return not self._folder_problems and all(one.built_in for one in self._sources.values())

    def problems(self) -> list[Problem]:
        """What is wrong with any template, known before one is used."""
        built_in = _by_name(find_sources(None)[0])
        messages = Messages(self._sources, built_in, self._environment)
        return sorted({*self._folder_problems, *messages.problems()})

    def _load(self, name: str) -> tuple[str, str, Callable[[], bool]] | None:
        source = self._sources.get(name.removesuffix(".j2"))
        if source is None:
            return None
        text = _text(source)
        return text, str(source.path), lambda: True


def _by_name(sources: Mapping[str, Source]) -> dict[str, Source]:
    """The messages among the sources, named by their path: "result/text"."""
    return {
        relative.removeprefix("messages/").removesuffix(".j2"): source
        for relative, source in sources.items()
        if source.kind == "message"
    }


def _text(source: Source) -> str:
    text = source.text()
    if isinstance(text, Problem):
        raise ContentProblems([text])
    return text
