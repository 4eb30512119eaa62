"""The form of what admins set to protect members."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from slack_sdk.models.blocks import (
    Block,
    InputBlock,
    InputInteractiveElement,
    PlainTextInputElement,
    UserSelectElement,
)
from slack_sdk.models.views import View

from bot.features.safeguards.service import SWITCHES
from bot.slack.blocks import checks, menu, modal, paragraph, plain
from coaching.safe_text import Render

SAFEGUARDS = "safeguards_asked"
SAFEGUARDS_VIEW = "safeguards_view"
TITLE = "Privacy"

MINIMUM = "safeguards_minimum"
OWNER = "safeguards_owner"
OWNER_WORDS = "safeguards_owner_words"
MESSAGES = "safeguards_messages"
SWITCHED = "safeguards_switched"

LONGEST_OWNER = 200


@dataclass(frozen=True)
class SafeguardsView:
    """What is set now: each menu as its options, (label, value), and the value chosen."""

    minimums: Sequence[tuple[str, str]]
    minimum: str
    messages: Sequence[tuple[str, str]]
    kept: str
    owner: str | None
    owner_text: str
    on: Collection[str]


def safeguards_form(render: Render, now: SafeguardsView, *, carried: str) -> View:
    """Return the form; `carried` is its metadata."""
    boxes = checks(
        action=SWITCHED,
        options=[(label, one.name) for one, label in SWITCHES.items()],
        chosen=now.on,
    )
    words = PlainTextInputElement(
        action_id=OWNER_WORDS, initial_value=now.owner_text or None, max_length=LONGEST_OWNER
    )
    view = modal(
        TITLE,
        [
            paragraph(render("safeguards/about")),
            _field(
                "Fewest people in a figure",
                menu("People", action=MINIMUM, options=now.minimums, chosen=now.minimum),
                hint="A higher number holds at once. A lower one begins with the next week and month.",
            ),
            _field(
                "Who answers for this data",
                UserSelectElement(
                    action_id=OWNER, placeholder="Choose a person", initial_user=now.owner
                ),
                hint="Members read the name under /rungs privacy.",
                optional=True,
            ),
            _field("The same in words, such as an address", words, optional=True),
            _field(
                "How long notes of messages to members are kept",
                menu("Days", action=MESSAGES, options=now.messages, chosen=now.kept),
                hint=(
                    "When Rungs wrote to them, and what about. The last invitations and unanswered "
                    "check-ins stay for 400 days, because the next messages depend on them."
                ),
            ),
            _field("More careful", boxes, optional=True),
        ],
        callback=SAFEGUARDS_VIEW,
    )
    view.submit, view.close = plain("Save"), plain("Cancel")
    view.private_metadata = carried
    return view


def _field(
    label: str, element: InputInteractiveElement, *, hint: str | None = None, optional: bool = False
) -> Block:
    return InputBlock(
        label=plain(label),
        element=element,
        hint=plain(hint) if hint else None,
        block_id=element.action_id,
        optional=optional,
    )
