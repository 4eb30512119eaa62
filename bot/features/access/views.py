"""The cards of `/rungs access`: what a member has, what is within reach, and the page of a permission."""

from collections.abc import Sequence

from slack_sdk.models.blocks import Block, ButtonElement

from bot.buttons import ACCESS
from bot.features.access.member_access import NEAR, MemberAccess, Standing
from bot.features.access.requirement_views import Words, span_words
from bot.slack.api import Message
from bot.slack.blocks import button, line, paragraph, row
from bot.slack.phrases import capitalized, counted, listed, number
from coaching.safe_text import Render, SafeText, escape
from content.limits import length

ALL = "access_all_asked"
BACK = "access_overview_asked"
PAGE = "access_permission_asked"
REQUESTS = "access_requests_asked"
TRAININGS = "access_trainings_asked"

TITLE = "Access"

MOST_SHOWN = 20
"""How many permissions a card lists."""


def overview_card(render: Render, access: MemberAccess, *, waiting: int) -> Message:
    """Return what the member has and what is near; `waiting` is how many requests they can decide."""
    words, held, others = Words(render, access.around), access.held, access.others
    head = head_text(render, access)
    blocks: list[Block] = [paragraph(head)]
    for one in held[:MOST_SHOWN]:
        blocks += _held(words, one)
    if others:
        blocks += [line(), paragraph(render("access/near"))]
    for one in others[:NEAR]:
        blocks += _missing(words, one)
    rest = len(access.standings) - len(held[:MOST_SHOWN]) - len(others[:NEAR])
    see_all = button(f"See the other {number(rest)}", action=ALL) if rest > 0 else None
    blocks += _last_row(access, see_all, waiting)
    return Message(text=head, blocks=blocks)


def head_text(render: Render, access: MemberAccess) -> str:
    """Return how many of the permissions the member has; why none, for somebody who cannot have one."""
    if access.facts.is_guest:
        return render("access/guest")
    if not access.facts.is_member:
        return render("access/unknown")
    many, held = len(access.standings), len(access.held)
    return render("access/head", many=number(many) if many else None, held=_some(held))


def _some(count: int) -> SafeText | None:
    return number(count) if count else None


def _last_row(access: MemberAccess, first: ButtonElement | None, waiting: int) -> list[Block]:
    requests = button(f"Requests ({waiting})" if waiting else "Requests", action=REQUESTS)
    buttons = [
        first,
        requests if access.may_approve else None,
        button("Trainings", action=TRAININGS) if access.may_confirm else None,
    ]
    found = [one for one in buttons if one is not None]
    return [row(*found)] if found else []


def _held(words: Words, one: Standing) -> list[Block]:
    keep = [words.next_line(one, each) for each in one.missing]
    text = words.render(
        "access/held",
        title=one.permission.title,
        via=one.decision.via,
        until=words.around.clock.day(one.until) if one.until else None,
        keep=keep,
    )
    blocks: list[Block] = [paragraph(text, beside=_details(one))]
    if keep and (click := words.next_button(one)):
        blocks.append(row(click))
    return blocks


def _missing(words: Words, one: Standing) -> list[Block]:
    text = words.render(
        "access/missing",
        title=one.permission.title,
        reason=one.decision.reason,
        missing=[words.next_line(one, each) for each in one.missing],
    )
    blocks: list[Block] = [paragraph(text, beside=_details(one))]
    if click := words.next_button(one):
        blocks.append(row(click))
    return blocks


def _details(one: Standing) -> ButtonElement:
    title = one.permission.title
    return button("Details", action=PAGE, value=one.permission.id, spoken=f"Details: {title}")


def all_card(render: Render, access: MemberAccess, *, note: str = "") -> Message:
    """Return every permission that is on, with a button to its page; `note` stands above."""
    words = Words(render, access.around)
    head = note or head_text(render, access)
    blocks: list[Block] = [paragraph(head)]
    held, others = access.held, access.others
    for one in held[:MOST_SHOWN]:
        blocks += _held(words, one)[
            :1
        ]  # Without buttons, for which Slack has no room beside the others.
    if others:
        blocks += [line(), paragraph(render("access/others"))]
    for one in others[:MOST_SHOWN]:
        told = render("access/other_line", title=one.permission.title, lets=one.permission.lets)
        blocks.append(paragraph(told, beside=_details(one)))
    left = len(held[MOST_SHOWN:]) + len(others[MOST_SHOWN:])
    if left:
        blocks.append(paragraph(render("access/more", many=number(left))))
    return Message(text=head, blocks=[*blocks, row(button("Back", action=BACK))])


def permission_card(render: Render, access: MemberAccess, one: Standing) -> Message:
    """Return the page of a permission: what it lets the member do, what it takes, and for how long."""
    words, permission = Words(render, access.around), one.permission
    text = render(
        "access/page",
        title=permission.title,
        lets=permission.lets,
        tools=listed(escape(tool) for tool in permission.tools),
        data=data_words(render, permission.data),
        risk=permission.risk,
        parts=words.parts(permission, access.facts),
        asks=permission.asks_again,
        days=capitalized(span_words(permission.valid_for.days)),
        grace=span_words(permission.grace.days) if permission.grace else None,
        sandbox=permission.sandbox,
        is_held=one.is_held,
        via=one.decision.via,
        until=words.around.clock.day(one.until) if one.until else None,
    )
    blocks: list[Block] = [paragraph(text)]
    if one.missing:
        told = [words.next_line(one, each) for each in one.missing]
        blocks.append(paragraph(render("access/steps", lines=told)))
    blocks.append(row(words.next_button(one), button("Back", action=BACK)))
    return Message(text=text, blocks=blocks)


def fitting(texts: Sequence[str], room: int) -> tuple[Sequence[str], int]:
    """Return the first texts that have room, at least one, and how many are left out."""
    size = 0
    for count, text in enumerate(texts):
        size += length(text)
        if count and size > room:
            return texts[:count], len(texts) - count
    return texts, 0


def data_words(render: Render, classes: Sequence[str]) -> SafeText | None:
    """Return classes of data as a list in a sentence; None for none."""
    found = [SafeText(render("access/data", data=one).strip()) for one in classes]
    return listed(found) if found else None


def home_block(render: Render, access: MemberAccess, waiting: int) -> Block:
    """Return the line for the Home tab."""
    many, held = len(access.standings), len(access.held)
    text = render(
        "access/home",
        many=number(many) if many else None,
        held=number(held) if held else "none",
        waiting=capitalized(counted(waiting, "request")) if waiting else None,
        is_one=waiting == 1,
    )
    return paragraph(text, beside=button("What I may use", action=ACCESS))
