"""The command line: how commands and their arguments are declared, the types of their values, the parser."""

import re
from argparse import ArgumentParser, ArgumentTypeError, Namespace
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

Argument = tuple[str, dict[str, Any]]


@dataclass(frozen=True)
class Command:
    """A command after `rungs`: what its help says, what it runs, and its arguments."""

    about: str
    run: Callable[[Namespace], int]
    arguments: Sequence[Argument] = ()


DAY = re.compile(r"\d{4}-\d\d-\d\d")


def moment(text: str) -> datetime:
    """Return a time with its zone, as in 2026-11-20T04:00Z."""
    found = _time(text)
    if found is None or found.tzinfo is None:
        raise ArgumentTypeError(
            f"'{text}' is not a time with a zone. Write it like 2026-11-20T04:00Z."
        )
    return found


def day_or_moment(text: str) -> datetime:
    """Return a time with its zone, or the beginning of a day in UTC, as in 2026-11-20."""
    if (found := _time(text)) is None or (found.tzinfo is None and not DAY.fullmatch(text)):
        raise ArgumentTypeError(
            f"'{text}' is neither a day nor a time with a zone. "
            "Write it like 2026-11-20 or 2026-11-20T04:00Z."
        )
    return found if found.tzinfo else found.replace(tzinfo=UTC)


def _time(text: str) -> datetime | None:
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        return None


def positive(text: str) -> int:
    """Return a whole number from 1 on."""
    if not (text.isdecimal() and int(text)):
        raise ArgumentTypeError(f"'{text}' is not a whole number, 1 or more.")
    return int(text)


def share(text: str) -> float:
    """Return a number from 0 to 1."""
    try:
        found = float(text)
    except ValueError:
        found = -1
    if not 0 <= found <= 1:
        raise ArgumentTypeError(f"'{text}' is not a share. Give a number from 0 to 1.")
    return found


def argument(name: str, about: str | None = None, **options: Any) -> Argument:
    """Return an argument of a command; `name` may be followed by the word that stands for its value."""
    name, _, metavar = name.partition(" ")
    return name, {"help": about, **({"metavar": metavar} if metavar else {}), **options}


def count(name: str, about: str, default: int) -> Argument:
    """Return an option that takes a whole number from 1 on."""
    return argument(f"{name} N", f"{about} ({default})", type=positive, default=default)


def parser_of(commands: Mapping[str, Command], *, prog: str, about: str) -> ArgumentParser:
    """Return the parser of these commands; the name of the one that was typed is in `command`."""
    parser = ArgumentParser(prog=prog, description=about)
    names = parser.add_subparsers(required=True, metavar="COMMAND", dest="command")
    for name, command in commands.items():
        added = names.add_parser(name, help=command.about, description=command.about)
        for argument_name, options in command.arguments:
            added.add_argument(argument_name, **options)
    return parser
