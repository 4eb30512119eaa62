"""How a result on a ladder came about: the answers of each level, held or not, and the rule."""

from collections.abc import Mapping

from slack_sdk.models.blocks import Block
from slack_sdk.models.views import View

from bot import ids
from bot.views.bricks import bullets, button, fine_print, headline, line, paragraph, row
from bot.views.ladder_result import LadderShown, ladder_footer
from bot.views.numbers import number, part
from bot.views.windows import modal
from coaching.ladder import CHOICES, HELD_FROM, Behavior, LadderLevel, is_held
from content.message_catalog import Render, escape


def ladder_how_view(
    render: Render, result: LadderShown, *, at: int | None = None, before: Mapping[str, float]
) -> View:
    """The modal behind "How this came about", at one level; `before` are the answers of the time before.

    Without `at` it opens at the level that decided: the first that is not held, else the last.
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
    return modal("How this came about", blocks, callback=ids.HOW_VIEW)


def _ways(result: LadderShown, answered: list[LadderLevel], shown: LadderLevel) -> Block:
    return row(
        *(
            button(
                level.name,
                action=f"{ids.HOW_LEVEL}{level.level}",
                value=f"{result.assessment_id}|{level.level}",
                style="primary" if level is shown else None,
            )
            for level in answered
        )
    )


def _counted(result: LadderShown, level: LadderLevel) -> str:
    held = sum(is_held(result.answers, behavior.id) for behavior in level.behaviors)
    every = len(level.behaviors)
    return f"*{escape(level.name)}:* {part(held)} of {number(every)} held"


def _answer(result: LadderShown, place: int, behavior: Behavior, before: float | None) -> Block:
    """A behavior with its answer, and what somebody could check."""
    level = result.answers.get(behavior.id, CHOICES[0])
    told = [
        _label(result, level),
        "held" if is_held(result.answers, behavior.id) else "not held yet",
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
                "_What somebody could check:_",
                *evidence,
            ]
        )
    )


def _label(result: LadderShown, level: float) -> str:
    """The choice in the words of its time."""
    return escape(result.words.choices[CHOICES.index(level)])


def _rule(render: Render, result: LadderShown) -> str:
    words, upcoming = result.words, result.standing.next_level
    held = [label for label, at in zip(words.choices, CHOICES, strict=True) if at >= HELD_FROM]
    return render(
        "assessments/ladder_rule",
        held=held,
        upcoming=words.name_of(upcoming) if upcoming else None,
        topic=result.topic(next(iter(result.standing.missing), None)),
    )
