"""The form in which admins switch permissions on."""

from collections.abc import Sequence
from dataclasses import dataclass

from slack_sdk.models.blocks import Block, InputBlock
from slack_sdk.models.views import View

from bot.slack.blocks import checks, modal, paragraph, plain
from bot.slack.phrases import number
from coaching.access.policy import Permission
from coaching.safe_text import Render, SafeText

PERMISSIONS = "access_permissions_asked"
PERMISSIONS_VIEW = "access_permissions_view"
TITLE = "Access"

FIELD = "access_on_"
GROUP = 10
"""Slack: how many checkboxes a field has at most."""

MOST_OFFERED = 80
"""How many permissions the form has room for: each has a paragraph, and a view at most 100 blocks."""


@dataclass(frozen=True)
class PermissionChoice:
    """A permission as the form shows it; `lacks_approver` when nobody is named to approve it."""

    permission: Permission
    takes: SafeText
    is_on: bool
    lacks_approver: bool


def permissions_form(render: Render, choices: Sequence[PermissionChoice]) -> View:
    """Return the form with every permission, in fields of ten; below each field what they are."""
    blocks: list[Block] = [paragraph(render("access/admin_form"))]
    offered = choices[:MOST_OFFERED]
    for at in range(0, len(offered), GROUP):
        some = offered[at : at + GROUP]
        boxes = checks(
            action=f"{FIELD}{at}",
            options=[(one.permission.title, one.permission.id) for one in some],
            chosen=[one.permission.id for one in some if one.is_on],
        )
        label = plain("Permissions that are on" if at == 0 else "More permissions")
        blocks.append(
            InputBlock(label=label, element=boxes, block_id=f"{FIELD}{at}", optional=True)
        )
        blocks += [_about(render, one) for one in some]
    if more := len(choices) - len(offered):
        blocks.append(paragraph(render("access/admin_more", many=number(more))))
    view = modal(TITLE, blocks, callback=PERMISSIONS_VIEW)
    view.submit, view.close = plain("Save"), plain("Cancel")
    return view


def _about(render: Render, one: PermissionChoice) -> Block:
    return paragraph(
        render(
            "access/admin_permission",
            title=one.permission.title,
            lets=one.permission.lets,
            risk=one.permission.risk,
            takes=one.takes,
            lacks=one.lacks_approver,
        )
    )


def is_of_form(field: str) -> bool:
    """Return whether this is one of the form's fields."""
    return field.startswith(FIELD)
