"""The forms of `/rungs prove`: a piece of work, and an appeal."""

from collections.abc import Sequence
from dataclasses import dataclass

from slack_sdk.models.blocks import Block, InputBlock, PlainTextInputElement, UrlInputElement
from slack_sdk.models.views import View

from bot.features.evidence.views import PROVE_CLAIM
from bot.slack.api import Message
from bot.slack.blocks import button, checks, modal, paragraph, paragraphs, plain, row, shortened
from bot.slack.carried import Carried
from bot.slack.payloads import Submission, Ticks
from bot.slack.phrases import capitalized
from coaching.evidence import LONGEST_FIELD, LONGEST_LINK, LONGEST_WORDS, PieceFacts
from coaching.safe_text import Render, without_hidden
from content.evidence import ClaimCriterion

PIECE_VIEW, APPEAL_VIEW = "prove_piece_view", "prove_appeal_view"
PIECE_TITLE, APPEAL_TITLE = "A piece of work", "Appeal"
PROVE_AGAIN, PROVE_APPEAL_AGAIN = "prove_piece_again", "prove_appeal_again"

LINK, DID, AI_DID, CHECKED, SHOWS, WORDS = (
    *("prove_link", "prove_did", "prove_ai_did", "prove_how_checked", "prove_shows"),
    "prove_words",
)
BETWEEN = "␞"
"""Stands between the fields in the value of a button; it is taken out of what people type."""


@dataclass(frozen=True)
class FormState(Carried):
    """The private metadata of a form: the claim, the piece if it is changed, and where it was opened."""

    claim_id: str = ""
    level: int = 0
    piece_id: str = ""
    response_url: str | None = None
    window: str | None = None


def piece_form(
    render: Render,
    carried: FormState,
    level: str,
    criteria: Sequence[ClaimCriterion],
    filled: PieceFacts | None,
) -> View:
    """Return the form of one piece with what it says already."""
    link = UrlInputElement(action_id=LINK, initial_value=(filled.link if filled else "") or None)
    lines = [
        render("evidence/counts_line", topic=capitalized(one.topic), words=one.words)
        for one in criteria
    ]
    options = [(capitalized(one.topic), one.id) for one in criteria]
    chosen = filled.shows if filled else ()
    shows = InputBlock(
        label=plain("What it shows"),
        element=checks(action=SHOWS, options=options, chosen=chosen),
        block_id=SHOWS,
    )
    blocks: list[Block] = [
        paragraph(render("evidence/piece_form", level=level)),
        InputBlock(
            label=plain("Link"),
            element=link,
            block_id=LINK,
            hint=plain("Empty if you'd rather show it in person. Rungs never opens it."),
            optional=True,
        ),
        _text("What I did", DID, filled.did if filled else "", most=LONGEST_FIELD),
        _text("What AI did", AI_DID, filled.ai_did if filled else "", most=LONGEST_FIELD),
        _text("How I checked it", CHECKED, filled.checked if filled else "", most=LONGEST_FIELD),
        *paragraphs(lines),
        shows,
    ]
    return _to_send(modal(PIECE_TITLE, blocks, callback=PIECE_VIEW), carried, "Save")


def appeal_form(render: Render, carried: FormState, claim: str, typed: str = "") -> View:
    """Return the form of an appeal."""
    blocks: list[Block] = [
        paragraph(render("evidence/appeal_form", claim=claim)),
        _text("What the decision missed", WORDS, typed, most=LONGEST_WORDS),
    ]
    return _to_send(modal(APPEAL_TITLE, blocks, callback=APPEAL_VIEW), carried, "Appeal")


def _to_send(view: View, carried: FormState, label: str) -> View:
    view.submit, view.close = plain(label), plain("Cancel")
    view.private_metadata = str(carried)
    return view


def _text(label: str, action: str, value: str, *, most: int) -> Block:
    element = PlainTextInputElement(
        action_id=action,
        initial_value=plain(value, most).text or None,
        max_length=most,
        multiline=True,
    )
    return InputBlock(label=plain(label), element=element, block_id=action)


def typed_piece(submission: Submission, level: int) -> PieceFacts:
    """Return what was typed into the form of a piece, without hidden characters."""

    def field(action: str, most: int) -> str:
        return shortened(_clean(submission.written.get(action, "")), most)

    return PieceFacts(
        level=level,
        link=_clean(submission.written.get(LINK, "")),
        did=field(DID, LONGEST_FIELD),
        ai_did=field(AI_DID, LONGEST_FIELD),
        checked=field(CHECKED, LONGEST_FIELD),
        shows=submission.ticked.get(SHOWS, Ticks()).now,
    )


def typed_words(submission: Submission) -> str:
    """Return what was typed into the form of an appeal."""
    return shortened(_clean(submission.written.get(WORDS, "")), LONGEST_WORDS)


def _clean(text: str) -> str:
    return without_hidden(text).replace(BETWEEN, "").strip()


def retry_card(text: str, carried: FormState, typed: PieceFacts) -> Message:
    """Return why a piece was not saved, with a button that opens the form with what was typed."""
    kept = (
        *(carried.claim_id, str(carried.level), carried.piece_id),
        *(shortened(typed.link, LONGEST_LINK), typed.did, typed.ai_did, typed.checked),
    )
    again = button(
        "Open the form again", action=PROVE_AGAIN, value=BETWEEN.join(kept), style="primary"
    )
    leave = button("Back to the claim", action=PROVE_CLAIM, value=carried.claim_id)
    return Message(text=text, blocks=[paragraph(text), row(again, leave)])


def parse_retry(value: str) -> tuple[FormState, PieceFacts] | None:
    """Return what the button of `retry_card` carries; None when it is malformed. What was ticked is lost."""
    parts = value.split(BETWEEN)
    if len(parts) != 7 or not parts[1].isdecimal():
        return None
    claim_id, level, piece_id, link, did, ai_did, checked = parts
    state = FormState(claim_id, int(level), piece_id)
    return state, PieceFacts(state.level, link, did, ai_did, checked, ())


def appeal_retry_card(text: str, carried: FormState, typed: str) -> Message:
    """Return why an appeal was not made, with a button that opens the form with what was typed."""
    value = BETWEEN.join((carried.claim_id, typed))
    again = button("Open the form again", action=PROVE_APPEAL_AGAIN, value=value, style="primary")
    leave = button("Back to the claim", action=PROVE_CLAIM, value=carried.claim_id)
    return Message(text=text, blocks=[paragraph(text), row(again, leave)])
