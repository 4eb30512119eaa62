"""The page for admins, its second form as a page of Home, and the forms and the log behind its buttons."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from slack_sdk.models.blocks import Block, InputBlock, UserMultiSelectElement
from slack_sdk.models.views import View

from bot.buttons import HOME_VIEW
from bot.slack.api import Message
from bot.slack.blocks import (
    button,
    checks,
    fine_print,
    headline,
    line,
    modal,
    paragraph,
    paragraphs,
    plain,
    row,
)
from coaching.safe_text import Render, SafeText

ADMIN = "admin_asked"
HOME_BACK = "admin_home_left"
PARTS = "admin_parts_asked"
NAMED = "admin_named_asked"
LOG = "admin_log_asked"
LOG_OLDER = "admin_log_older"

PARTS_VIEW = "admin_parts_view"
NAMED_VIEW = "admin_named_view"
PARTS_TITLE = "What is on"
NAMED_TITLE = "Who can change this"

FAMILIES = "admin_families"
FRAMEWORKS = "admin_frameworks"
OPTIONAL = "admin_optional"
"""The beginnings of the action ids of checkboxes; a number follows."""

PEOPLE = "admin_people"
MOST_NAMED = 20
BOXES = 10
"""Slack: a group of checkboxes has at most ten."""

FROM_HOME = "home"
"""What a form carries that was opened on the Home tab."""


@dataclass(frozen=True)
class SectionView:
    """A section of the page: its title, what is set now in one sentence, and its button."""

    title: str
    line: str
    button: str
    action: str


def admin_message(render: Render, sections: Sequence[SectionView]) -> Message:
    """Return the page as a message."""
    opening = render("admin/page")
    return Message(text=opening, blocks=[paragraph(opening), *_section_blocks(sections)])


def admin_home(render: Render, sections: Sequence[SectionView], *, note: str | None = None) -> View:
    """Return the page as a page of the Home tab; `note` says what was changed."""
    blocks: list[Block] = [
        row(button("Back to Home", action=HOME_BACK)),
        headline("Admin"),
        paragraph(render("admin/page")),
    ]
    blocks += [paragraph(note)] if note else []
    return View(
        type="home", callback_id=HOME_VIEW, blocks=[*blocks, line(), *_section_blocks(sections)]
    )


def _section_blocks(sections: Sequence[SectionView]) -> list[Block]:
    return [
        paragraph(
            f"*{one.title}*\n{one.line}",
            beside=button(one.button, action=one.action, spoken=f"{one.button}: {one.title}"),
        )
        for one in sections
    ]


@dataclass(frozen=True)
class Choice:
    """Something that can be switched: its id, its name, and whether it is on."""

    id: str
    name: str
    is_on: bool


@dataclass(frozen=True)
class OptionalPart:
    """An optional capability; `needs` are sentences, and empty when it is on or can be."""

    choice: Choice
    about: str
    needs: Sequence[str] = ()


@dataclass(frozen=True)
class Parts:
    """What can be switched in a workspace; `agent_ladder` is the ladder that lists of agents need."""

    families: Sequence[Choice]
    frameworks: Sequence[Choice]
    optional: Sequence[OptionalPart]
    agent_ladder: str | None = None


def parts_form(render: Render, parts: Parts, *, carried: str, note: str | None = None) -> View:
    """Return the form with all that can be switched; `note` says why the last one was not saved."""
    blocks: list[Block] = [paragraph(note)] if note else []
    blocks.append(paragraph(render("admin/parts_about")))
    blocks += _boxes("Role families", FAMILIES, parts.families)
    blocks += _boxes("Other ladders", FRAMEWORKS, parts.frameworks)
    if parts.agent_ladder:
        blocks.append(fine_print(render("admin/parts_agents", name=parts.agent_ladder)))
    blocks += _optional(render, parts.optional)
    return _form(PARTS_TITLE, blocks, callback=PARTS_VIEW, carried=carried)


def _optional(render: Render, optional: Sequence[OptionalPart]) -> list[Block]:
    if not optional:
        return []
    told = [
        render("admin/optional_part", title=one.choice.name, about=one.about, needs=one.needs)
        for one in optional
    ]
    can_be_on = [one.choice for one in optional if not one.needs]
    return [
        line(),
        *paragraphs([render("admin/optional_about"), *told], between="\n\n"),
        *_boxes("Optional parts", OPTIONAL, can_be_on),
    ]


def _boxes(label: str, action: str, choices: Sequence[Choice]) -> Iterator[Block]:
    """Return groups of checkboxes, as many as Slack's limit asks for."""
    for at in range(0, len(choices), BOXES):
        some, place = choices[at : at + BOXES], at // BOXES
        element = checks(
            action=f"{action}:{place}",
            options=[(one.name, one.id) for one in some],
            chosen={one.id for one in some if one.is_on},
        )
        text = f"{label}, continued" if place else label
        name = f"{action}:{place}"
        yield InputBlock(label=plain(text), element=element, block_id=name, optional=True)


def named_form(render: Render, named: Sequence[str], *, carried: str) -> View:
    """Return the form with the people who were named."""
    element = UserMultiSelectElement(
        action_id=PEOPLE,
        placeholder="Choose people",
        initial_users=list(named) or None,
        max_selected_items=MOST_NAMED,
    )
    people = InputBlock(
        label=plain("Who else can change this"), element=element, block_id=PEOPLE, optional=True
    )
    about = paragraph(render("admin/admins_about", most=MOST_NAMED))
    return _form(NAMED_TITLE, [about, people], callback=NAMED_VIEW, carried=carried)


def named_page(render: Render, named: SafeText | None) -> View:
    """Return the same for somebody who may not name others."""
    told = paragraph(render("admin/admins_alone", named=named))
    return modal(NAMED_TITLE, [told], callback=NAMED_VIEW)


def _form(title: str, blocks: Sequence[Block], *, callback: str, carried: str) -> View:
    view = modal(title, blocks, callback=callback)
    view.submit, view.close = plain("Save"), plain("Cancel")
    view.private_metadata = carried
    return view


def log_message(render: Render, entries: Sequence[str], *, older: str | None) -> Message:
    """Return the changes, newest first; `older` is the value of the button that leads on, if one does."""
    if not entries:
        text = render("admin/log_none")
        return Message(text=text, blocks=[paragraph(text)])
    opening = render("admin/log_head")
    blocks = [paragraph(opening), *paragraphs(entries)]
    if older:
        blocks.append(row(button("Older changes", action=LOG_OLDER, value=older)))
    return Message(text=opening, blocks=blocks)
