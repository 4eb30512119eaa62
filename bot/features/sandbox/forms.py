"""What the forms of sandboxes share: fields, what they carry, and how they are answered."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from slack_sdk.models.blocks import (
    Block,
    InputBlock,
    InputInteractiveElement,
    PlainTextInputElement,
)
from slack_sdk.models.views import View

from bot.deps import Deps
from bot.slack.api import Message
from bot.slack.blocks import modal, paragraph, plain, shortened
from bot.slack.carried import Carried
from bot.slack.errors import Undeliverable, WorkspaceGone
from bot.slack.payloads import Request, Submission
from bot.slack.replies import Reply
from coaching.safe_text import Render, is_visible, without_hidden
from coaching.sandbox import LONGEST_WORDS


@dataclass(frozen=True)
class FormState(Carried):
    """The private metadata of a form: the plan, and where the form was opened.

    `about` is what the form is about: a risk, one of the answers to a week, or what a supervisor does.
    """

    plan_id: str = ""
    about: str = ""
    week: int = 0
    response_url: str | None = None
    window: str | None = None

    @classmethod
    def of(cls, request: Request, plan_id: str, about: str = "", *, week: int = 0) -> "FormState":
        """Return what a form carries that is opened by this click."""
        return cls(plan_id, about, week, request.response_url, request.window)


def sent(submission: Submission) -> tuple[FormState, Request]:
    """Return what a form carries, and its request with where to answer."""
    state = FormState.parse(submission.carried)
    request = submission.request
    return state, replace(request, response_url=state.response_url, window=state.window)


def text_field(
    label: str, action: str, value: str = "", *, hint: str | None = None, is_optional: bool = False
) -> Block:
    """Return a field of several lines."""
    element = PlainTextInputElement(
        action_id=action,
        initial_value=plain(value, LONGEST_WORDS).text or None,
        max_length=LONGEST_WORDS,
        multiline=True,
    )
    return field(label, element, hint=hint, is_optional=is_optional)


def field(
    label: str,
    element: InputInteractiveElement,
    *,
    hint: str | None = None,
    is_optional: bool = False,
) -> Block:
    """Return an element with its label; the block has the id of the element."""
    return InputBlock(
        label=plain(label),
        element=element,
        block_id=element.action_id,
        hint=plain(hint) if hint else None,
        optional=is_optional,
    )


def to_send(view: View, state: FormState, label: str) -> View:
    """Return the window with a button that sends it, and one that closes it."""
    view.submit, view.close = plain(label), plain("Cancel")
    view.private_metadata = str(state)
    return view


def typed(submission: Submission, action: str, *, most: int = LONGEST_WORDS) -> str:
    """Return what was typed into a field, without hidden characters; empty when nothing can be seen."""
    text = without_hidden(submission.written.get(action, "")).strip()
    return shortened(text, most) if is_visible(text) else ""


def kept_words(render: Render, words: Sequence[str]) -> list[Block]:
    """Return what somebody wrote that could not be stored, to copy."""
    return [paragraph(render("sandbox/you_wrote", words=one)) for one in words if one]


def closed_window(deps: Deps, title: str, callback: str, why: str = "sandbox/gone") -> View:
    """Return the window of a form that cannot be filled in now, with the reason."""
    return modal(title, [paragraph(deps.render(why))], callback=callback)


async def answer_form(deps: Deps, request: Request, card: Message) -> None:
    """Show the card in the place of the one with the button; in the DM where that is gone."""
    try:
        if await Reply(deps, request).in_place(card):
            return
    except WorkspaceGone:
        raise
    except Undeliverable:
        pass
    await Reply(deps, request).in_dm(card, about="try")
