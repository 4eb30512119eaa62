"""The result on a ladder of behaviors: what the answers describe, the level, what the next one takes."""

from dataclasses import dataclass

from slack_sdk.models.blocks import Block, ButtonElement

from bot import ids
from bot.delivery import Message
from bot.views.bricks import button, fine_print, headline, menu, paragraph, row
from bot.views.numbers import number
from bot.views.tip_card import StepShown, tip_text, with_tip
from coaching.ladder import Ladder, LadderStanding
from content.message_catalog import Render, escape


@dataclass(frozen=True)
class LadderShown:
    """A finished self-check with everything its card needs; `last_level` is the one before, if any."""

    assessment_id: str
    words: Ladder
    answers: dict[str, float]
    standing: LadderStanding
    last_level: int | None

    def topic(self, behavior_id: str | None) -> str | None:
        found = self.words.behavior(behavior_id or "")
        return found.topic if found else None

    def place(self, level: int) -> str:
        """A level as it stands in a sentence, such as "level 1, Fluency"."""
        name = self.words.name_of(level)
        return f"level {level}, {name}" if level else name


def ladder_text(render: Render, result: LadderShown) -> str:
    """What the answers describe, in words that fit the case."""
    words, standing = result.words, result.standing
    at = words.level(standing.level) or words.before
    last, upcoming = result.last_level, standing.next_level
    is_lower = last is not None and last > standing.level
    return render(
        "assessments/ladder_result",
        describes=at.describes.rstrip("."),
        is_clear=standing.level == 0 and not is_lower,
        place=result.place(standing.level),
        last=None if last is None else result.place(last),
        same=last == standing.level,
        lower=is_lower,
        upcoming=None if upcoming is None else words.name_of(upcoming),
        missing=[result.topic(item) for item in standing.missing],
    )


def ladder_result_card(
    render: Render, result: LadderShown, step: StepShown | None, *, note: str | None = None
) -> Message:
    """The card at the end of a self-check on a ladder, with its next step and where it came from."""
    text, footer = ladder_text(render, result), ladder_footer(render, result)
    heading = f"Your self-check: {result.words.title}"
    about = (
        render("assessments/ladder_next_step", topic=result.topic(step.tip.question))
        if step
        else None
    )
    above: list[Block] = [headline(heading), paragraph(text)]
    blocks = with_tip(above, render, step, note=note, about=about)
    if len(result.standing.missing) > 1 and step and step.state == "offered":
        blocks.append(_focus_row(result))
    blocks += [_reading_row(result), fine_print(footer)]
    tip = (
        f"\n\n{tip_text(render, step.tip)}" if step and step.state in ("offered", "trying") else ""
    )
    return Message(text=f"{escape(heading)}. {text}{tip}\n\n{footer}", blocks=blocks)


def ladder_footer(render: Render, result: LadderShown) -> str:
    """What it is and who can see it."""
    return render("assessments/ladder_footer", total=number(len(result.answers)))


def _reading_row(result: LadderShown) -> Block:
    held, upcoming = result.standing.level, result.standing.next_level
    how = button("How this came about", action=ids.HOW, value=result.assessment_id)
    return row(
        how,
        _page("What this level means", ids.LADDER_ABOUT, result, held) if held else None,
        _page("See the next level", ids.LADDER, result, upcoming)
        if upcoming
        else _page("See the ladder", ids.LADDER, result, 0),
    )


def _page(label: str, action: str, result: LadderShown, level: int) -> ButtonElement:
    """A button to one level of the ladder, or to all of it."""
    return button(label, action=action, value=f"{result.words.framework}|{level}")


def _focus_row(result: LadderShown) -> Block:
    options = [
        (topic[:1].upper() + topic[1:], f"{result.assessment_id}|{item}")
        for item in result.standing.missing
        if (topic := result.topic(item))
    ]
    return row(menu("Choose another behavior", action=ids.FOCUS, options=options))
