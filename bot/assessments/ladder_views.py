"""Cards, result and explanation of a ladder of behaviors; while answering, the level is not named."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from string import ascii_uppercase

from slack_sdk.models.blocks import Block, ButtonElement, SectionBlock
from slack_sdk.models.views import View

from bot.assessments.card_views import ways_out
from bot.assessments.result_views import place_name, scale_picture
from bot.assessments.step_views import StepView, step_words, with_step
from bot.assessments.values import (
    FOCUS,
    HOW,
    HOW_LEVEL,
    HOW_VIEW,
    NEXT,
    PICK,
    AnswerValue,
    CardState,
)
from bot.buttons import LADDER, LADDER_ABOUT
from bot.slack.api import Message
from bot.slack.blocks import (
    bullets,
    button,
    fine_print,
    headline,
    line,
    menu,
    modal,
    paragraph,
    row,
    running,
)
from bot.slack.phrases import capitalized, number, part
from coaching.assessment import Card
from coaching.ladder_score import (
    BEHAVIOR_CHOICES,
    HELD_FROM,
    Behavior,
    Ladder,
    LadderLevel,
    LadderStanding,
    is_behavior_held,
)
from coaching.safe_text import Render, escape


def behaviors_card(
    render: Render,
    state: CardState,
    words: Ladder,
    card: Card,
    *,
    picked: Mapping[str, float],
    note: str | None = None,
) -> Message:
    """Return the behaviors of one level as full texts with letters, each with a menu of the four choices."""
    place, behaviors = state.place(card), words.level_of_card(card).behaviors
    heading = f"{state.title} · Card {place} of up to {state.total}"
    lettered = list(zip(ascii_uppercase, behaviors, strict=False))
    onward = button("Next", action=NEXT, value=state.value(), style="primary")
    blocks: list[Block] = [headline(heading)]
    if place == 1:
        blocks.append(
            fine_print(
                f"{render('assessments/ladder_promise')}\n{render('assessments/ladder_moves')}"
            )
        )
    blocks.append(paragraph(f"*{escape(words.stem)}*"))
    blocks += [
        _asked(state, words, letter, one, picked=picked.get(one.id)) for letter, one in lettered
    ]
    blocks += [paragraph(note)] if note else []
    blocks.append(ways_out(state, leads_back=place > 1, onward=onward))
    spoken = [_spoken(words, letter, one, picked.get(one.id)) for letter, one in lettered]
    told = [f"{escape(heading)}. {escape(words.stem)}", *spoken, *([note] if note else [])]
    return Message(text="\n".join(told), blocks=blocks)


def missing_note(render: Render, behaviors: Sequence[Behavior], missing: Sequence[str]) -> str:
    """Return the note on a card that was sent before every behavior was answered."""
    lettered = zip(ascii_uppercase, behaviors, strict=False)
    named = [(letter, one.topic) for letter, one in lettered if one.id in missing]
    return render("assessments/ladder_missing", named=named)


def _asked(
    state: CardState, words: Ladder, letter: str, behavior: Behavior, *, picked: float | None
) -> Block:
    def value(level: float) -> str:
        return str(AnswerValue(state.assessment_id, state.revision, behavior.id, level))

    choices = [
        (label, value(level)) for label, level in zip(words.choices, BEHAVIOR_CHOICES, strict=True)
    ]
    return SectionBlock(
        text=running(f"*{letter}.* {escape(behavior.text)}"),
        accessory=menu(
            "Choose",
            action=f"{PICK}{letter}",
            options=choices,
            chosen=None if picked is None else value(picked),
        ),
        # Slack keeps the choice in a block with the same id, so every revision has its own id.
        block_id=f"{behavior.id}:{state.assessment_id}:{state.revision}",
    )


def _spoken(words: Ladder, letter: str, behavior: Behavior, picked: float | None) -> str:
    chosen = "" if picked is None else f" ({escape(words.choices[BEHAVIOR_CHOICES.index(picked)])})"
    return f"{letter}. {escape(behavior.text)}{chosen}"


@dataclass(frozen=True)
class LadderResultView:
    """A finished self-check with everything its card needs; `last_level` is the one before, if any."""

    assessment_id: str
    words: Ladder
    answers: dict[str, float]
    standing: LadderStanding
    last_level: int | None

    def topic(self, behavior_id: str | None) -> str | None:
        found = self.words.behavior(behavior_id or "")
        return found.topic if found else None


def ladder_text(render: Render, result: LadderResultView) -> str:
    """Return what the answers describe, compared with the last result if there is one."""
    words, standing = result.words, result.standing
    at = words.level(standing.level) or words.before
    last, upcoming = result.last_level, standing.next_level
    is_lower = last is not None and last > standing.level
    return render(
        "assessments/ladder_result",
        describes=at.describes.rstrip("."),
        is_clear=standing.level == 0 and not is_lower,
        place=place_name(words, standing.level),
        last=None if last is None else place_name(words, last),
        same=last == standing.level,
        lower=is_lower,
        upcoming=None if upcoming is None else words.name_of(upcoming),
        missing=[result.topic(item) for item in standing.missing],
    )


def ladder_result_card(
    render: Render, result: LadderResultView, step: StepView | None, *, note: str | None = None
) -> Message:
    """Return the result card with its next step and where that came from."""
    text, footer = ladder_text(render, result), ladder_footer(render, result)
    heading = f"Your self-check: {result.words.title}"
    about = (
        render("assessments/ladder_next_step", topic=result.topic(step.tip.question))
        if step
        else None
    )
    picture = scale_picture(render, result.words, result.standing.level, result.last_level)
    above: list[Block] = [headline(heading), paragraph(text), paragraph(picture)]
    blocks = with_step(above, render, step, note=note, about=about)
    if len(result.standing.missing) > 1 and step and step.state == "offered":
        blocks.append(_focus_row(result))
    blocks += [_reading_row(result), fine_print(footer)]
    tip = f"\n\n{step_words(render, step)}" if step and step.is_open else ""
    return Message(text=f"{escape(heading)}. {text}{tip}\n\n{footer}", blocks=blocks)


def ladder_footer(render: Render, result: LadderResultView) -> str:
    """Return the note on what a result is and who can see it."""
    return render("assessments/ladder_footer", total=number(len(result.answers)))


def _reading_row(result: LadderResultView) -> Block:
    held, upcoming = result.standing.level, result.standing.next_level
    how = button("Why this result", action=HOW, value=result.assessment_id)
    return row(
        how,
        _page("What this level means", LADDER_ABOUT, result, held) if held else None,
        _page("See the next level", LADDER, result, upcoming)
        if upcoming
        else _page("See the ladder", LADDER, result, 0),
    )


def _page(label: str, action: str, result: LadderResultView, level: int) -> ButtonElement:
    """Return a button to one level of the ladder, or to all of it."""
    return button(label, action=action, value=f"{result.words.framework}|{level}")


def _focus_row(result: LadderResultView) -> Block:
    options = [
        (capitalized(topic), f"{result.assessment_id}|{item}")
        for item in result.standing.missing
        if (topic := result.topic(item))
    ]
    return row(menu("Choose another behavior", action=FOCUS, options=options))


def ladder_how_view(
    render: Render, result: LadderResultView, *, at: int | None = None, before: Mapping[str, float]
) -> View:
    """Return the modal behind "Why this result", at one level.

    `before` are the answers of the last time. Without `at` it opens at the level that decided the result:
    the first one that is not held, else the last.
    """
    answered = [
        level
        for level in result.words.levels
        if any(behavior.id in result.answers for behavior in level.behaviors)
    ]
    deciding = result.standing.next_level or result.standing.level
    shown = next(
        (one for one in answered if one.level == (deciding if at is None else at)), answered[-1]
    )
    blocks: list[Block] = [_ways(result, answered, shown)] if len(answered) > 1 else []
    blocks += [
        paragraph("\n".join(_counted(result, level) for level in answered)),
        headline(f"Level {shown.level}: {shown.name}"),
        *(
            _answer(result, place, behavior, before.get(behavior.id))
            for place, behavior in enumerate(shown.behaviors, start=1)
        ),
        line(),
        paragraph(_rule(render, result)),
        fine_print(ladder_footer(render, result)),
    ]
    return modal("Why this result", blocks, callback=HOW_VIEW)


def _ways(result: LadderResultView, answered: list[LadderLevel], shown: LadderLevel) -> Block:
    return row(
        *(
            button(
                level.name,
                action=f"{HOW_LEVEL}{level.level}",
                value=f"{result.assessment_id}|{level.level}",
                style="primary" if level is shown else None,
            )
            for level in answered
        )
    )


def _counted(result: LadderResultView, level: LadderLevel) -> str:
    held = sum(is_behavior_held(result.answers, behavior.id) for behavior in level.behaviors)
    every = len(level.behaviors)
    return f"*{escape(level.name)}:* {part(held)} of {number(every)} held"


def _answer(
    result: LadderResultView, place: int, behavior: Behavior, before: float | None
) -> Block:
    """Return a behavior with its answer, and what a reviewer could check."""
    level = result.answers.get(behavior.id, BEHAVIOR_CHOICES[0])
    told = [
        _label(result, level),
        "held" if is_behavior_held(result.answers, behavior.id) else "not held yet",
    ]
    if before is not None:
        told.append(f"last time {_label(result, before)}")
        told += ["changed"] if before != level else []
    evidence = bullets([escape(example) for example in behavior.evidence])
    return paragraph(
        "\n".join(
            [
                f"*{place}. {escape(behavior.text)}*",
                " · ".join(told),
                "_What someone could check:_",
                *evidence,
            ]
        )
    )


def _label(result: LadderResultView, level: float) -> str:
    """Return the label of the choice in the words of this assessment."""
    return escape(result.words.choices[BEHAVIOR_CHOICES.index(level)])


def _rule(render: Render, result: LadderResultView) -> str:
    words, upcoming = result.words, result.standing.next_level
    held = [
        label for label, at in zip(words.choices, BEHAVIOR_CHOICES, strict=True) if at >= HELD_FROM
    ]
    return render(
        "assessments/ladder_rule",
        held=held,
        upcoming=words.name_of(upcoming) if upcoming else None,
        topic=result.topic(next(iter(result.standing.missing), None)),
    )
