"""The check-in: which form fits now, and with which step."""

from collections import Counter
from datetime import datetime, timedelta
from typing import cast
from zoneinfo import ZoneInfo

from bot.assessments import step_views
from bot.assessments.card_views import effort_words
from bot.assessments.session import load, load_words
from bot.assessments.values import start_framework
from bot.deps import Deps
from bot.features.checkins.card_views import (
    CheckinShown,
    Due,
    Since,
    ask_card,
    offer_card,
    pause_card,
    reassess_card,
    reminder_card,
)
from bot.features.steps import service
from bot.outgoing import planner
from bot.outgoing.kinds import Composed, key_of
from bot.slack.api import Message
from bot.slack.phrases import ago, day_words, rhythm
from coaching.checkins import (
    IGNORED_PAUSED,
    IGNORED_SLOWER,
    Cadence,
    CheckinForm,
    checkin_form,
    effective_rule,
)
from coaching.members import MemberKey
from coaching.send_policy import Skip
from coaching.timing import local_date, zone_of
from storage import checkins, members
from storage import steps as step_rows
from storage.assessments import assessments
from storage.assessments.assessments import Assessment
from storage.database import Session
from storage.outbox import queue
from storage.outbox.queue import Outgoing
from storage.steps import Step

SILENT = {"slower": IGNORED_SLOWER, "pause": IGNORED_PAUSED}
"""After how many check-ins without an answer such a message comes."""


async def compose(session: Session, deps: Deps, row: Outgoing) -> Composed | Skip:
    """Ask about the last step, offer one, or say that messages come less often or not at all."""
    key = key_of(row)
    if await members.lock(session, key) is None:
        return Skip("opted_out")
    pace = await checkins.get_pace(session, key)
    if pace is None or pace.cadence == "off":
        return Skip("opted_out")
    if pace.heard_at and pace.heard_at >= row.due_at:
        # What they said since then planned the next one anew.
        return Skip("planned_anew")
    ignored = await checkins.count_ignored(session, key)
    form = await _form(session, key, ignored=ignored)
    if form == "pause":
        return Composed(pause_card(deps.render, row.id), form=form)
    step = await _step(session, deps, row, form=form, ignored=ignored)
    if step is None:
        return Skip("no_tip")
    rule = effective_rule(cast("Cadence", pace.cadence), ignored) or pace.cadence
    message = await _message(session, deps, row, form=form, step=step, rule=rule)
    return Composed(message, form=form, step_id=step.id)


async def sent(session: Session, deps: Deps, row: Outgoing) -> None:
    """What was announced holds from now on."""
    said = await queue.get(session, row.workspace_id, row.id)
    form = said.form if said else None
    if form == "pause":
        await checkins.pause(session, key_of(row), now=deps.now())
    if form in SILENT:
        await planner.replan(session, deps, key_of(row), silent=SILENT[form])


async def _form(session: Session, key: MemberKey, *, ignored: int) -> CheckinForm:
    current = await step_rows.current(session, key)
    last = await checkins.latest_sent(session, key)
    laid_aside = bool(current and last and last.answer == "later" and last.step_id == current.id)
    return checkin_form(
        ignored_before=ignored, has_step=current is not None, last_answered=laid_aside
    )


async def _step(
    session: Session, deps: Deps, row: Outgoing, *, form: CheckinForm, ignored: int
) -> Step | None:
    """The step to ask about or to offer; after silence another one than before."""
    key = key_of(row)
    current = await step_rows.current(session, key)
    chosen_already = current is not None and current.id == row.step_id
    if current and (form == "ask" or ignored == 0 or chosen_already):
        return current
    return await service.another(session, deps, key) or current


async def _message(
    session: Session,
    deps: Deps,
    row: Outgoing,
    *,
    form: CheckinForm,
    step: Step,
    rule: str,
) -> Message:
    member = await members.get(session, key_of(row))
    zone = zone_of(member.zone if member else None)
    shown = CheckinShown(
        message_id=row.id,
        step=step_views.step_view_of(step),
        topic=service.topic_of(deps, step),
        ago=ago(local_date(step.changed_at, zone), today=local_date(deps.now(), zone)),
        rule=rule,
        rhythm=rhythm(rule, row.local_date.weekday()),
    )
    if form == "ask":
        return ask_card(deps.render, shown)
    return offer_card(deps.render, shown, slower=form == "slower")


SOON = timedelta(days=60)
"""A self-check that is younger needs no new one."""


async def compose_reassess(session: Session, deps: Deps, row: Outgoing) -> Composed | Skip:
    """Invite to a new self-check, with what was done since the last one; its result is not mentioned."""
    key = key_of(row)
    member = await members.lock(session, key)
    results = await assessments.latest_by_framework(session, key)
    if member is None or not results:
        return Skip("no_result")
    old = [one for one in reversed(results) if _is_old(one, now=deps.now())]
    again = [one for one in old if deps.library.can_be_taken(one.framework)]
    if not again:
        return Skip("recent_result")
    zone = zone_of(member.zone)
    since = Since(
        due=[await _due(session, deps, key, last, zone=zone) for last in again],
        topics=await _finished(session, deps, key, since=min(map(_ended, again))),
    )
    return Composed(reassess_card(deps.render, row.id, since), form="reassess")


def _ended(row: Assessment) -> datetime:
    return row.ended_at or row.started_at


def _is_old(row: Assessment, *, now: datetime) -> bool:
    return now - _ended(row) >= SOON


async def _due(
    session: Session, deps: Deps, key: MemberKey, last: Assessment, *, zone: ZoneInfo
) -> Due:
    """A self-check to take again, as the words of its last time describe it."""
    words = await load_words(session, deps, last)
    return Due(
        framework=start_framework(last.framework),
        title=words.title,
        asks=effort_words(words),
        when=day_words(local_date(_ended(last), zone), today=local_date(deps.now(), zone)),
        started=await assessments.get_open(session, key, last.framework) is not None,
    )


async def compose_reminder(session: Session, deps: Deps, row: Outgoing) -> Composed | Skip:
    """Recall an unfinished self-check, once ever."""
    key = key_of(row)
    if await members.lock(session, key) is None:
        return Skip("opted_out")
    if await assessments.latest(session, key):
        return Skip("finished")
    every = await assessments.list_open(session, key)
    begun = next(
        (one for one in every if not one.subject and deps.library.can_be_taken(one.framework)), None
    )
    if begun is None:
        return Skip("nothing_open")
    loaded = await load(session, deps, begun)
    # Composed again after Slack asked to wait, it is still the same one reminder.
    if not await checkins.claim_reminder(session, key, now=deps.now()) and row.form is None:
        return Skip("reminded")
    card = reminder_card(deps.render, row.id, loaded.state, of=start_framework(begun.framework))
    return Composed(card, form="reminder")


async def nothing_more(session: Session, deps: Deps, row: Outgoing) -> None:
    """Nothing follows from having sent it."""


async def _finished(
    session: Session, deps: Deps, key: MemberKey, *, since: datetime
) -> dict[str | None, int]:
    """How many steps were finished since, by topic; None stands for those of no question."""
    done = [
        step
        for step in await step_rows.list_steps(session, key)
        if step.state == "done" and step.changed_at >= since
    ]
    return dict(Counter(service.topic_of(deps, step) for step in done))
