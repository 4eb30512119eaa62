"""Operators: their acts in the audit log, and what they read in a terminal: messages and the audit log."""

import json
import os
import socket
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, date, datetime
from getpass import getuser
from logging import getLogger

from storage import audit
from storage.audit import INSTALLATION, AuditEvent
from storage.checkins import Pace
from storage.database import Session
from storage.database.engine import Database
from storage.outbox import recovery, reports
from storage.outbox.queue import Outgoing
from storage.outbox.schedules import Schedule
from storage.workspace_settings import ADMIN_ACT, Change
from storage.workspaces import Workspace

log = getLogger(__name__)

AUDIT_HEAD = ("when", "workspace", "who", "act", "about", "from")


async def record_operator(
    session: Session,
    act: str,
    *,
    now: datetime,
    about: str | None = None,
    workspace_id: str = INSTALLATION,
) -> None:
    """Record what the account that runs this process did, in the transaction in which it is done."""
    await audit.append(
        session,
        workspace_id,
        act,
        who=audit.operator(_account()),
        about=about,
        place=f"host:{socket.gethostname()}",
        now=now,
    )


def _account() -> str:
    """Return the account of this process; by its number where it has no name, as in some containers."""
    try:
        from pwd import getpwuid

        return getpwuid(os.getuid()).pw_name
    except ImportError:  # Windows
        return getuser()
    except KeyError:
        return f"uid-{os.getuid()}"


async def record_min_group(
    session: Session, workspace_id: str, min_group: int, *, now: datetime
) -> None:
    """Record the least number of people in an aggregate, if it differs from what was recorded last."""
    if await audit.latest_about(session, workspace_id, "min_group") != str(min_group):
        await record_operator(
            session, "min_group", about=str(min_group), workspace_id=workspace_id, now=now
        )


async def record_command(url: str, act: str, *, about: str | None, now: datetime) -> None:
    """Record a finished command of the database; log `not_audited` where the database cannot take it."""
    problem = await audit.write_at(url, lambda s: record_operator(s, act, about=about, now=now))
    if problem:
        log.warning("not_audited", extra={"act": act, "reason": problem})


async def audit_table(
    database: Database,
    *,
    user_id: str | None = None,
    since: datetime | None = None,
    workspace_id: str | None = None,
    limit: int = 50,
) -> str:
    """Return the newest entries that match, one a line; None matches any."""
    async with database.read() as session:
        found = await audit.list_events(
            session, user_id=user_id, since=since, workspace_id=workspace_id, limit=limit
        )
    if not found:
        return "The audit log has no such entries."
    return "\n".join(aligned(AUDIT_HEAD, [_audit_row(event) for event in found]))


def _audit_row(event: AuditEvent) -> tuple[str | None, ...]:
    where = event.workspace_id
    about = _change_words(event.about) if event.act == ADMIN_ACT else event.about
    return (moment_utc(event.at), where, event.who, event.act, about, event.place)


def _change_words(about: str | None) -> str:
    """Return a change of an admin on one line, such as "off_families: [] -> [\"sales\"]"."""
    made = Change.parse(about)
    before, after = (json.dumps(one, ensure_ascii=False) for one in (made.before, made.after))
    return f"{made.setting}: {before} -> {after}"


INSTALL_AGAIN = (
    "Install the app again. Where its token is in SLACK_BOT_TOKEN, set the new one and restart."
)
"""What to do when the app was removed from a workspace, or its token no longer works."""

NOTHING = "-"


def aligned(head: Sequence[str], rows: Sequence[Sequence[str | None]]) -> Iterator[str]:
    """Yield the lines of a table whose columns are as wide as their widest cell; "-" for None and ""."""
    lines = [head, *([cell or NOTHING for cell in row] for row in rows)]
    widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
    for line in lines:
        cells = (cell.ljust(width) for cell, width in zip(line, widths, strict=True))
        yield "  ".join(cells).rstrip()


def moment_utc(moment: datetime) -> str:
    """Return a moment in UTC to the minute, such as "2026-11-20 04:00Z"."""
    return f"{moment.astimezone(UTC):%Y-%m-%d %H:%M}Z"


MOST_PROBLEMS = 5

MESSAGE_HEAD = ("id", "kind", "to", "state", "due", "sent", "reason")

REASON_TEXTS = {
    "not_installed": "Rungs is not installed there, or its token no longer works",
    "deactivated": "Slack has deactivated this person",
    "opted_out": "they don't want this kind of message",
    "paused": "messages are paused; the member can resume them",
    "snoozed": "the member asked for quiet until a later date",
    "expired": "it could not go out in time",
    "outside_hours": "it is waiting for the member's working hours",
    "do_not_disturb": "it is waiting for the member's Do Not Disturb to end",
    "budget_day": "the member already had a message that day; one a day is the limit",
    "budget_week": "the member already had two messages in seven days; that is the limit",
    "unfollowed": "the channel no longer follows the digest",
    "roster_unread": "it is waiting, for half a day at most, for Rungs to read who is in the channel",
    "planned_anew": "the member answered or changed their settings, so the next one was planned again",
    "no_tip": "the content has no step for the member's answers",
    "no_result": "the member no longer has a finished self-check",
    "recent_result": "the member finished a self-check recently",
    "finished": "the member finished the self-check that this would have reminded them of",
    "nothing_open": "the member no longer has an open self-check",
    "reminded": "the member already had the one reminder",
    "no_reminders": "the workspace's admins switched reminders off",
    "switched_off": "the workspace's admins have switched off what it belongs to",
    "nothing_to_tell": "what it was about was done or over by then",
    "off_the_list": "the agent or project it is about is no longer on the channel's list",
    "more_to_read": "more was written in that conversation than Slack lets Rungs read back",
    "no_turn_to_read": "Slack lets Rungs read one conversation a minute there; its turn did not come",
}
"""What the reasons of the send policy and of recovery mean; any other reason is Slack's own error name."""


async def message_table(
    database: Database,
    *,
    state: str | None = None,
    subject: str | None = None,
    workspace_id: str | None = None,
    limit: int = 20,
) -> str:
    """Return the newest messages that match, one a line; None matches any.

    With a subject, which is a user id or a channel id, also why its last messages came or not.
    """
    async with database.read() as session:
        found = await reports.list_messages(
            session, state=state, subject=subject, workspace_id=workspace_id, limit=limit
        )
        problems = await workspace_problems(session, workspace_id)
        table = (
            aligned(MESSAGE_HEAD, [_message_row(one) for one in found])
            if found
            else ["No messages."]
        )
        lines = [*problems, *table]
        if subject:
            plans = await reports.list_schedules(session, subject, workspace_id=workspace_id)
            paces = await reports.list_paces(session, subject, workspace_id=workspace_id)
            lines += ["", *_explanation(found, plans, paces)]
    return "\n".join(lines)


MOST_PROBLEMS = 20
"""Of more workspaces with a problem, the others are only counted."""


async def workspace_problems(session: Session, workspace_id: str | None = None) -> list[str]:
    """Return why nothing goes out in this workspace, or in any, and what to do about it."""
    found = await reports.list_workspaces(session, limit=MOST_PROBLEMS, workspace_id=workspace_id)
    told = list(_problems(found))
    if len(told) < MOST_PROBLEMS:
        return told
    counted = await reports.count_workspaces(session)
    others = counted["refused"] + counted["removed"] - len(told)
    more = (
        f"More workspaces with such a problem: {others}. `rungs messages --workspace T…` shows one."
    )
    return [*told, more] if others else told


def _problems(workspaces: Iterable[Workspace]) -> Iterator[str]:
    for one in workspaces:
        if one.disconnected_at:
            yield (
                f"{one.name} ({one.workspace_id}) has been disconnected since "
                f"{moment_utc(one.disconnected_at)} ({one.disconnect_reason}): nothing goes out there. "
                f"{INSTALL_AGAIN}"
            )
        elif one.refused_at:
            yield (
                f"{one.name} ({one.workspace_id}): since {moment_utc(one.refused_at)} Slack has refused "
                f"{one.refused_method} ({one.refused_reason}), which Rungs calls before every message to a "
                "member. The messages wait until they expire. Run `rungs doctor`, and install the app again "
                "with the scopes in manifest.json."
            )


class CannotResend(Exception):
    """The message must not be sent again; the text says why."""


async def resend_message(database: Database, message_id: str, *, now: datetime) -> str:
    """Put an `unknown` message back to be sent, and return when that happens; else raise CannotResend."""
    async with database.write() as session:
        message = await reports.find_message(session, message_id)
        if message is None:
            raise CannotResend(f"There is no message '{message_id}'. See `rungs messages`.")
        if message.state != "unknown":
            raise CannotResend(
                f"Message {message_id} is '{message.state}'. Only an 'unknown' one can be sent again."
            )
        if message.expires_at <= now:
            raise CannotResend(
                f"Message {message_id} expired {moment_utc(message.expires_at)}. "
                "It is too late to send it."
            )
        if not await recovery.resend(session, message.workspace_id, message_id, now=now):
            raise CannotResend(f"Message {message_id} is already being sent again.")
        await record_operator(
            session, "resend", about=message_id, workspace_id=message.workspace_id, now=now
        )
    return f"Message {message_id} goes out the next time the clock runs."


def _message_row(message: Outgoing) -> tuple[str | None, ...]:
    sent = moment_utc(message.sent_at) if message.sent_at else None
    due = moment_utc(message.due_at)
    return (message.id, message.kind, message.subject, message.state, due, sent, message.reason)


def _explanation(
    found: Sequence[Outgoing], plans: Sequence[Schedule], paces: Sequence[Pace]
) -> Iterator[str]:
    yield from (_pace(pace) for pace in paces)
    last = {message.kind: message for message in reversed(found)}
    planned = {plan.kind: plan for plan in plans}
    if not last and not planned:
        yield "Nothing is planned, and no messages were found."
    for kind in sorted({*last, *planned}):
        yield f"{kind}: {_came(last.get(kind))} {_next(planned.get(kind))}"


def _pace(pace: Pace) -> str:
    said = f"The member chose: {pace.cadence}."
    if pace.paused_at:
        said += f" Paused since {moment_utc(pace.paused_at)}."
    if pace.snoozed_until:
        said += f" Quiet until {pace.snoozed_until}."
    return said


def _came(message: Outgoing | None) -> str:
    """Return why the last message came or did not."""
    if message is None:
        return "none shown above."
    due = f"the last was due {moment_utc(message.due_at)} and"
    why = REASON_TEXTS.get(message.reason or "", message.reason or "no reason recorded")
    if message.state == "sent":
        return f"{due} was sent {moment_utc(message.sent_at or message.changed_at)}."
    if message.state == "unknown":
        again = f"run `rungs messages resend {message.id}`"
        return f"{due} may have arrived: look there, and {again} if it did not."
    if message.state in ("skipped", "failed"):
        return f"{due} was not sent: {why}."
    waits = f" ({why})" if message.reason else ""
    return f"{due} is on its way{waits}, not before {moment_utc(message.not_before)}."


def _next(plan: Schedule | None) -> str:
    if plan is None:
        return "Nothing is planned."
    if plan.next_due_at is None:
        return "No more are planned."
    return f"The next is due {moment_utc(plan.next_due_at)}, {_day(plan.next_on)} in {plan.zone}."


def _day(day: date | None) -> str:
    return f"{day:%A}" if day else "a day"
