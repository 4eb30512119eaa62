"""The check-in: which form fits now, and with which step."""

from typing import cast

from sqlalchemy.ext.asyncio import AsyncSession

from bot import planning, steps
from bot.checkins.deciding import key_of
from bot.delivery import Message
from bot.deps import Deps
from bot.outgoing import Composed
from bot.views.checkin_card import CheckinShown, ask_card, offer_card, pause_card
from bot.views.rhythm import ago, rhythm
from coaching.gate import Skip
from coaching.pace import (
    IGNORED_PAUSED,
    IGNORED_SLOWER,
    Cadence,
    Form,
    effective_rule,
    fitting_form,
)
from coaching.people import MemberKey
from coaching.timing import local_date, zone_of
from storage import checkins, members, outbox, paces
from storage import steps as step_rows
from storage.tables import Outgoing, Step

SILENT = {"slower": IGNORED_SLOWER, "pause": IGNORED_PAUSED}
"""After how many check-ins without an answer such a message comes."""


async def compose(session: AsyncSession, deps: Deps, row: Outgoing) -> Composed | Skip:
    """Ask about the last step, offer one, or say that messages come less often or not at all."""
    key = key_of(row)
    if await members.hold(session, key) is None:
        return Skip("opted_out")
    pace = await paces.get(session, key)
    if pace is None or pace.cadence == "off":
        return Skip("opted_out")
    if pace.heard_at and pace.heard_at >= row.due_at:
        # What they said since then planned the next one anew.
        return Skip("planned_anew")
    ignored = await paces.ignored(session, key)
    form = await _form(session, key, ignored=ignored)
    if form == "pause":
        return Composed(pause_card(deps.render, row.id), form=form)
    step = await _step(session, deps, row, form=form, ignored=ignored)
    if step is None:
        return Skip("no_tip")
    rule = effective_rule(cast("Cadence", pace.cadence), ignored) or pace.cadence
    message = await _message(session, deps, row, form=form, step=step, rule=rule)
    return Composed(message, form=form, step_id=step.id)


async def sent(session: AsyncSession, deps: Deps, row: Outgoing) -> None:
    """What was announced holds from now on."""
    said = await outbox.get(session, row.workspace_id, row.id)
    form = said.form if said else None
    if form == "pause":
        await paces.pause(session, key_of(row), now=deps.now())
    if form in SILENT:
        await planning.replan(session, deps, key_of(row), silent=SILENT[form])


async def _form(session: AsyncSession, key: MemberKey, *, ignored: int) -> Form:
    current = await step_rows.current(session, key)
    last = await checkins.latest_sent(session, key)
    laid_aside = bool(current and last and last.answer == "later" and last.step_id == current.id)
    return fitting_form(
        ignored_before=ignored, has_step=current is not None, last_answered=laid_aside
    )


async def _step(
    session: AsyncSession, deps: Deps, row: Outgoing, *, form: Form, ignored: int
) -> Step | None:
    """The step to ask about or to offer; after silence another one than before."""
    key = key_of(row)
    current = await step_rows.current(session, key)
    chosen_already = current is not None and current.id == row.step_id
    if current and (form == "ask" or ignored == 0 or chosen_already):
        return current
    return await steps.another(session, deps, key) or current


async def _message(
    session: AsyncSession,
    deps: Deps,
    row: Outgoing,
    *,
    form: Form,
    step: Step,
    rule: str,
) -> Message:
    member = await members.get(session, key_of(row))
    zone = zone_of(member.zone if member else None)
    shown = CheckinShown(
        message_id=row.id,
        step=steps.shown(step),
        topic=steps.topic_of(deps, step),
        ago=ago(local_date(step.changed_at, zone), today=local_date(deps.now(), zone)),
        rule=rule,
        rhythm=rhythm(rule, row.local_date.weekday()),
    )
    if form == "ask":
        return ask_card(deps.render, shown)
    return offer_card(deps.render, shown, slower=form == "slower")
