"""What check-ins, invitations to a new self-check and the reminder say at the moment of sending.

Each `compose_…` is the `compose` of a `Kind`: it may run again for the same message, and returns a Skip when
the message is no longer wanted.
"""

from collections import Counter
from datetime import datetime, timedelta
from typing import cast

from bot.assessments import step_views
from bot.assessments.card_views import effort_words
from bot.assessments.session import load, load_words
from bot.assessments.values import start_framework
from bot.deps import Deps
from bot.features.checkins.card_views import (
    CheckinView,
    ReassessView,
    RetakeView,
    ask_card,
    offer_card,
    pause_card,
    reassess_card,
    reminder_card,
)
from bot.features.checkins.service import with_footer
from bot.features.steps import service
from bot.outgoing import planner
from bot.outgoing.kinds import Composed, receiver_of
from bot.slack.api import Message
from bot.slack.phrases import MemberClock, ago, cadence_words
from coaching.members import MemberKey
from coaching.send_policy import Skip
from coaching.timing import (
    IGNORED_PAUSED,
    IGNORED_SLOWER,
    Cadence,
    CheckinForm,
    checkin_form,
    effective_rule,
    local_date,
    zone_of,
)
from storage import checkins, members
from storage.assessments import assessments
from storage.assessments.assessments import Assessment
from storage.database import Session
from storage.outbox import queue
from storage.outbox.queue import Outgoing
from storage.safeguards import NO_REMINDERS
from storage.steps import steps as step_rows
from storage.steps.steps import Step

UNANSWERED_BEFORE = {"slower": IGNORED_SLOWER, "pause": IGNORED_PAUSED}
"""The forms that change how often check-ins come, and after how many unanswered check-ins each is sent."""

RETAKE_AFTER = timedelta(days=60)
"""How old a result must be before the member is invited to take the self-check again."""


async def compose_checkin(session: Session, deps: Deps, row: Outgoing) -> Composed | Skip:
    """Compose a check-in: ask about the chosen step, or offer one; announce fewer check-ins or a pause."""
    key = receiver_of(row)
    if await members.lock(session, key, is_alone=True) is None:
        return Skip("opted_out")
    pace = await checkins.get_pace(session, key)
    if pace is None or pace.cadence == "off":
        return Skip("opted_out")
    if pace.heard_at and pace.heard_at >= row.due_at:
        # The member answered after this one was due, and that planned the next one anew.
        return Skip("planned_anew")
    ignored = await checkins.count_ignored(session, key)
    if checkin_form(ignored_before=ignored, is_trying=False) == "pause":
        return Composed(pause_card(deps.render, row.id), form="pause")
    step = await _step(session, deps, row, ignored=ignored)
    if step is None:
        return Skip("no_tip")
    form = checkin_form(ignored_before=ignored, is_trying=step.state == "trying")
    rule = effective_rule(cast("Cadence", pace.cadence), ignored) or pace.cadence
    message = await _message(session, deps, row, form=form, step=step, rule=rule, ignored=ignored)
    return Composed(await with_footer(session, deps, key, message), form=form, step_id=step.id)


async def after_checkin_sent(session: Session, deps: Deps, row: Outgoing) -> None:
    """Put into effect what the check-in announced: a pause, or half as many check-ins."""
    said = await queue.get(session, row.workspace_id, row.id)
    form = said.form if said else None
    if form == "pause":
        await checkins.pause(session, receiver_of(row), now=deps.now())
    if form in UNANSWERED_BEFORE:
        await planner.replan(session, deps, receiver_of(row), silent=UNANSWERED_BEFORE[form])


async def _step(session: Session, deps: Deps, row: Outgoing, *, ignored: int) -> Step | None:
    """Return the step that the member is trying, or else one to offer.

    After an unanswered check-in that is another one than before.
    """
    key = receiver_of(row)
    current = await step_rows.current(session, key)
    is_trying = current is not None and current.state == "trying"
    # A check-in that is composed again keeps its step.
    is_same = current is not None and current.id == row.step_id
    if current and (is_trying or ignored == 0 or is_same):
        return current
    return await service.offer_another(session, deps, key) or current


async def _message(
    session: Session,
    deps: Deps,
    row: Outgoing,
    *,
    form: CheckinForm,
    step: Step,
    rule: str,
    ignored: int,
) -> Message:
    member = await members.get(session, receiver_of(row))
    zone = zone_of(member.zone if member else None)
    shown = CheckinView(
        message_id=row.id,
        step=step_views.step_view_of(deps, step),
        topic=service.topic_of(deps, step),
        ago=ago(local_date(step.changed_at, zone), today=local_date(deps.now(), zone)),
        rule=rule,
        cadence=cadence_words(rule, row.local_date.weekday()),
    )
    is_slower = form == "slower"
    if step.state == "trying":
        return ask_card(deps.render, shown, again=ignored > 0, slower=is_slower)
    return offer_card(deps.render, shown, slower=is_slower)


async def compose_reassess(session: Session, deps: Deps, row: Outgoing) -> Composed | Skip:
    """Compose the invitation to a new self-check, with the steps done since but without the last result."""
    if deps.settings.get(NO_REMINDERS):
        return Skip("no_reminders")
    key = receiver_of(row)
    member = await members.lock(session, key)
    results = await assessments.latest_by_framework(session, key)
    if member is None or not results:
        return Skip("no_result")
    old = [one for one in reversed(results) if _is_old(one, now=deps.now())]
    again = [one for one in old if deps.library.can_be_taken(one.framework)]
    if not again:
        return Skip("recent_result")
    clock = MemberClock(deps.now(), member.zone)
    since = ReassessView(
        due=[await _due(session, deps, key, last, clock) for last in again],
        topics=await _finished(session, deps, key, since=min(map(_ended, again))),
    )
    return Composed(reassess_card(deps.render, row.id, since), form="reassess")


def _ended(row: Assessment) -> datetime:
    return row.ended_at or row.started_at


def _is_old(row: Assessment, *, now: datetime) -> bool:
    return now - _ended(row) >= RETAKE_AFTER


async def _due(
    session: Session, deps: Deps, key: MemberKey, last: Assessment, clock: MemberClock
) -> RetakeView:
    """Return the self-check to take again, described in the words of the last time."""
    words = await load_words(session, deps, last)
    return RetakeView(
        framework=start_framework(last.framework),
        title=words.title,
        asks=effort_words(words),
        when=clock.day(_ended(last)),
        started=await assessments.get_open(session, key, last.framework) is not None,
    )


async def compose_reminder(session: Session, deps: Deps, row: Outgoing) -> Composed | Skip:
    """Compose the reminder of an unfinished self-check; a member gets one at most."""
    if deps.settings.get(NO_REMINDERS):
        return Skip("no_reminders")
    key = receiver_of(row)
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
    # A message that already has a form was composed before, and holds the claim itself.
    if not await checkins.claim_reminder(session, key, now=deps.now()) and row.form is None:
        return Skip("reminded")
    card = reminder_card(deps.render, row.id, loaded.state, of=start_framework(begun.framework))
    return Composed(card, form="reminder")


async def _finished(
    session: Session, deps: Deps, key: MemberKey, *, since: datetime
) -> dict[str | None, int]:
    """Return how many steps were finished since, by topic; None counts those of no question."""
    done = [
        step
        for step in await step_rows.list_steps(session, key)
        if step.state == "done" and step.changed_at >= since
    ]
    return dict(Counter(service.topic_of(deps, step) for step in done))
