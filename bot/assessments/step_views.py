"""A step with the buttons to decide about it."""

from dataclasses import dataclass

from slack_sdk.models.blocks import Block, ButtonElement

from bot.buttons import HERE, TIP
from bot.slack.api import Message
from bot.slack.blocks import button, fine_print, line, paragraph, row
from coaching.steps import StepContent
from content.safe_text import Render
from storage import steps
from storage.steps import Step

TRY = "step_tried"
ANOTHER = "step_another"
REFUSE = "step_refused"
DONE = "step_done"


@dataclass(frozen=True)
class StepView:
    """A step for the views: its text as stored with it, and its state."""

    id: str
    state: str
    tip: StepContent


def step_text(render: Render, tip: StepContent) -> str:
    """Return the four lines of the step."""
    return render("steps/step", tip=tip, done_when=with_period(tip.done_when))


def with_period(text: str) -> str:
    """Return the text with its period, inside a closing quotation mark."""
    bare = text.rstrip(".")
    return f'{bare[:-1].rstrip(".")}."' if bare.endswith('"') else f"{bare}."


def step_blocks(render: Render, step: StepView, *, note: str | None = None) -> list[Block]:
    """Return the step with the buttons that fit its state."""
    match step.state:
        case "offered":
            head = []
            buttons = [_try(step), _another(step), _refuse(step)]
        case "trying":
            head = [fine_print(render("steps/trying"))]
            buttons = [_done(step), _another(step), _refuse(step)]
        case "done":
            return [paragraph(render("steps/done", title=step.tip.title)), row(_ask("Next step"))]
        case "refused":
            return [
                paragraph(render("steps/refused", title=step.tip.title)),
                row(_ask("Next step")),
            ]
        case _:
            return [paragraph(render("steps/replaced")), row(_ask("Show my current step"))]
    told = [fine_print(note)] if note else []
    return [*head, paragraph(step_text(render, step.tip)), *told, row(*buttons)]


def step_card(render: Render, step: StepView, *, note: str | None = None) -> Message:
    """Return a message with the step alone."""
    blocks = step_blocks(render, step, note=note)
    offered = step.state in ("offered", "trying")
    texts = {
        "done": render("steps/done", title=step.tip.title),
        "refused": render("steps/refused", title=step.tip.title),
    }
    text = (
        step_text(render, step.tip) if offered else texts.get(step.state, render("steps/replaced"))
    )
    return Message(text=text, blocks=blocks)


def with_step(
    above: list[Block],
    render: Render,
    step: StepView | None,
    *,
    note: str | None,
    about: str | None,
) -> list[Block]:
    """Return the blocks above, then a line and the step, if there is one."""
    if step is None:
        return above
    offered = [fine_print(about)] if about and step.state == "offered" else []
    return [*above, line(), *offered, *step_blocks(render, step, note=note)]


def _try(step: StepView) -> ButtonElement:
    return button("I'll try it", action=TRY, value=step.id, style="primary")


def _done(step: StepView) -> ButtonElement:
    return button("Done", action=DONE, value=step.id, style="primary")


def _another(step: StepView) -> ButtonElement:
    return button("Show another", action=ANOTHER, value=step.id)


def _refuse(step: StepView) -> ButtonElement:
    return button("Not for me", action=REFUSE, value=step.id)


def _ask(label: str) -> ButtonElement:
    return button(label, action=TIP, value=HERE)


def step_view_of(row: Step) -> StepView:
    """Return the step in the words that were stored with it."""
    return StepView(id=row.id, state=row.state, tip=steps.tip_of(row))
