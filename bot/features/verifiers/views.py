"""The windows in which admins say who verifies on which ladder, and who its steward is."""

from collections.abc import Sequence
from dataclasses import dataclass

from slack_sdk.models.blocks import (
    Block,
    InputBlock,
    Option,
    StaticMultiSelectElement,
    StaticSelectElement,
    UserMultiSelectElement,
    UserSelectElement,
)
from slack_sdk.models.views import View

from bot.slack.blocks import button, fine_print, line, modal, paragraph, plain
from bot.slack.phrases import MemberClock, capitalized, counted, listed, number, person
from coaching.evidence import LadderKey
from coaching.safe_text import Render, SafeText, escape
from coaching.verifiers import VERIFIERS_NEEDED, Lack
from content.evidence import ClaimLadder
from content.limits import BUTTON
from storage.evidence.desk import Age
from storage.holders import RoleGroup

PEOPLE = "verifiers_asked"
CHANGE = "verifiers_changed"
PEOPLE_VIEW = "verifiers_view"
LADDER_VIEW = "verifiers_ladder_view"
TITLE = "Who verifies"

NAMED = "verifiers_named"
GROUPS = "verifiers_groups"
STEWARD = "verifiers_steward"
RULE = "verifiers_rule"
MONTHS = "verifiers_months"

NOBODY = "0"
MONTH_CHOICES = (6, 12, 18, 24, 36)
MOST_NAMED, MOST_GROUPS, MOST_OFFERED = 20, 10, 100
MOST_CLAIMS = 10
"""How many waiting claims of a ladder the window lists."""


@dataclass(frozen=True)
class LadderPeople:
    """A ladder with those who decide on it: whom admins named, its groups, its rule, and its steward.

    `count` is how many can verify now. `claims` are those that wait for a decision.
    """

    ladder: ClaimLadder
    named: Sequence[str] = ()
    groups: Sequence[RoleGroup] = ()
    rule_level: int | None = None
    months: int = 12
    steward: str | None = None
    count: int = 0
    lacks: Sequence[Lack] = ()
    claims: Sequence[Age] = ()

    @property
    def key(self) -> LadderKey:
        """The ladder that it is about."""
        return self.ladder.key

    @property
    def value(self) -> str:
        """The ladder as buttons and forms carry it."""
        return place_of(self.key)

    @property
    def is_set(self) -> bool:
        """Whether admins set anything for it."""
        return bool(self.named or self.groups or self.rule_level or self.steward)


def people_window(render: Render, ladders: Sequence[LadderPeople], clock: MemberClock) -> View:
    """Return the window with all ladders and who decides on them."""
    blocks: list[Block] = [paragraph(render("verifiers/people"))]
    for one in ladders:
        change = button(
            "Change", action=CHANGE, value=one.value, spoken=f"Change {one.ladder.title}"
        )
        blocks += [line(), paragraph(_ladder_text(render, one, clock), beside=change)]
    return modal(TITLE, blocks, callback=PEOPLE_VIEW)


def _ladder_text(render: Render, one: LadderPeople, clock: MemberClock) -> str:
    unread = [group for group in one.groups if group.problem]
    rule = one.ladder.level(one.rule_level) if one.rule_level else None
    return render(
        "verifiers/ladder",
        ladder=one.ladder.title,
        people=listed(person(user) for user in one.named) if one.named else None,
        groups=_handles(one.groups),
        rule=rule.short_name if rule else None,
        steward=person(one.steward) if one.steward else None,
        lacks_verifiers=one.is_set and "verifiers" in one.lacks,
        lacks_steward=one.is_set and "steward" in one.lacks,
        needed=number(VERIFIERS_NEEDED),
        now=number(one.count),
        unread=_handles(unread),
        claims=[
            {"number": age.number, "day": clock.day(age.since), "is_taken": age.is_taken}
            for age in one.claims[:MOST_CLAIMS]
        ],
    )


def _handles(groups: Sequence[RoleGroup]) -> SafeText | None:
    found = [SafeText(f"`@{escape(one.handle)}`") for one in groups]
    return listed(found) if found else None


@dataclass(frozen=True)
class GroupChoice:
    """The user groups that a form offers, as (name, id); `is_refused` where the scope is missing."""

    offered: Sequence[tuple[str, str]] = ()
    is_refused: bool = False


def ladder_form(render: Render, shown: LadderPeople, choice: GroupChoice) -> View:
    """Return the form of one ladder."""
    named = UserMultiSelectElement(
        action_id=NAMED,
        placeholder="Choose people",
        initial_users=list(shown.named) or None,
        max_selected_items=MOST_NAMED,
    )
    steward = UserSelectElement(
        action_id=STEWARD, placeholder="Choose a person", initial_user=shown.steward
    )
    blocks: list[Block] = [
        paragraph(render("verifiers/ladder_form", ladder=shown.ladder.title)),
        _input("Verifiers", named, NAMED),
    ]
    if choice.offered:
        blocks.append(_input("Verifiers: user groups", _groups(shown, choice), GROUPS))
    elif choice.is_refused:
        blocks.append(fine_print(render("verifiers/scope")))
    blocks += [
        _input("Whoever is verified at this level or above may say yes", _rule(shown), RULE),
        _input("Steward", steward, STEWARD),
        _input("A verified level lasts", _months(shown), MONTHS),
    ]
    view = modal(TITLE, blocks, callback=LADDER_VIEW)
    view.submit, view.close = plain("Save"), plain("Cancel")
    view.private_metadata = shown.value
    return view


def _groups(shown: LadderPeople, choice: GroupChoice) -> StaticMultiSelectElement:
    options = [
        Option(text=plain(name, BUTTON), value=group_id)
        for name, group_id in choice.offered[:MOST_OFFERED]
    ]
    chosen = {one.group_id for one in shown.groups}
    return StaticMultiSelectElement(
        action_id=GROUPS,
        placeholder="Choose groups",
        options=options,
        initial_options=[one for one in options if one.value in chosen] or None,
        max_selected_items=MOST_GROUPS,
    )


def _rule(shown: LadderPeople) -> StaticSelectElement:
    levels = [(one.name, str(one.level)) for one in shown.ladder.levels]
    return _select(
        RULE, [("Nobody by this rule", NOBODY), *levels], str(shown.rule_level or NOBODY)
    )


def _months(shown: LadderPeople) -> StaticSelectElement:
    choices = sorted({*MONTH_CHOICES, shown.months})
    options = [(f"{one} months", str(one)) for one in choices]
    return _select(MONTHS, options, str(shown.months))


def _select(action: str, choices: Sequence[tuple[str, str]], chosen: str) -> StaticSelectElement:
    options = [Option(text=plain(label, BUTTON), value=value) for label, value in choices]
    first = next((one for one in options if one.value == chosen), None)
    return StaticSelectElement(action_id=action, options=options, initial_option=first)


def _input(
    label: str,
    element: UserMultiSelectElement
    | UserSelectElement
    | StaticMultiSelectElement
    | StaticSelectElement,
    name: str,
) -> Block:
    return InputBlock(label=plain(label), element=element, block_id=name, optional=True)


def section_text(render: Render, ladders: Sequence[LadderPeople]) -> str:
    """Return the line of the section: on which ladders levels can be verified, and what waits there."""
    ready = [escape(one.ladder.title) for one in ladders if not one.lacks]
    waiting = sum(len(one.claims) for one in ladders)
    return render(
        "verifiers/line",
        ready=listed(ready) if ready else None,
        many=capitalized(counted(waiting, "claim")) if waiting else None,
        is_one=waiting == 1,
    ).strip()


def place_of(ladder: LadderKey) -> str:
    """Return a ladder as buttons and forms carry it."""
    return f"{ladder.framework}:{ladder.family}"


def ladder_of(value: str) -> LadderKey:
    """Return the ladder that `place_of` wrote."""
    framework, _, family = value.partition(":")
    return LadderKey(framework, family)
