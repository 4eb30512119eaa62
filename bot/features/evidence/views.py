"""The cards of `/rungs prove`: what can be claimed, what counts, and one claim with its pieces."""

from collections.abc import Sequence
from dataclasses import dataclass

from bot.buttons import BADGE_LIST
from bot.features.evidence.service import ladder_value
from bot.slack.api import Message
from bot.slack.blocks import button, menu, paragraph, row
from bot.slack.pages import MESSAGE_LIMIT, Page
from bot.slack.phrases import capitalized, listed
from coaching.safe_text import Render, SafeText, escape
from content.evidence import ClaimCriterion, ClaimLadder, ClaimLevel

PROVE_OVERVIEW = "prove_overview"
PROVE_PICK = "prove_level_picked"
PROVE_CLAIM = "prove_claim_opened"
PROVE_COUNTS = "prove_counts:"
PROVE_START = "prove_started"
PROVE_PAGE = "prove_page:"
PROVE_ADD = "prove_piece_added"
PROVE_CHANGE = "prove_piece_changed"
PROVE_REMOVE = "prove_piece_removal"
PROVE_REMOVED = "prove_piece_removed"
PROVE_SUBMIT = "prove_submitted"
PROVE_WITHDRAW = "prove_withdrawal"
PROVE_WITHDRAWN = "prove_withdrawn"
PROVE_APPEAL = "prove_appeal"
PROVE_MARKS = "prove_marks:"

CLOSED_SHOWN = 5
MOST_OFFERED = 100
"""Slack: a menu has at most a hundred options."""


@dataclass(frozen=True)
class Overview:
    """What a member has, what they claim, and what they can claim.

    `verified` and `not_open` are lines in words, `claims` are (name, state in words, id), newest first,
    and `offered` are (label, value) of levels that can be claimed. With `has_badges`, what is verified can be
    put on a badge.
    """

    verified: Sequence[str]
    claims: Sequence[tuple[str, str, str]]
    offered: Sequence[tuple[str, str]]
    not_open: Sequence[str]
    has_badges: bool = False


def overview_card(render: Render, shown: Overview) -> Message:
    """Return the answer to `/rungs prove`."""
    page = Page(render)
    page.tell(render("evidence/about"))
    page.tell(*shown.verified)
    if shown.has_badges:
        page.show(row(button("Get a badge", action=BADGE_LIST)))
    for name, state, claim_id in shown.claims:
        text = render("evidence/claim_line", claim=name, state=SafeText(state))
        see = button("Open", action=PROVE_CLAIM, value=claim_id, spoken=f"Open: {name}")
        page.show(paragraph(text, beside=see))
        page.aloud(text)
    if shown.offered:
        page.tell(render("evidence/choose"))
        options = shown.offered[:MOST_OFFERED]
        page.show(row(menu("Choose a level", action=PROVE_PICK, options=options)))
    elif not shown.claims:
        page.tell(render("evidence/nothing_open"))
    for line in shown.not_open:
        page.small(line)
    return page.message()


@dataclass(frozen=True)
class CountsView:
    """What counts for one level, `shown`, of those that a claim for `level` covers."""

    ladder: ClaimLadder
    level: ClaimLevel
    shown: ClaimLevel
    covered: Sequence[int]
    is_renewal: bool
    open_claim: str | None = None


def counts_card(render: Render, view: CountsView) -> Message:
    """Return what counts for a level, with the button that begins a claim."""
    page, names = Page(render), [view.ladder.level(one) for one in view.covered]
    levels = listed(escape(one.short_name) for one in names if one)
    page.tell(render("evidence/counts", ladder=view.ladder.title, level=view.shown.name))
    lines = [_counts_line(render, one) for one in view.shown.criteria]
    page.listing(lines, room=MESSAGE_LIMIT - 1500, between="\n\n")
    if view.is_renewal:
        page.tell(render("evidence/covers_renewal", has_below=view.level.level > 1))
    elif len(view.covered) > 1:
        page.tell(render("evidence/covers", level=view.level.short_name, levels=levels))
    else:
        page.tell(render("evidence/covers_one"))
    value = ladder_value(view.ladder.key, view.level.level)
    others = [one for one in view.covered if one != view.shown.level]
    if others:
        see = (
            button(f"What counts: {found.short_name}", action=f"{PROVE_COUNTS}{one}", value=value)
            for one in others
            if (found := view.ladder.level(one))
        )
        page.show(row(*see))
    if view.open_claim:
        on = button("Open the claim", action=PROVE_CLAIM, value=view.open_claim, style="primary")
    else:
        on = button("Start this claim", action=PROVE_START, value=value, style="primary")
    page.show(row(on, button("All my claims", action=PROVE_OVERVIEW)))
    page.small(render("evidence/who_sees", ladder=view.ladder.title, is_open=True))
    return page.message()


def _counts_line(render: Render, one: ClaimCriterion) -> str:
    counts = one.counts or (render("evidence/counts_any"),)
    told = render("evidence/counts_line", topic=capitalized(one.topic), words=one.words)
    return "\n".join([told, *(f"• {escape(text)}" for text in counts)])
