"""The `rungs` command line: one table of commands with their arguments, and which function runs each."""

import argparse
import asyncio
import gc
import os
import select
import sys
from collections.abc import Sequence
from io import TextIOWrapper
from pathlib import Path

import commands
import operator_commands
from arguments import Command, argument, count, day_or_moment, moment, parser_of, share
from coaching.send_policy import MESSAGE_STATES
from settings import SettingsProblem

DEMO_DATA = Path(".rungs-demo")


def main(words: Sequence[str] | None = None) -> int:
    """Run one command; return 0 when it went well, 1 when the user must act. A wrong call exits with 2."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            # A terminal that is not UTF-8 shows the code of a sign that it lacks.
            stream.reconfigure(errors="backslashreplace")
    chosen = read_arguments(words)
    # Little of what a command loads becomes garbage: looking for it took a seventh of the time of a start.
    gc.set_threshold(50_000)
    os.umask(0o077)  # Databases, backups and the demo's files are for this user alone.
    try:
        code = COMMANDS[chosen.command].run(chosen)
        sys.stdout.flush()
        return code
    except (KeyboardInterrupt, asyncio.CancelledError):
        return commands.OK
    except SettingsProblem as problem:
        return commands.must_act(problem)
    except Exception as problem:
        if isinstance(problem, BrokenPipeError) and _is_output_closed():
            return commands.OK
        from doctor import advice_on

        if (line := advice_on(problem)) is None:
            raise
        return commands.must_act(line)


def _is_output_closed() -> bool:
    """Return whether nobody reads the output any more, as after `rungs … | head`; then discard it."""
    asked = select.poll()
    asked.register(sys.stdout.fileno(), 0)
    is_closed = any(flags & select.POLLERR for _, flags in asked.poll(0))
    if is_closed:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return is_closed


SINCE = argument(
    "--reconcile-since TIME",
    "after a restore: when the backup was made, such as 2026-11-20T04:00Z",
    type=moment,
)
COMMANDS = {
    "demo": Command(
        "Try Rungs in a local workspace in your browser. It needs no Slack account.",
        commands.demo,
        (
            argument("--data DIR", "where the demo keeps its data", type=Path, default=DEMO_DATA),
            argument("--reset", "delete data from earlier demos first", action="store_true"),
        ),
    ),
    "start": Command(
        "Run everything in one process, for a small installation: Slack and the clock.",
        commands.serve,
        (SINCE,),
    ),
    "web": Command(
        "Run HTTP only: Slack's requests, /healthz, /readyz, and /metrics.", commands.serve
    ),
    "clock": Command("Run the clock only: scheduled jobs and messages.", commands.serve, (SINCE,)),
    "simulate": Command(
        "Simulate a year of messages, with made-up members and the real rules.",
        commands.simulate,
        (
            count("--days", "how many days", 365),
            count("--members", "how many members", 1000),
            argument(
                "--cadence",
                "how often all members get check-ins; if unset, most keep the default",
                choices=("weekly", "fortnightly", "monthly", "off"),
            ),
            argument(
                "--answering SHARE",
                "share of check-ins that get an answer (0.5)",
                type=share,
                default=0.5,
            ),
            count("--per-minute", "Slack's limit on posts per minute", 300),
            count("--seed", "a different number makes up different members", 1),
        ),
    ),
    "content": Command(
        "Check the content, or see what answers say about the items of knowledge checks.",
        commands.content,
        (
            argument("action", choices=["check", "items"]),
            argument(
                "words …",
                "after check: your own content folder; after items: 'draft' and a skill",
                nargs="*",
            ),
            argument(
                "--gift SKILL",
                "print the items of one skill, or of all, as GIFT",
                nargs="?",
                const="",
            ),
            argument("--to FILE", "where drafts are written", type=Path),
        ),
    ),
    "db": Command(
        "Upgrade, back up, or check the database.",
        commands.database,
        (
            argument("action", choices=["upgrade", "backup", "check"]),
            argument("destination PATH", "where the backup goes", nargs="?", type=Path),
        ),
    ),
    "messages": Command(
        "List the messages Rungs sends on its own, and why one did not go out.",
        operator_commands.messages,
        (
            argument("action", nargs="?", choices=["list", "resend"], default="list"),
            argument("id ID", "the message to send again", nargs="?"),
            argument("--state", "only messages in this state", choices=MESSAGE_STATES),
            argument("--member U…", "only this member's, and what comes next"),
            argument("--channel C…", "only this channel's, and what comes next"),
            argument("--workspace T…", "only this workspace's"),
            count("--limit", "how many to show", 20),
        ),
    ),
    "audit": Command(
        "List who did what, when, and from where.",
        operator_commands.audit,
        (
            argument("action", nargs="?", choices=["list"], default="list"),
            argument("--member U…", "only this member's"),
            argument(
                "--since TIME",
                "only from then on, such as 2026-11-20 or 2026-11-20T04:00Z",
                type=day_or_moment,
            ),
            argument("--workspace T…", "only this workspace's"),
            count("--limit", "how many to show", 50),
        ),
    ),
    "ledger": Command(
        "Check that nobody changed the ledger of claims or the audit log, or print their heads.",
        operator_commands.ledger,
        (
            argument("action", choices=["verify", "head"]),
            argument("--workspace T…", "only this workspace's"),
            argument(
                "--head LINE",
                "a line that `rungs ledger head` printed before; can be given several times",
                action="append",
            ),
        ),
    ),
    "workspaces": Command(
        "List the workspaces that installed the app, show one, or erase one that left.",
        operator_commands.workspaces,
        (
            argument("action", nargs="?", choices=["list", "show", "forget"], default="list"),
            argument("workspace T…", "the workspace to show or to erase", nargs="?"),
            argument("--state", "only workspaces in this state", choices=["installed", "left"]),
            count("--limit", "how many to list", 100),
        ),
    ),
    "clients": Command(
        "Let programs of the organization ask what a member may use, list them, or end one.",
        operator_commands.clients,
        (
            argument(
                "action",
                nargs="?",
                choices=["list", "add", "show", "permissions", "revoke"],
                default="list",
            ),
            argument("name NAME", "the program", nargs="?"),
            argument("--workspace T…", "the workspace whose members it asks about"),
            argument(
                "--permission ID",
                "what it may ask about; can be given several times",
                action="append",
            ),
            count("--limit", "how many of its newest questions to show", 20),
        ),
    ),
    "keys": Command(
        "Make a key that encrypts tokens, or encrypt them all again by the first key.",
        operator_commands.keys,
        (argument("action", choices=["new", "rotate"]),),
    ),
    "scopes": Command(
        "Print what the app may ask Slack for, with the reasons, as JSON.", commands.scopes
    ),
    "badge": Command(
        "Check whether a badge is good, or sign badges by a new key.",
        operator_commands.badge,
        (
            argument("action", choices=["verify", "rotate"]),
            argument("file FILE", "the badge to check", nargs="?", type=Path),
            argument(
                "--fetch",
                "ask the badge's issuer over https, in place of this installation's database",
                action="store_true",
            ),
            argument(
                "--demo DIR",
                f"check with the database and the clock of the demo, which keeps its data in {DEMO_DATA}",
                type=Path,
            ),
            argument("--workspace T…", "only this workspace's key"),
            argument(
                "--compromised",
                "the old keys are known to others, so what they signed no longer counts",
                action="store_true",
            ),
        ),
    ),
    "servers": Command(
        "Sign by a new key what servers of the organization are told of changes.",
        operator_commands.servers,
        (
            argument("action", choices=["rotate"]),
            argument("--workspace T…", "only this workspace's key"),
            argument(
                "--compromised",
                "the old keys are known to others, so what they signed no longer counts",
                action="store_true",
            ),
        ),
    ),
    "doctor": Command(
        "Check the installation, and say what is wrong and what to do.", commands.doctor
    ),
}


def read_arguments(words: Sequence[str] | None) -> argparse.Namespace:
    """Return the command and its options; a wrong call ends the process with 2 and a usage line."""
    parser = parser_of(COMMANDS, prog="rungs", about="An AI-skills coach that lives in Slack.")
    chosen = parser.parse_args(words)
    if chosen.command == "messages" and (chosen.action == "resend") != bool(chosen.id):
        parser.error("give one ID after 'resend', and no ID otherwise")
    if chosen.command == "content" and (problem := _wrong_content(chosen)):
        parser.error(problem)
    if chosen.command == "workspaces" and (chosen.action == "list") == bool(chosen.workspace):
        parser.error("give one workspace after 'show' and 'forget', and none otherwise")
    if chosen.command == "clients" and (problem := _wrong_clients(chosen)):
        parser.error(problem)
    if chosen.command == "badge" and (chosen.action == "verify") != bool(chosen.file):
        parser.error("give one FILE after 'verify', and none otherwise")
    return chosen


def _wrong_clients(chosen: argparse.Namespace) -> str | None:
    """Return what is wrong with the words after `clients`; None when nothing is."""
    if chosen.action == "list":
        return "after 'list' write no name" if chosen.name else None
    if not (chosen.name and chosen.workspace):
        return f"give a NAME and --workspace after '{chosen.action}'"
    assigns = chosen.action in ("add", "permissions")
    return (
        None if assigns or not chosen.permission else "--permission is for 'add' and 'permissions'"
    )


def _wrong_content(chosen: argparse.Namespace) -> str | None:
    """Return what is wrong with the words after `content`; None when nothing is."""
    if chosen.action == "check":
        is_wrong = len(chosen.words) > 1 or chosen.gift is not None or chosen.to
        return "give at most one folder after 'check', and no options" if is_wrong else None
    is_draft = len(chosen.words) == 2 and chosen.words[0] == "draft"
    if chosen.words and not is_draft:
        return "after 'items' write nothing, or 'draft' and one skill"
    if is_draft and chosen.gift is not None:
        return "give either 'draft' or --gift"
    return "--to is for 'draft'" if chosen.to and not is_draft else None


if __name__ == "__main__":
    sys.exit(main())
