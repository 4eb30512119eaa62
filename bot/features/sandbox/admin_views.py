"""The form of `/rungs admin` about sandboxes: who supervises, what never goes, and what stays of them."""

from collections.abc import Sequence
from dataclasses import dataclass

from slack_sdk.models.blocks import Block
from slack_sdk.models.views import View

from bot.features.sandbox.forms import FormState, field, to_send
from bot.features.sandbox.words import data_name
from bot.slack.blocks import bullets, checks, modal, paragraph, paragraphs
from bot.slack.phrases import listed, person
from coaching.safe_text import Render, escape

SANDBOX_ADMIN = "try_admin_asked"
ADMIN_VIEW = "try_admin_view"
TITLE = "Sandboxes"

STAYS = "try_admin_stays"
KEEP = "keep"


@dataclass(frozen=True)
class SandboxSettings:
    """What an admin sees: user ids of people, classes of data, names of permissions, and nevers."""

    supervisors: Sequence[str]
    leads: Sequence[str]
    classes: Sequence[str]
    permissions: Sequence[str]
    nevers: Sequence[str]
    stays: bool


def admin_form(render: Render, state: FormState, shown: SandboxSettings) -> View:
    """Return the form."""
    people = [
        listed(map(person, some)) if some else None for some in (shown.supervisors, shown.leads)
    ]
    classes = [data_name(render, one) for one in shown.classes]
    titles = listed(map(escape, shown.permissions)) if shown.permissions else None
    boxes = checks(
        action=STAYS,
        options=[("Plans that ran, their notes, and their reports stay", KEEP)],
        chosen=[KEEP] if shown.stays else [],
    )
    blocks: list[Block] = [
        paragraph(render("sandbox/admin_people", supervisors=people[0], leads=people[1])),
        paragraph(render("sandbox/admin_data", classes=classes, titles=titles)),
        paragraph(render("sandbox/admin_nevers")),
        *paragraphs(bullets([escape(one) for one in shown.nevers])),
        field("When a member erases their data", boxes, is_optional=True),
        paragraph(render("sandbox/admin_stays")),
    ]
    return to_send(modal(TITLE, blocks, callback=ADMIN_VIEW), state, "Save")
