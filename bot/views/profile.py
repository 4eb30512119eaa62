"""What a member has said about themselves so far: their place, their path, their current step."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from slack_sdk.models.blocks import Block

from bot import ids
from bot.delivery import Message
from bot.views.bricks import bullets, button, fine_print, headline, line, paragraph, row
from bot.views.dates import day
from bot.views.notices import Say
from bot.views.numbers import number
from bot.views.question_card import CardState
from bot.views.tip_card import StepShown, tip_blocks, tip_text
from content.wording import escape

PATH_LENGTH = 8


@dataclass(frozen=True)
class Place:
    """One finished self-check on the member's path, in the words of its time."""

    assessment_id: str
    tier: float
    tier_name: str
    explained: str
    family: str
    family_id: str
    when: datetime


@dataclass(frozen=True)
class Profile:
    """Everything that `/rungs me` and the Home tab show."""

    family_name: str | None
    path: Sequence[Place]
    step: StepShown | None
    open_card: CardState | None

    @property
    def latest(self) -> Place | None:
        return self.path[0] if self.path else None


def said(say: Say, place: Place) -> str:
    """The line of the profile that comes from the member's own answers."""
    return say(
        "said_line",
        tier=place.tier,
        name=place.tier_name,
        family=place.family,
        when=day(place.when),
    )


def path_text(profile: Profile) -> str:
    """The tiers before the latest one, newest first."""
    earlier = profile.path[1:]
    shown = earlier[:PATH_LENGTH]
    lines = [
        f"{day(p.when)}: tier {p.tier:g}, {escape(p.tier_name)} ({escape(p.family)})" for p in shown
    ]
    rest = len(earlier) - len(shown)
    return "\n".join(bullets([*lines, *([f"and {number(rest)} earlier"] if rest else [])]))


def profile_message(say: Say, profile: Profile) -> Message:
    """The answer to `/rungs me`."""
    place = profile.latest
    if place is None:
        text = say("no_profile")
        start = button("Start the self-check", action=ids.START, style="primary")
        return Message(text=text, blocks=[paragraph(text), row(start)])
    text = f"{said(say, place)}\n{escape(place.explained)}"
    blocks: list[Block] = [headline("Where you stand"), paragraph(text), *_readings(place)]
    if len(profile.path) > 1:
        blocks.append(paragraph(f"*Your path*\n{path_text(profile)}"))
    if profile.step:
        blocks += [line(), paragraph(f"*Your step*\n{tip_text(say, profile.step.tip)}")]
        blocks.append(row(button("Open this step", action=ids.TIP)))
    else:
        blocks.append(row(button("Next step", action=ids.TIP, style="primary")))
    blocks.append(fine_print(say("home_private")))
    return Message(text=text, blocks=blocks)


def where_you_stand(say: Say, profile: Profile) -> list[Block]:
    """The profile's part of the Home tab."""
    place = profile.latest
    if place is None:
        return []
    blocks: list[Block] = [
        headline("Where you stand"),
        paragraph(f"{said(say, place)}\n{escape(place.explained)}"),
        *_readings(place),
    ]
    if profile.step:
        blocks += [headline("Your step"), *tip_blocks(say, profile.step)]
    else:
        blocks.append(row(button("Next step", action=ids.TIP, style="primary")))
    if len(profile.path) > 1:
        blocks += [headline("Your path"), paragraph(path_text(profile))]
    return blocks


def _readings(place: Place) -> list[Block]:
    return [
        row(
            button("How this came about", action=ids.HOW, value=place.assessment_id),
            button("See the map", action=ids.MAP, value=f"{place.family_id}|"),
        )
    ]
