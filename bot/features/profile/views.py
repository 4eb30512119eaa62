"""The profile: the latest result and the earlier ones in each framework, the steps done, the current step."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from slack_sdk.models.blocks import Block, ButtonElement

from bot.assessments.mean_score import described_text
from bot.assessments.min_views import meaning_of_grade
from bot.assessments.result_views import path_chart, place_name, scale_picture, short_place_name
from bot.assessments.step_views import StepView, step_heading, step_notes, step_text
from bot.assessments.values import HOW, CardState
from bot.buttons import ACCESS, CROSSWALK, LADDER, MAP, PROVE, START, TIP
from bot.slack.api import Message
from bot.slack.blocks import bullets, button, line, paragraph, row
from bot.slack.pages import Chart, Page
from bot.slack.phrases import axis_days, number
from coaching.assessment import Words
from coaching.ladder_score import Ladder
from coaching.mean_score import MeanStanding, Questionnaire
from coaching.min_score import Criteria
from coaching.safe_text import Render, SafeText, escape

PATH_LENGTH = 8
"""The earlier results and the steps done that are listed; the number of the others follows."""

PATH_ROOM = 2000
FEWEST_POINTS = 3
"""A line through two results would say no more than the words."""

MOST_CHARTS = 2
"""Slack's limit for a message."""


@dataclass(frozen=True)
class Place:
    """One finished self-check, in the words that were shown then.

    `number` is the tier or the level, `last` and `last_name` are of the self-check before it in the same
    family. `answers` are empty on a ladder; `standing` is there where the result is a mean. `at` is when
    it ended, `on` that date in words, `day` the same date.
    """

    assessment_id: str
    words: Words
    number: float
    last: float | None
    last_name: str | None
    answers: Mapping[str, float]
    standing: MeanStanding | None
    at: datetime
    on: SafeText
    day: date

    @property
    def name(self) -> str:
        """The place on the scale or the ladder, such as "tier 2, AI-Integrated"."""
        return place_name(self.words, self.number, self.answers)

    @property
    def short_name(self) -> str:
        """The same without the name of a place that has a number, such as "tier 2"."""
        is_grade = isinstance(self.words, Criteria)
        return self.name if is_grade else short_place_name(self.words, self.number)


@dataclass(frozen=True)
class FrameworkResults:
    """The results in one framework, newest first; results of two frameworks are never merged.

    `framework` is empty for the role families, here and below. With `has_map`, what the latest result is
    about can still be looked at. `lines` say what was said, checked and verified, where the two are on.
    """

    framework: str
    path: Sequence[Place]
    has_map: bool = True
    lines: Sequence[str] = ()

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
class DoneStep:
    """A step that the member did, with the date in words."""

    title: str
    on: SafeText


@dataclass(frozen=True)
class DoneSteps:
    """The steps that the member did last, newest first, and how many they did in all."""

    newest: Sequence[DoneStep]
    count: int


@dataclass(frozen=True)
class Profile:
    """What `/rungs me` and the Home tab show; `open_cards` are the open self-checks by framework.

    `others` are the lines of ladders of which something is checked or verified and nothing was said.
    `has_access` while permissions depend on what is verified.
    """

    family_name: str | None
    parts: Sequence[FrameworkResults]
    step: StepView | None
    open_cards: Mapping[str, CardState]
    offered: Sequence[OfferedCheck]
    has_crosswalk: bool
    others: Sequence[Sequence[str]] = ()
    can_prove: bool = False
    has_access: bool = False


def profile_message(render: Render, profile: Profile, done: DoneSteps) -> Message:
    """Return the answer to `/rungs me`."""
    if not profile.parts:
        text = render("profile/no_result")
        start = button("Start the self-check", action=START, style="primary")
        others = standing_blocks(profile.others, can_prove=profile.can_prove)
        told = "\n\n".join([text, *map("\n".join, profile.others)])
        return Message(text=told, blocks=[paragraph(text), row(start), *others, *_access(profile)])
    page, charts = Page(render), 0
    page.title("Where you stand")
    for part in profile.parts:
        page.show(paragraph(place_text(render, part.latest)))
        page.show(*standing_blocks([part.lines], can_prove=profile.can_prove))
        page.show(_reading_row(profile, part))
        page.aloud(place_words(render, part.latest), *part.lines)
        chart = _path_chart(part) if charts < MOST_CHARTS else None
        charts += chart is not None
        page.show(chart)
        page.listing(
            _path_lines(render, part), room=PATH_ROOM, heading=f"*{_path_title(profile, part)}*"
        )
    page.show(*standing_blocks(profile.others, can_prove=profile.can_prove))
    page.aloud(*(line for lines in profile.others for line in lines))
    page.listing(_done_lines(done), room=PATH_ROOM, heading=f"*{render('profile/steps_done')}*")
    _show_step(page, render, profile.step)
    page.show(*_access(profile))
    page.small(render("home/private", can_prove=profile.can_prove))
    return page.message()


def _access(profile: Profile) -> list[Block]:
    return [row(button("What I may use", action=ACCESS))] if profile.has_access else []


def standing_blocks(ladders: Sequence[Sequence[str]], *, can_prove: bool) -> list[Block]:
    """Return the lines of each ladder, with a button to have a level verified where that is on."""
    return [
        paragraph(
            "\n".join(lines),
            beside=button("Have a level verified", action=PROVE) if can_prove else None,
        )
        for lines in ladders
        if lines
    ]


def _show_step(page: Page, render: Render, step: StepView | None) -> None:
    if step is None:
        page.show(row(button("Next step", action=TIP, style="primary")))
        return
    page.show(line())
    page.tell(f"*{step_heading(step)}*\n{step_text(render, step.tip)}")
    if notes := step_notes(render, step.tip, step.tools):
        page.small(notes)
    page.show(row(button("Open this step", action=TIP)))


def place_text(render: Render, place: Place) -> str:
    """Return a result with the picture of its scale and with what the answers describe."""
    picture = scale_picture(render, place.words, place.number, place.last)
    return f"{_said_line(render, place)}\n{picture}\n{_meaning(render, place)}"


def place_words(render: Render, place: Place) -> str:
    """Return the same without the picture, for screen readers."""
    return f"{_said_line(render, place)}\n{_meaning(render, place)}"


def _said_line(render: Render, place: Place) -> str:
    return render(
        "profile/said_line",
        place=place.name,
        family=place.words.title,
        on=place.on,
        same=place.last_name == place.short_name,
        last=place.last_name,
    )


def _meaning(render: Render, place: Place) -> str:
    """Return what the answers describe."""
    match place.words:
        case Questionnaire() if place.standing:
            return described_text(render, place.words, place.standing)
        case Criteria():
            return meaning_of_grade(render, place.words, place.answers)
        case Ladder():
            at = place.words.level(int(place.number)) or place.words.before
            return f"Your answers describe {escape(at.describes.rstrip('.'))}."
    return ""


def _path_lines(render: Render, part: FrameworkResults) -> list[str]:
    """The results before the latest one, newest first."""
    earlier = part.path[1:]
    lines = [_path_line(render, place) for place in earlier[:PATH_LENGTH]]
    return bullets([*lines, *_others(len(earlier) - len(lines))])


def _path_line(render: Render, place: Place) -> str:
    words, standing = place.words, place.standing
    between = words.between(standing) if isinstance(words, Questionnaire) and standing else ()
    return render(
        "profile/path_line",
        on=place.on,
        place=place.name,
        family=words.title,
        between=between,
    )


def _done_lines(done: DoneSteps) -> list[str]:
    lines = [f"{step.on}: {escape(step.title)}" for step in done.newest]
    return bullets([*lines, *_others(done.count - len(lines))])


def _others(count: int) -> list[str]:
    return [f"and {number(count)} earlier"] if count > 0 else []


def _path_chart(part: FrameworkResults) -> Chart | None:
    """Return a chart of the listed results in the family of the latest one; None for fewer than three."""
    latest = part.latest
    listed = part.path[: PATH_LENGTH + 1]
    shown = [place for place in listed if place.words.family == latest.words.family][::-1]
    if len(shown) < FEWEST_POINTS:
        return None
    title, results = f"Your path: {latest.words.title}", [place.number for place in shown]
    categories = axis_days([place.day for place in shown])
    return path_chart(latest.words, title, results, categories=categories)


def _path_title(profile: Profile, part: FrameworkResults) -> str:
    """The heading of a path, with the framework's title when there are several."""
    return (
        "Your path" if len(profile.parts) == 1 else f"Your path: {escape(part.latest.words.title)}"
    )


def _reading_row(profile: Profile, part: FrameworkResults) -> Block:
    is_last = part is profile.parts[-1]
    relate = button("How the ladders relate", action=CROSSWALK)
    return row(
        how_button(part.latest),
        map_button(part),
        relate if profile.has_crosswalk and is_last else None,
    )


def how_button(place: Place) -> ButtonElement:
    """Return the button to the answers of a result and the rule."""
    return button("Why this result", action=HOW, value=place.assessment_id)


def map_button(part: FrameworkResults) -> ButtonElement | None:
    """Return the button to the map of a role family or to the ladder of behaviors, else None."""
    words = part.latest.words
    if not part.has_map:
        return None
    if words.scoring == "ladder":
        return button("See the ladder", action=LADDER, value=f"{part.framework}|")
    if not part.framework:
        return button("See the map", action=MAP, value=f"{words.family}|")
    return None
