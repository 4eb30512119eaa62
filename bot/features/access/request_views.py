"""Requests for approval: the member's form, the approvers' card, and the forms for their answers."""

from collections.abc import Sequence
from dataclasses import dataclass

from slack_sdk.models.blocks import (
    Block,
    InputBlock,
    Option,
    PlainTextInputElement,
    StaticSelectElement,
    UserSelectElement,
)
from slack_sdk.models.views import View

from bot.features.access.views import fitting
from bot.slack.api import Message
from bot.slack.blocks import button, fine_print, line, modal, paragraph, plain, row, shortened
from bot.slack.carried import Carried
from bot.slack.phrases import MemberClock, capitalized, counted, number, person, who
from coaching.access.policy import Permission, Policy
from coaching.safe_text import Render, SafeText, without_hidden
from content.limits import BUTTON
from storage.access.requests import AccessRequest

ASK_VIEW, ANSWER_VIEW = "access_ask_view", "access_answer_view"
ASK_AGAIN = "access_ask_opened_again"
APPROVE = "access_request_approved"
DECLINE = "access_request_declined"
RETURN = "access_request_returned"
WITHDRAW_APPROVAL = "access_approval_withdrawn"
WITHDRAW_OTHER = "access_approval_withdrawal_opened"
WITHDRAW_OTHER_VIEW = "access_approval_withdrawal_view"
WORDS, PERSON, PERMISSION = "access_words", "access_approval_person", "access_approval_permission"

ASK_TITLE, DECLINE_TITLE, RETURN_TITLE = "Ask for approval", "Decline", "Ask for more"
WITHDRAW_TITLE = "Withdraw an approval"

LONGEST = 500
"""Characters of what a member or an approver writes."""

MOST_SHOWN, ROOM = 10, 9000
"""How many requests a card shows, and their characters; the others come when these are done."""

BETWEEN = "␞"
"""Stands between the fields in the value of a button; it is taken out of what people type."""


@dataclass(frozen=True)
class FormState(Carried):
    """What the forms carry: what they are about, the kind of the answer, and where they were opened."""

    about: str = ""
    state: str = ""
    response_url: str | None = None


def ask_form(
    render: Render, carried: FormState, permission: Permission, approvers: str, typed: str = ""
) -> View:
    """Return the form in which a member asks for approval."""
    about = render("access/ask_form", title=permission.title, approvers=SafeText(approvers))
    field = words_field("Why you want it", typed, "For example, what you want to do with it.")
    view = modal(ASK_TITLE, [paragraph(about), field], callback=ASK_VIEW)
    return _to_send(view, carried, "Ask")


def answer_form(render: Render, carried: FormState, request: AccessRequest, title: str) -> View:
    """Return the form in which an approver declines a request, or asks for more."""
    about = render(
        "access/decline_form", who=person(request.user_id), title=title, words=request.words
    )
    is_no = carried.state == "declined"
    field = words_field("Why not" if is_no else "What you want to know")
    heading = DECLINE_TITLE if is_no else RETURN_TITLE
    view = modal(heading, [paragraph(about), field], callback=ANSWER_VIEW)
    return _to_send(view, carried, "Decline" if is_no else "Send it back")


def withdraw_approval_form(
    render: Render, carried: FormState, permissions: Sequence[Permission]
) -> View:
    """Return the form in which an approver withdraws an approval of one of these permissions."""
    options = [Option(text=plain(one.title, BUTTON), value=one.id) for one in permissions]
    who = UserSelectElement(action_id=PERSON, placeholder="Choose a person")
    which = StaticSelectElement(
        action_id=PERMISSION,
        options=options,
        initial_option=options[0] if len(options) == 1 else None,
        placeholder="Choose a permission",
    )
    blocks: list[Block] = [
        paragraph(render("access/withdraw_approval_form")),
        InputBlock(label=plain("Person"), element=who, block_id=PERSON),
        InputBlock(label=plain("Permission"), element=which, block_id=PERMISSION),
    ]
    view = modal(WITHDRAW_TITLE, blocks, callback=WITHDRAW_OTHER_VIEW)
    return _to_send(view, carried, "Withdraw it")


def words_field(label: str, typed: str = "", hint: str = "") -> Block:
    """Return the field for a sentence or two."""
    element = PlainTextInputElement(
        action_id=WORDS,
        multiline=True,
        max_length=LONGEST,
        initial_value=plain(typed, LONGEST).text or None,
    )
    return InputBlock(
        label=plain(label), element=element, block_id=WORDS, hint=plain(hint) if hint else None
    )


def _to_send(view: View, carried: FormState, label: str) -> View:
    view.submit, view.close = plain(label), plain("Cancel")
    view.private_metadata = str(carried)
    return view


def typed_words(text: str) -> str:
    """Return what was typed, in one line and without hidden characters."""
    words = " ".join(without_hidden(text).replace(BETWEEN, "").split())
    return shortened(words, LONGEST)


def ask_retry_card(text: str, permission_id: str, typed: str) -> Message:
    """Return why nothing was sent, with a button that opens the form with what was typed."""
    value = f"{permission_id}{BETWEEN}{typed}"
    again = button("Open the form again", action=ASK_AGAIN, value=value, style="primary")
    return Message(text=text, blocks=[paragraph(text), row(again)])


def parse_retry(value: str) -> tuple[str, str]:
    """Return the permission and the words that the button of `ask_retry_card` carries."""
    permission_id, _, typed = value.partition(BETWEEN)
    return permission_id, typed


@dataclass(frozen=True)
class RequestDesk:
    """What an approver sees: requests that wait for them, and approvals that they could withdraw."""

    policy: Policy
    waiting: Sequence[AccessRequest]
    approved: Sequence[AccessRequest]


def requests_card(
    render: Render, desk: RequestDesk, clock: MemberClock, *, note: str = ""
) -> Message:
    """Return the requests that wait, oldest first, with the buttons for an answer; `note` stands above."""
    count = len(desk.waiting)
    many = capitalized(counted(count, "request")) if count else None
    head = render("access/requests", many=many, is_one=count == 1)
    blocks: list[Block] = [*([paragraph(note), line()] if note else []), paragraph(head)]
    told = [_told(render, desk.policy, one, clock) for one in desk.waiting[:MOST_SHOWN]]
    shown = len(fitting([*map("".join, told)], ROOM)[0])
    for one, texts in zip(desk.waiting, told[:shown], strict=False):
        blocks += _waiting(one, *texts)
    if count > shown:
        blocks.append(paragraph(render("reviews/more", many=number(count - shown))))
    if desk.approved:
        blocks += [line(), paragraph(render("access/approved_lately"))]
        blocks += [_approved(render, desk.policy, one, clock) for one in desk.approved]
    blocks.append(row(button("Withdraw an approval", action=WITHDRAW_OTHER)))
    return Message(text=note or head, blocks=blocks)


def _told(
    render: Render, policy: Policy, one: AccessRequest, clock: MemberClock
) -> tuple[str, str]:
    """Return who asks for what and why, and what the permission is."""
    permission = policy.permissions[one.permission_id]
    asks = render(
        "access/request",
        who=person(one.user_id),
        title=permission.title,
        day=clock.day(one.asked_at),
        words=one.words,
    )
    return asks, render("access/request_about", lets=permission.lets, risk=permission.risk)


def _waiting(one: AccessRequest, asks: str, about: str) -> list[Block]:
    choices = row(
        button("Approve", action=APPROVE, value=one.id, style="primary"),
        button("Decline", action=DECLINE, value=one.id),
        button("Ask for more", action=RETURN, value=one.id),
    )
    return [paragraph(asks), fine_print(about), choices]


def _approved(render: Render, policy: Policy, one: AccessRequest, clock: MemberClock) -> Block:
    told = render(
        "access/approved_one",
        who=person(one.user_id),
        title=policy.permissions[one.permission_id].title,
        by=who(one.decided_by),
        day=clock.day(one.decided_at or one.asked_at),
    )
    withdraw = button(
        "Withdraw", action=WITHDRAW_APPROVAL, value=one.id, spoken="Withdraw approval"
    )
    return paragraph(told, beside=withdraw)
