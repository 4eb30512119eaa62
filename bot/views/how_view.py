"""How a result came about: the answers with their levels, the floor, the spread and the rule."""

from slack_sdk.models.blocks import Block
from slack_sdk.models.views import View

from bot import ids
from bot.views.bricks import fine_print, line, paragraph
from bot.views.numbers import number
from bot.views.result_card import ResultShown
from bot.views.tip_card import StepShown
from bot.views.windows import modal
from content.message_catalog import Render, escape


def how_view(
    render: Render,
    result: ResultShown,
    *,
    before: dict[str, float] | None = None,
    step: StepShown | None = None,
) -> View:
    """The modal behind "How this came about"; `before` are the levels of the time before."""
    blocks: list[Block] = []
    for place, (question_id, level) in enumerate(result.answers.items(), start=1):
        question = result.words.question(question_id)
        asked = escape(question.text) if question else escape(question_id)
        chosen = escape(result.words.text_of(question_id, level))
        blocks.append(paragraph(f"*{place}. {asked}*\n{chosen}"))
        blocks.append(fine_print(_level_line(level, (before or {}).get(question_id))))
    tier = result.words.tier(result.standing.tier)
    blocks += [
        line(),
        paragraph(_numbers(render, result)),
        paragraph(f"*{tier.tier:g} {escape(tier.name)}.* {escape(tier.explained)}"),
        paragraph(_rule(render, result, step)),
    ]
    if result.standing.is_uneven:
        blocks.append(fine_print(render("self_check/how_uneven")))
    blocks.append(fine_print(render("self_check/footer", total=number(len(result.answers)))))
    return modal("How this came about", blocks, callback=ids.HOW_VIEW)


def _level_line(level: float, before: float | None) -> str:
    if before is None:
        return f"Level {level:g}"
    return f"Level {level:g} · last time {before:g}" + (" · changed" if before != level else "")


def _numbers(render: Render, result: ResultShown) -> str:
    levels = list(result.answers.values())
    return render(
        "self_check/how_numbers",
        levels=levels,
        mean=f"{sum(levels) / len(levels):.2f}".rstrip("0").rstrip("."),
        tier=result.standing.tier,
        name=result.words.tier(result.standing.tier).name,
        floor=result.standing.floor,
        spread=result.standing.spread,
    )


def _rule(render: Render, result: ResultShown, step: StepShown | None) -> str:
    lowest = result.words.question(result.standing.lowest_question)
    served = result.words.question(step.tip.question or "") if step else None
    return render(
        "self_check/how_rule",
        none_label=result.words.none_label,
        low_topic=lowest.topic if lowest else "",
        other_topic=served.topic if served and served != lowest else None,
    )
