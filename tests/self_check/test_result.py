"""The result card: every case of the writing guide, and its buttons."""

import re
from itertools import product

import pytest

from bot.assessments.mean_views import MeanResultView, mean_result_text
from bot.assessments.step_views import step_text
from coaching.mean_score import TIERS, mean_standing
from content.message_catalog import MessageCatalog
from tests.stage import Person, Stage, built_in, labels, shown

RENDER = MessageCatalog().render
WORDS_ALLOWED = 80


def result(family: str, levels: tuple[float, ...], last: float | None) -> MeanResultView:
    words = built_in().questionnaire(family)
    answers = dict(zip(words.topics, levels, strict=True))
    return MeanResultView("id", words, answers, mean_standing(answers), last)


@pytest.mark.parametrize("family", list(built_in().families))
def test_every_result_stays_short_and_names_the_behavior_before_the_number(family: str) -> None:
    for levels in product(TIERS, repeat=3):
        for last in (None, 0.5, 2.0, 3.0):
            text = mean_result_text(RENDER, result(family, levels, last))
            footer = RENDER("self_check/footer", total="three")
            assert len(f"{text} {footer}".split()) <= WORDS_ALLOWED, text
            first = text.split(".")[0]
            assert not re.match(r"\W*\w*\W*tier", first, re.IGNORECASE), text
            assert "None" not in text.removeprefix("None of the"), text
            assert "  " not in text, text
            if last is not None and min(levels) < 3:
                assert re.search(rf"last time(, tier {last:g}\b)?", text), text


async def test_low_answers_are_worded_as_a_start(ada: Person) -> None:
    await ada.types("/rungs assess engineering")
    await ada.answers("AAA")
    assert "every result checked by you" in ada.reads()
    assert "That fits tier 1, AI-Assisted" in ada.reads()


async def test_none_of_these_yet_is_an_answer(ada: Person) -> None:
    await ada.types("/rungs assess engineering")
    await ada.answers("---")
    assert "None of the five answers fits your work yet. That is a clear answer" in ada.reads()
    assert "tier 0.5, AI-Curious" in ada.reads()


async def test_an_uneven_result_shows_where_to_start(ada: Person) -> None:
    await ada.types("/rungs assess engineering")
    await ada.answers("EAC")
    words = ada.reads()
    assert "from repairing AI code (tier 1) to starting work (tier 3)" in words
    assert "That shows where to start" in words
    assert "1.83" not in words


async def test_a_lower_result_is_worded_kindly(ada: Person) -> None:
    await ada.types("/rungs assess engineering")
    await ada.answers("CCC")
    await ada.types("/rungs assess")
    await ada.answers("BBB")
    assert "last time, tier 2" in ada.reads()
    assert "New work, new tools, or a stricter reading can each explain that" in ada.reads()
    assert '"How this came about" marks what changed.' in ada.reads()
    await ada.clicks("How this came about")
    assert "Level 1.5 · last time 2 · changed" in ada.view_text
    assert "Self-check, three questions." in ada.view_text


async def test_the_same_result_names_the_closest_question(ada: Person) -> None:
    for _ in range(2):
        await ada.types("/rungs assess engineering")
        await ada.answers("CBC")
    assert "as last time" in ada.reads()
    assert "sits closest to the next step" in ada.reads()


async def test_the_top_points_to_evidence(ada: Person) -> None:
    await ada.types("/rungs assess engineering")
    await ada.answers("EEE")
    assert "All three answers describe" in ada.reads()
    assert "The next step is evidence: something that a colleague can check." in ada.reads()
    assert "Next step, from the question about starting work" in ada.reads()


async def test_the_tip_comes_from_the_lowest_answer(ada: Person) -> None:
    await ada.types("/rungs assess engineering")
    await ada.answers("CAC")
    tips = built_in().steps_for("engineering")
    expected = next(t for t in tips if t.question == "repair" and t.from_tier == 1)
    assert expected.title in ada.reads()
    assert expected.done_when.rstrip(".") in ada.reads()
    assert labels(ada.card)[0] == ["I'll try it", "Show another", "Not for me"]
    assert "Next half-step, from the question about repairing AI code" in ada.reads()


async def test_every_next_step_says_where_it_comes_from(ada: Person) -> None:
    await ada.types("/rungs assess engineering")
    await ada.answers("AAA")
    tips = {tip.title: tip for tip in built_in().steps_for("engineering")}
    told = set()
    for _ in range(8):
        tip, words = tips[title(ada)], ada.reads()
        if tip.series:
            request = f"_{tip.series}, {tip.lesson} of {tip.lessons}_"
        elif tip.question is None:
            request = "Next half-step, for any question"
        else:
            request = "Next half-step, from the question about "
        assert request in words
        told.add(request)
        await ada.clicks("Show another")
    assert len(told) == 3


async def test_the_next_step_takes_the_place_of_the_one_before(ada: Person) -> None:
    await ada.types("/rungs assess engineering")
    await ada.answers("AAA")
    first = title(ada)
    await ada.clicks("I'll try it")
    await ada.clicks("Done")
    await ada.clicks("Next step")
    assert title(ada) != first
    assert "Your self-check: Engineering" in ada.reads()
    await ada.types("/rungs tip")
    await ada.clicks("Not for me")
    await ada.clicks("Next step")
    assert "Your self-check" not in ada.reads()
    assert "Done when" in ada.reads()
    assert len(ada.messages()) == 2


async def test_an_earlier_result_stays_when_the_next_step_is_asked_for(ada: Person) -> None:
    await ada.types("/rungs assess engineering")
    await ada.answers("AAA")
    earlier = ada.card
    await ada.clicks("Not for me")
    await ada.types("/rungs assess engineering")
    await ada.answers("BBB")
    await ada.clicks("Next step", on=earlier)
    assert "That fits tier 1, AI-Assisted" in shown(ada.messages()[0])
    assert "Done when" in ada.reads()
    assert len(ada.messages()) == 3


async def test_show_another_says_when_every_step_was_shown(ada: Person) -> None:
    await ada.types("/rungs assess engineering")
    await ada.answers("AAA")
    seen: set[str] = set()
    while title(ada) not in seen:
        assert "You have seen every step" not in ada.reads()
        seen.add(title(ada))
        await ada.clicks("Show another")
    assert "You have seen every step for these answers." in ada.reads()
    assert len(seen) > 3


async def test_the_lessons_of_a_series_come_in_order(ada: Person) -> None:
    await ada.types("/rungs assess engineering")
    await ada.answers("AAA")
    spotting = built_in().series[0]
    lessons: list[str] = []
    while len(lessons) < 3:
        if spotting.name in ada.reads():
            lessons.append(title(ada))
        await ada.clicks("I'll try it")
        await ada.clicks("Done")
        await ada.clicks("Next step")
    assert lessons == [lesson.title for lesson in spotting.lessons[:3]]


async def test_a_quotation_ends_after_its_period(ada: Person) -> None:
    quoted = next(t for t in built_in().steps_for("engineering") if t.done_when.endswith('"'))
    text = step_text(RENDER, quoted)
    assert text.endswith('."')
    assert not text.endswith('."."')


async def test_a_step_is_tried_and_done_on_the_card(ada: Person) -> None:
    await ada.types("/rungs assess engineering")
    await ada.answers("AAA")
    await ada.clicks("I'll try it")
    assert labels(ada.card)[0] == ["Done", "Show another", "Not for me"]
    await ada.clicks("Done")
    assert "is noted as finished" in ada.reads()
    assert "Your self-check: Engineering" in ada.reads()
    assert len(ada.messages()) == 1


async def test_a_refused_tip_does_not_come_back_while_there_are_others(ada: Person) -> None:
    await ada.types("/rungs assess sales")
    await ada.answers("AAA")
    first = title(ada)
    await ada.clicks("Not for me")
    assert "Removed" in ada.reads()
    await ada.clicks("Next step")
    seen = {title(ada)}
    for _ in range(5):
        await ada.clicks("Show another")
        seen.add(title(ada))
    assert first not in seen
    assert len(seen) > 2


async def test_an_uneven_result_lets_the_member_choose_the_question(ada: Person) -> None:
    await ada.types("/rungs assess engineering")
    await ada.answers("EAC")
    await ada.chooses("Sharing with teammates")
    tips = {t.title for t in built_in().steps_for("engineering") if t.question == "share"}
    assert title(ada) in tips


async def test_show_another_stays_with_the_question_that_was_chosen(ada: Person) -> None:
    await ada.types("/rungs assess engineering")
    await ada.answers("EAC")
    await ada.chooses("Sharing with teammates")
    from_tier = {t.title: t.from_tier for t in built_in().steps_for("engineering")}
    for _ in range(3):
        assert from_tier[title(ada)] == 2
        await ada.clicks("Show another")


async def test_one_click_shows_how_it_came_about(ada: Person) -> None:
    await ada.types("/rungs assess engineering")
    await ada.answers("ABE")
    await ada.clicks("How this came about")
    words = ada.view_text
    for question, level in zip(
        built_in().families["engineering"].questions, (1, 1.5, 3), strict=True
    ):
        answer = question.answer_at(level)
        assert answer is not None
        assert question.text in words
        assert answer.text in words
    assert "Level 1.5" in words
    assert "Floor (lowest answer): 1. Spread (highest minus lowest): 2." in words
    assert "a tie rounds down" in words
    assert "Mean 1.83" in words


async def test_a_chosen_question_is_named_where_the_rule_is_explained(ada: Person) -> None:
    await ada.types("/rungs assess engineering")
    await ada.answers("EAC")
    await ada.clicks("How this came about")
    assert "from the lowest answer, here the question about repairing AI code." in ada.view_text
    assert "The step on your card" not in ada.view_text
    await ada.closes()
    await ada.chooses("Sharing with teammates")
    await ada.clicks("How this came about")
    assert "The step on your card is about sharing with teammates now." in ada.view_text


async def test_the_next_level_is_one_click_away(ada: Person) -> None:
    await ada.types("/rungs assess engineering")
    await ada.answers("AAA")
    await ada.clicks("See the next level")
    assert "Level 2: AI-Integrated" in ada.view_text


async def test_the_card_says_who_can_see_it(ada: Person) -> None:
    await ada.types("/rungs assess engineering")
    await ada.answers("AAA")
    assert "Self-check, three questions. Nobody else in Slack can see it." in ada.reads()


async def test_a_screen_reader_gets_the_same_words(ada: Person) -> None:
    await ada.types("/rungs assess engineering")
    assert "A. I opened the editor" in ada.card.text
    await ada.answers("AAA")
    assert "That fits tier 1" in ada.card.text
    assert "Done when" in ada.card.text


def title(person: Person) -> str:
    found = re.search(r"\*(.+)\* · \d+ min", shown(person.card))
    assert found is not None, shown(person.card)
    return found.group(1)


async def test_posts_carry_no_tier_in_their_metadata(stage: Stage, ada: Person) -> None:
    await ada.types("/rungs assess engineering")
    await ada.answers("AAA")
    for call in stage.calls("chat.postMessage"):
        assert set(call.arguments["metadata"]["event_payload"]) == {"key"}
        assert re.fullmatch(r"[0-9a-f]{24}", call.arguments["metadata"]["event_payload"]["key"])
