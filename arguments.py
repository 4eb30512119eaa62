"""What may be typed after `rungs`: commands, their options, and the help made from them."""

import argparse
from collections.abc import Callable, Sequence
from datetime import datetime
from pathlib import Path

from coaching.send_policy import MESSAGE_STATES

CADENCES = ("weekly", "fortnightly", "monthly", "off")
Parser = argparse.ArgumentParser
Command = Callable[[str, str], Parser]


def read(words: Sequence[str] | None) -> argparse.Namespace:
    """The command and its options; ends the process with 2 and a usage line for a wrong call."""
    parser = Parser(prog="rungs", description="An AI-skills coach that lives in Slack.")
    commands = parser.add_subparsers(required=True, metavar="COMMAND", dest="command")

    def command(name: str, about: str) -> Parser:
        return commands.add_parser(name, help=about, description=about)

    _demo(command)
    _serving(command)
    _simulate(command)
    _looking_after(command)
    read = parser.parse_args(words)
    if read.command == "messages" and (read.action == "resend") != bool(read.id):
        parser.error("give one ID after 'resend', and none without it")
    return read


def _demo(command: Command) -> None:
    demo = command("demo", "A local workspace in the browser, with the bot and the clock.")
    where = Path(".rungs-demo")
    demo.add_argument(
        "--data", type=Path, default=where, metavar="DIR", help="where the demo keeps its data"
    )
    demo.add_argument("--reset", action="store_true", help="forget the data of earlier demos first")


def _serving(command: Command) -> None:
    start = command("start", "One process for a small installation: Slack and the clock.")
    command("web", "HTTP only: Slack's requests, /healthz, /readyz and /metrics.")
    clock = command("clock", "The scheduler only.")
    for with_clock in (start, clock):
        with_clock.add_argument(
            "--reconcile-since",
            type=moment,
            metavar="TIME",
            help="after a restore: when the backup was made, such as 2026-11-20T04:00Z",
        )


def _simulate(command: Command) -> None:
    simulate = command("simulate", "What would happen in a year: made-up members, real rules.")
    add = simulate.add_argument
    add("--days", type=positive, default=365, metavar="N", help="how many days (365)")
    add("--members", type=positive, default=1000, metavar="N", help="how many members (1000)")
    add("--cadence", choices=CADENCES, help="what every member chooses; unset: most keep the usual")
    add(
        "--answering", type=share, default=0.5, metavar="SHARE", help="of check-ins, answered (0.5)"
    )
    add(
        "--per-minute", type=positive, default=300, metavar="N", help="Slack's limit on posts (300)"
    )
    add("--seed", type=positive, default=1, metavar="N", help="another number, other members (1)")


def _looking_after(command: Command) -> None:
    content = command("content", "Look after the content.")
    content.add_argument("action", choices=["check"])
    content.add_argument(
        "folder", nargs="?", type=Path, metavar="DIR", help="a folder laid over the built-in one"
    )
    database = command("db", "Look after the database.")
    database.add_argument("action", choices=["upgrade", "backup"])
    database.add_argument(
        "destination", nargs="?", type=Path, metavar="PATH", help="where the backup goes"
    )
    _messages(command("messages", "What the bot sends by itself, and why it did not."))
    command("doctor", "Say what is wrong with the installation and what to do.")


def _messages(messages: Parser) -> None:
    messages.add_argument("action", nargs="?", choices=["list", "resend"], default="list")
    messages.add_argument("id", nargs="?", metavar="ID", help="the message to send again")
    messages.add_argument("--state", choices=MESSAGE_STATES, help="only messages in this state")
    messages.add_argument("--member", metavar="U…", help="only this member's, and what is next")
    messages.add_argument("--channel", metavar="C…", help="only this channel's, and what is next")
    messages.add_argument("--workspace", metavar="T…", help="only this workspace's")
    messages.add_argument("--limit", type=positive, default=20, metavar="N", help="how many (20)")


def moment(said: str) -> datetime:
    """A time with its zone, as in 2026-11-20T04:00Z."""
    try:
        found = datetime.fromisoformat(said)
    except ValueError:
        found = None
    if found is None or found.tzinfo is None:
        raise argparse.ArgumentTypeError(
            f"'{said}' is not a time with a zone. Write it as in 2026-11-20T04:00Z."
        )
    return found


def positive(said: str) -> int:
    """A whole number from 1 on."""
    if not (said.isdecimal() and int(said)):
        raise argparse.ArgumentTypeError(f"'{said}' is not a whole number from 1 on.")
    return int(said)


def share(said: str) -> float:
    """A part of a whole, from 0 to 1."""
    try:
        found = float(said)
    except ValueError:
        found = -1
    if not 0 <= found <= 1:
        raise argparse.ArgumentTypeError(f"'{said}' is not a share. Give a number from 0 to 1.")
    return found
