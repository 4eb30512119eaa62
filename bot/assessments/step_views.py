"""A step with the buttons to decide about it."""

from dataclasses import dataclass, replace

from slack_sdk.models.blocks import Block, ButtonElement
from slack_sdk.models.views import View

from bot.buttons import HERE, TIP
from bot.deps import Deps
from bot.slack.api import Message
from bot.slack.blocks import button, fine_print, line, modal, paragraph, row
from bot.slack.phrases import capitalized
from coaching.members import MemberKey
from coaching.rules import Tools
from coaching.safe_text import Render, SafeText, escape
from coaching.steps import StepContent
from storage import rules
from storage.database import Session
from storage.steps import steps
from storage.steps.steps import Step

TRY = "step_tried"
ANOTHER = "step_another"
REFUSE = "step_refused"
DONE = "step_done"
EXAMPLE = "step_example"

EXAMPLE_VIEW = "step_example_view"
EXAMPLE_TITLE = "An example"

NO_SOURCE = "practice"
"""What `learned_from` says where a step was learned at work and there is nothing to name."""


@dataclass(frozen=True)
class StepView:
    """A step for the views: its text as stored with it, and its state.

    `behind` is the title of the step that the member is trying while this one waits. `tools` are the AI tools
    that the workspace's rules approve; None where there are no rules.
    """

    id: str
    state: str
    tip: StepContent
    behind: str | None = None
    tools: Tools | None = None

    @property
    def is_open(self) -> bool:
        """Whether the member can still decide about it."""
        return self.state in steps.OPEN_STATES


def step_heading(step: StepView) -> str:
    """Return the heading above the current step: it is the member's own only when they chose it."""
    return "Your step" if step.state == "trying" else "Next step"


def step_text(render: Render, tip: StepContent, *, in_full: bool = False) -> str:
    """Return the lines of the step, in full with those of its example."""
    example = (tip.example or "").splitlines() if in_full else []
    return render(
        "steps/step",
        tip=tip if example else replace(tip, example=None),
        example=example,
        done_when=with_period(tip.done_when),
    )


def step_notes(
    render: Render, tip: StepContent, tools: Tools | None, *, in_full: bool = False
) -> str:
    """Return what may go into which AI tool, in full with where the step was learned; may be empty."""
    source = tip.learned_from if in_full and tip.learned_from != NO_SOURCE else None
    learned = render("steps/learned_from", source=source) if source else ""
    return "\n".join(filter(None, (_data_line(render, tip, tools), learned)))


def _data_line(render: Render, tip: StepContent, tools: Tools | None) -> str:
    """Return the line about the class of data, with the tools approved for it if there are rules."""
    approved = None if tools is None else ", ".join(map(escape, tools.get(tip.data, ())))
    return render(
        "steps/data", data=tip.data, tools=None if approved is None else SafeText(approved)
    )


def content_blocks(
    render: Render,
    tip: StepContent,
    tools: Tools | None,
    *,
    step_id: str | None = None,
    in_full: bool = False,
) -> list[Block]:
    """Return what the step says: in full with its example, or with the button that shows it."""
    has_button = tip.example is not None and step_id is not None and not in_full
    show = button("Show an example", action=EXAMPLE, value=step_id or "") if has_button else None
    notes = step_notes(render, tip, tools, in_full=in_full)
    told = paragraph(step_text(render, tip, in_full=in_full), beside=show)
    return [told, *([fine_print(notes)] if notes else [])]


def content_words(
    render: Render, tip: StepContent, tools: Tools | None, *, in_full: bool = False
) -> str:
    """Return the words of `content_blocks`."""
    notes = step_notes(render, tip, tools, in_full=in_full)
    parts = step_text(render, tip, in_full=in_full), notes
    return "\n".join(filter(None, parts))


def example_view(render: Render, step: StepView | None) -> View:
    """Return the window with the step in full; None is a step that is no longer there."""
    gone = [paragraph(render("steps/replaced"))]
    blocks = content_blocks(render, step.tip, step.tools, in_full=True) if step else gone
    return modal(EXAMPLE_TITLE, blocks, callback=EXAMPLE_VIEW)


def with_period(text: str) -> str:
    """Return the text with its period, inside a closing quotation mark."""
    bare = text.rstrip(".")
    return f'{bare[:-1].rstrip(".")}."' if bare.endswith('"') else f"{bare}."


def done_sentence(tip: StepContent) -> str:
    """Return what is true after the step, as a sentence with a capital and a period.

    "" where `done_when` names cases too in which there was nothing to do: which one it was is not known.
    """
    if ", or " in tip.done_when:
        return ""
    return with_period(capitalized(tip.done_when))


def step_blocks(
    render: Render,
    step: StepView,
    *,
    note: str | None = None,
    in_full: bool = False,
    stays: bool = False,
) -> list[Block]:
    """Return the step with the buttons that fit its state.

    With `stays`, a chosen step has no button for another one, since this place shows no step that waits.
    """
    told = [paragraph(note) if step.state == "done" else fine_print(note)] if note else []
    head, buttons = _head_and_buttons(render, step)
    if stays and step.state == "trying":
        buttons = [_done(step), _refuse(step)]
    if not step.is_open:
        return [paragraph(head), *told, row(*buttons)]
    above = [fine_print(head)] if head else []
    content = content_blocks(render, step.tip, step.tools, step_id=step.id, in_full=in_full)
    return [*above, *content, *told, row(*buttons)]


def _head_and_buttons(render: Render, step: StepView) -> tuple[str, list[ButtonElement]]:
    """Return what is said above the step or in its place, and its buttons."""
    match step.state:
        case "offered":
            return "", [_try(step, "I'll try it"), _another(step), _refuse(step)]
        case "trying":
            return render("steps/trying"), [_done(step), _another(step), _refuse(step)]
        case "waiting":
            head = render("steps/waiting", behind=step.behind)
            return head, [_try(step, "Try this one now"), _another(step), _ask("Show my step")]
        case "done":
            head = render("steps/done", title=step.tip.title, sentence=done_sentence(step.tip))
            return head, [_ask("Next step")]
        case "refused":
            return render("steps/refused", title=step.tip.title), [_ask("Next step")]
    return render("steps/replaced"), [_ask("Show my current step")]


def step_words(
    render: Render, step: StepView, *, note: str | None = None, in_full: bool = False
) -> str:
    """Return the words of `step_blocks`, for notifications and screen readers."""
    head, _ = _head_and_buttons(render, step)
    is_open = step.is_open
    content = content_words(render, step.tip, step.tools, in_full=in_full) if is_open else ""
    return "\n\n".join(part for part in (head, content, note) if part)


def step_card(render: Render, step: StepView, *, note: str | None = None) -> Message:
    """Return a message with the step alone, in full."""
    text = step_words(render, step, note=note, in_full=True)
    return Message(text=text, blocks=step_blocks(render, step, note=note, in_full=True))


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
    is_new = step.state in ("offered", "waiting")
    origin = [fine_print(about)] if about and is_new else []
    return [*above, line(), *origin, *step_blocks(render, step, note=note)]


def _try(step: StepView, label: str) -> ButtonElement:
    style = "primary" if step.state == "offered" else None
    return button(label, action=TRY, value=step.id, style=style)


def _done(step: StepView) -> ButtonElement:
    return button("Done", action=DONE, value=step.id, style="primary")


def _another(step: StepView) -> ButtonElement:
    return button("Show another", action=ANOTHER, value=step.id)


def _refuse(step: StepView) -> ButtonElement:
    return button("Not for me", action=REFUSE, value=step.id)


def _ask(label: str) -> ButtonElement:
    return button(label, action=TIP, value=HERE)


def step_view_of(deps: Deps, row: Step, *, behind: str | None = None) -> StepView:
    """Return the step in the words that were stored with it, and the AI tools approved today."""
    return StepView(
        id=row.id,
        state=row.state,
        tip=steps.tip_of(row),
        behind=behind,
        tools=rules.approved_tools(deps.settings),
    )


async def load_step_view(session: Session, deps: Deps, row: Step) -> StepView:
    """Return the step for the views; while it waits, with the title of the one that is being tried."""
    if row.state != "waiting":
        return step_view_of(deps, row)
    tried = await steps.current(session, MemberKey(row.workspace_id, row.user_id))
    is_tried = tried is not None and tried.state == "trying"
    behind = steps.tip_of(tried).title if tried and is_tried else None
    return step_view_of(deps, row, behind=behind)
