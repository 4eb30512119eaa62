"""The result of a self-check: what the answers describe, the tier, one habit worth keeping, one next step."""

from dataclasses import dataclass

from slack_sdk.models.blocks import Block

from bot import ids
from bot.delivery import Message
from bot.views.bricks import button, fine_print, headline, menu, paragraph, row
from bot.views.numbers import number
from bot.views.tip_card import StepShown, tip_text, with_tip
from coaching.questionnaire import Questionnaire
from coaching.tiers import LEVELS, NONE_YET, Standing
from content.message_catalog import Render, escape

TOP = LEVELS[-1]


@dataclass(frozen=True)
class ResultShown:
    """A finished self-check with everything its card needs; `last_tier` is the one before, if any."""

    assessment_id: str
    words: Questionnaire
    answers: dict[str, float]
    standing: Standing
    last_tier: float | None

    @property
    def next_level(self) -> int:
        """The level of the map that comes next after this tier."""
        return min(3, int(self.standing.tier) + 1)


def result_text(render: Render, result: ResultShown) -> str:
    """What the answers describe, in words that fit the case."""
    words, standing = result.words, result.standing
    tier = words.tier(standing.tier)
    low, high = words.question(standing.lowest_question), words.question(standing.highest_question)
    top = max(result.answers.values())
    best = high.answer_at(top) if high else None
    return render(
        "self_check/result",
        nothing_fits=top == NONE_YET,
        top=standing.floor == TOP,
        uneven=standing.is_uneven,
        tier=standing.tier,
        name=tier.name,
        describes=tier.describes,
        keep=best.keep if best else None,
        last=result.last_tier,
        low=standing.floor,
        high=standing.floor + standing.spread,
        low_topic=low.topic if low else "",
        high_topic=high.topic if high else "",
        total=number(len(result.answers)),
        choices=number(len(LEVELS)),
    )


def result_card(
    render: Render, result: ResultShown, step: StepShown | None, *, note: str | None = None
) -> Message:
    """The card at the end of a self-check, with its next step and where it came from."""
    text = result_text(render, result)
    footer = render("self_check/footer", total=number(len(result.answers)))
    heading = f"Your self-check: {result.words.title}"
    above: list[Block] = [headline(heading), paragraph(text)]
    blocks = with_tip(above, render, step, note=note, about=_about(render, result, step))
    if result.standing.is_uneven and step and step.state == "offered":
        blocks.append(_focus_row(result))
    blocks.append(_reading_row(result))
    blocks.append(fine_print(footer))
    tip = (
        f"\n\n{tip_text(render, step.tip)}" if step and step.state in ("offered", "trying") else ""
    )
    return Message(text=f"{escape(heading)}. {text}{tip}\n\n{footer}", blocks=blocks)


def _about(render: Render, result: ResultShown, step: StepShown | None) -> str | None:
    """Where the next half-step comes from; a lesson says that itself."""
    if step is None or step.tip.series:
        return None
    question = result.words.question(step.tip.question or "")
    topic = question.topic if question else None
    return render("self_check/next_step", topic=topic, top=step.tip.from_tier == TOP)


def _reading_row(result: ResultShown) -> Block:
    how = button("How this came about", action=ids.HOW, value=result.assessment_id)
    if result.words.family == result.words.framework:
        # Only role families have a map.
        return row(how)
    label = "See the next level" if result.standing.tier < TOP else "See the map"
    value = f"{result.words.family}|{result.next_level}"
    return row(how, button(label, action=ids.MAP, value=value))


def _focus_row(result: ResultShown) -> Block:
    options = [
        (question.topic[:1].upper() + question.topic[1:], f"{result.assessment_id}|{question.id}")
        for question in result.words.questions
    ]
    return row(menu("Choose another question", action=ids.FOCUS, options=options))
