"""The windows in which admins say who has which role."""

from collections.abc import Sequence
from dataclasses import dataclass

from slack_sdk.models.blocks import (
    Block,
    InputBlock,
    Option,
    StaticMultiSelectElement,
    UserMultiSelectElement,
)
from slack_sdk.models.views import View

from bot.feature import Role
from bot.slack.blocks import button, fine_print, line, modal, paragraph, plain, row
from bot.slack.phrases import listed, person
from coaching.safe_text import Render, SafeText, escape
from content.limits import BUTTON

PEOPLE = "people_asked"
ROLE_CHANGE = "people_role_changed"
ROLE_GROUPS = "people_groups_wanted"
ROLES_VIEW = "people_view"
ROLE_VIEW = "people_role_view"
TITLE = "People"

NAMED = "people_named"
GROUPS = "people_groups"

MOST_NAMED = 20
MOST_GROUPS = 10
MOST_OFFERED = 100
"""Slack: a menu has at most a hundred options."""


@dataclass(frozen=True)
class GroupView:
    """A user group that has a role; `problem` says why its people do not: scope, gone,
    refused, or late."""

    id: str
    handle: str
    problem: str | None = None


@dataclass(frozen=True)
class RoleView:
    """A role with those who have it."""

    role: Role
    named: Sequence[str]
    groups: Sequence[GroupView]

    @property
    def people(self) -> SafeText | None:
        """The members who are named."""
        return listed(person(one) for one in self.named) if self.named else None

    @property
    def handles(self) -> SafeText | None:
        """The groups, such as "group @leads"."""
        if not self.groups:
            return None
        names = listed(SafeText(f"`@{escape(one.handle)}`") for one in self.groups)
        return SafeText(f"{'groups' if len(self.groups) > 1 else 'group'} {names}")


def roles_window(render: Render, roles: Sequence[RoleView], *, install_url: str) -> View:
    """Return the window with all roles and who has them."""
    blocks: list[Block] = [paragraph(render("holders/about" if roles else "holders/none"))]
    for one in roles:
        text = render(
            "holders/role",
            title=one.role.title,
            sees=one.role.sees,
            people=one.people,
            groups=one.handles,
            problems=[each for each in one.groups if each.problem],
            install_url=install_url,
        )
        change = button(
            "Change", action=ROLE_CHANGE, value=one.role.name, spoken=f"Change {one.role.title}"
        )
        blocks += [line(), paragraph(text, beside=change)]
    return modal(TITLE, blocks, callback=ROLES_VIEW)


@dataclass(frozen=True)
class GroupChoice:
    """What the form offers of groups: (name, id) of each, or why none; neither before they are asked for."""

    offered: Sequence[tuple[str, str]] = ()
    problem: str | None = None


def role_form(render: Render, shown: RoleView, choice: GroupChoice, *, install_url: str) -> View:
    """Return the form of one role; its metadata is the name of the role."""
    role = shown.role
    named = UserMultiSelectElement(
        action_id=NAMED,
        placeholder="Choose people",
        initial_users=list(shown.named) or None,
        max_selected_items=MOST_NAMED,
    )
    blocks: list[Block] = [
        paragraph(render("holders/form", title=role.title, sees=role.sees)),
        InputBlock(label=plain("Members"), element=named, block_id=NAMED, optional=True),
    ]
    if choice.offered:
        blocks.append(_groups(shown, choice))
    elif choice.problem:
        blocks.append(fine_print(render(choice.problem, install_url=install_url)))
    else:
        blocks.append(row(button("Use a user group", action=ROLE_GROUPS, value=role.name)))
    view = modal(TITLE, blocks, callback=ROLE_VIEW)
    view.submit, view.close = plain("Save"), plain("Cancel")
    view.private_metadata = role.name
    return view


def _groups(shown: RoleView, choice: GroupChoice) -> Block:
    options = [
        Option(text=plain(name, BUTTON), value=group_id)
        for name, group_id in choice.offered[:MOST_OFFERED]
    ]
    chosen = {one.id for one in shown.groups}
    element = StaticMultiSelectElement(
        action_id=GROUPS,
        placeholder="Choose groups",
        options=options,
        initial_options=[one for one in options if one.value in chosen] or None,
        max_selected_items=MOST_GROUPS,
    )
    return InputBlock(label=plain("User groups"), element=element, block_id=GROUPS, optional=True)
