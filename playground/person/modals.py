"""What people do with modals: submit and close."""

from playground.delivery.parcel import Ack
from playground.errors import SlackError
from playground.payloads.interaction import view_closed, view_submission
from playground.person.answers import clear_stack, close_top, obey_view_answer
from playground.person.desk import Desk
from playground.person.elements import Values, is_empty, values_of
from playground.person.outcome import TROUBLE, Outcome, outcome_of
from playground.state.views import View

REQUIRED = "Please complete this required field."


async def submit_modal(desk: Desk, view_id: str, state: Values | None) -> Outcome:
    """Submit a modal; required inputs are checked before the app is told."""
    view = desk.view(view_id)
    view.values = values_of(view.blocks, view.values if state is None else state)
    missing = missing_inputs(view)
    if missing:
        return Outcome(acked=False, errors=missing)
    trigger = desk.trigger(view_id=view.id)
    payload = view_submission(desk.workspace, desk.person, view, trigger_id=trigger)
    ack = await desk.interact(payload)
    return _obeyed(desk, view, ack) if ack.ok else outcome_of(ack, shown=TROUBLE)


def _obeyed(desk: Desk, view: View, ack: Ack) -> Outcome:
    errors: dict[str, str] = {}
    complaint = None
    try:
        errors = obey_view_answer(desk.service, view, ack.body)
    except SlackError as refusal:
        complaint = TROUBLE
        desk.service.journal.delivery(
            "view_submission answer",
            at=desk.service.clock.now(),
            status=None,
            payload=ack.body,
            answer=refusal.answer(),
        )
    return outcome_of(ack, shown=complaint, errors=errors)


def missing_inputs(view: View) -> dict[str, str]:
    """Return a complaint for every required input that was left empty."""
    return {
        block["block_id"]: REQUIRED
        for block in view.blocks
        if block["type"] == "input"
        and not block.get("optional")
        and any(is_empty(held) for held in view.values.get(block["block_id"], {}).values())
    }


async def close_modal(desk: Desk, view_id: str) -> Outcome:
    """Close a modal without submitting, and tell the app if it asked for that."""
    view = desk.view(view_id)
    cleared = bool(view.content.get("clear_on_close"))
    closed = desk.workspace.modal_stack(desk.user)[::-1] if cleared else [view]
    if cleared:
        clear_stack(desk.service, desk.user)
    else:
        close_top(desk.service, view)
    for one in closed:
        if one.content.get("notify_on_close"):
            await desk.interact(view_closed(desk.workspace, desk.person, one, cleared=cleared))
    return Outcome(acked=True)
