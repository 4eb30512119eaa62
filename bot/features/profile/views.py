"""The profile: the latest result and the earlier ones in each framework, and the current step."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from slack_sdk.models.blocks import Block, ButtonElement

from bot.assessments.step_views import StepView, step_blocks, step_text
from bot.assessments.values import HOW, CardState
from bot.buttons import CROSSWALK, LADDER, MAP, START, TIP
from bot.slack.api import Message
from bot.slack.blocks import bullets, button, fine_print, headline, line, paragraph, row
from bot.slack.phrases import MemberClock, number
from coaching.assessment import Scoring, Words
from coaching.ladder_score import Ladder
from coaching.mean_score import Questionnaire
from coaching.min_score import Criteria
from content.safe_text import Render, SafeText, escape

PATH_LENGTH = 8


@dataclass(frozen=True)
class Place:
    """One finished self-check, in the words that were shown then."""

    assessment_id: str
    mark: str
    explained: str
    title: str
    family_id: str
    scoring: Scoring
    when: datetime
    clock: MemberClock

    @property
    def on(self) -> SafeText:
        """The date where the member is."""
        return self.clock.day(self.when)


@dataclass(frozen=True)
class FrameworkResults:
    """The results in one framework, newest first; results of two frameworks are never merged.

    `framework` is empty for the role families, here and below.
    """

    framework: str
    path: Sequence[Place]

    @property
    def latest(self) -> Place:
        return self.path[0]


@dataclass(frozen=True)
class OfferedCheck:
    """A self-check beside the role families."""

    framework: str
    name: str
    summary: str
    is_taken: bool


@dataclass(frozen=True)
class Profile:
    """What `/rungs me` and the Home tab show; `open_cards` are the open self-checks by framework."""

    family_name: str | None
    parts: Sequence[FrameworkResults]
    step: StepView | None
    open_cards: Mapping[str, CardState]
    offered: Sequence[OfferedCheck]
    has_crosswalk: bool


def mark_of(words: Words, *, tier: float | None, level: int | None) -> str:
    """Return the place on the scale or the ladder, such as "tier 2, AI-Integrated"."""
    match words:
        case Questionnaire():
            found = words.tier(tier or 0)
            return f"tier {found.tier:g}, {found.name}"
        case Ladder():
            return f"level {level}, {words.name_of(level)}" if level else words.before.name
        case Criteria():
            return words.name_of(level or 0)
    return ""


def meaning_of(words: Words, *, tier: float | None, level: int | None) -> str:
    """Return the description of that place."""
    match words:
        case Questionnaire():
            return words.tier(tier or 0).explained
        case Ladder() | Criteria():
            at = words.level(level or 0)
            return f"Your answers describe {(at or words.before).describes.rstrip('.')}."
    return ""


def _said_line(render: Render, place: Place) -> str:
    return render("profile/said_line", mark=place.mark, family=place.title, when=place.on)


def _path_text(part: FrameworkResults) -> str:
    """The results before the latest one, newest first."""
    earlier = part.path[1:]
    shown = earlier[:PATH_LENGTH]
    lines = [f"{p.on}: {escape(p.mark)} ({escape(p.title)})" for p in shown]
    rest = len(earlier) - len(shown)
    return "\n".join(bullets([*lines, *([f"and {number(rest)} earlier"] if rest else [])]))


def profile_message(render: Render, profile: Profile) -> Message:
    """Return the answer to `/rungs me`."""
    if not profile.parts:
        text = render("profile/no_result")
        start = button("Start the self-check", action=START, style="primary")
        return Message(text=text, blocks=[paragraph(text), row(start)])
    texts = [_place_text(render, part.latest) for part in profile.parts]
    blocks: list[Block] = [headline("Where you stand")]
    for part, text in zip(profile.parts, texts, strict=True):
        blocks += [paragraph(text), _reading_row(profile, part)]
        if len(part.path) > 1:
            blocks.append(paragraph(f"*{_path_title(profile, part)}*\n{_path_text(part)}"))
    if profile.step:
        blocks += [line(), paragraph(f"*Your step*\n{step_text(render, profile.step.tip)}")]
        blocks.append(row(button("Open this step", action=TIP)))
    else:
        blocks.append(row(button("Next step", action=TIP, style="primary")))
    blocks.append(fine_print(render("home/private")))
    return Message(text="\n\n".join(texts), blocks=blocks)


def home_results(render: Render, profile: Profile) -> list[Block]:
    """Return the blocks of the profile on the Home tab; none before the first result."""
    if not profile.parts:
        return []
    blocks: list[Block] = [headline("Where you stand")]
    for part in profile.parts:
        blocks += [paragraph(_place_text(render, part.latest)), _reading_row(profile, part)]
    if profile.step:
        blocks += [headline("Your step"), *step_blocks(render, profile.step)]
    else:
        blocks.append(row(button("Next step", action=TIP, style="primary")))
    for part in profile.parts:
        if len(part.path) > 1:
            blocks += [headline(_path_title(profile, part)), paragraph(_path_text(part))]
    return blocks


def _place_text(render: Render, place: Place) -> str:
    return f"{_said_line(render, place)}\n{escape(place.explained)}"


def _path_title(profile: Profile, part: FrameworkResults) -> str:
    """The heading of a path, with the framework's title when there are several."""
    return "Your path" if len(profile.parts) == 1 else f"Your path: {part.latest.title}"


def _reading_row(profile: Profile, part: FrameworkResults) -> Block:
    place, is_last = part.latest, part is profile.parts[-1]
    relate = button("How the ladders relate", action=CROSSWALK)
    return row(
        button("How this came about", action=HOW, value=place.assessment_id),
        _map_button(part.framework, place),
        relate if profile.has_crosswalk and is_last else None,
    )


def _map_button(framework: str, place: Place) -> ButtonElement | None:
    """The button to the map of a role family or to the ladder of behaviors; None for other frameworks."""
    if place.scoring == "ladder":
        return button("See the ladder", action=LADDER, value=f"{framework}|")
    if not framework:
        return button("See the map", action=MAP, value=f"{place.family_id}|")
    return None
