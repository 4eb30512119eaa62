"""The result card: every case of the writing guide, and its buttons."""

import re
from dataclasses import replace
from itertools import product

import pytest

from bot.assessments.mean_score import MeanResultView, mean_how_view, mean_result_text
from bot.assessments.step_views import step_text
from coaching.mean_score import TIERS, mean_standing
from content.library import MessageCatalog
from tests.self_check.places import everywhere, explained
from tests.stage import Person, Stage, built_in, labels, shown, texts_of, topic, topic_heading

RENDER = MessageCatalog().render
WORDS_ALLOWED = 80
WORDS_WITH_ANSWERS = 95
"""With the two answers of the member that an uneven result has in their own words."""


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
            own = without_answers(text)
            assert len(f"{own} {footer}".split()) <= WORDS_ALLOWED, text
            assert len(f"{text} {footer}".split()) <= WORDS_WITH_ANSWERS, text
            first = text.split(".")[0]
            assert not re.match(r"\W*\w*\W*tier", first, re.IGNORECASE), text
            assert "None" not in own.removeprefix("None of the"), text
            assert "  " not in text, text
            if last is not None and min(levels) < 3:
                assert re.search(rf"last time(, tier {last:g}\b)?", text), text


def without_answers(text: str) -> str:
    return "\n".join(line for line in text.splitlines() if not line.startswith("•"))


async def test_low_answers_are_worded_as_a_start(ada: Person) -> None:
    await ada.types("/rungs assess engineering")
    await ada.answers("AAA")
    assert built_in().questionnaire("engineering").tier(1).describes in ada.reads()
    assert "That fits *tier 1, AI-Assisted*" in ada.reads()


async def test_none_of_these_yet_is_an_answer(ada: Person) -> None:
    await ada.types("/rungs assess engineering")
    await ada.answers("---")
    assert "None of the answers fit your work yet. That's a clear answer" in ada.reads()
    assert "it fits *tier 0.5, AI-Curious*" in ada.reads()


UNEVEN = [levels for levels in product(TIERS, repeat=3) if max(levels) - min(levels) >= 1]


@pytest.mark.parametrize("family", list(built_in().families))
def test_an_uneven_result_has_the_words_of_its_answers_and_of_no_tier(family: str) -> None:
    for levels in UNEVEN:
        shown = result(family, levels, None)
        how = texts_of(mean_how_view(RENDER, shown).to_dict()["blocks"])
        for text in (mean_result_text(RENDER, shown), how):
            assert "between these two" in text
            assert not told_of_tiers(family, text), text
        ends = [
            (q, level) for q, level in shown.answers.items() if level in (min(levels), max(levels))
        ]
        lowest = next(end for end in ends if end[1] == min(levels))
        highest = next(end for end in ends if end[1] == max(levels))
        for question, level in (lowest, highest):
            assert shown.words.text_of(question, level) in mean_result_text(RENDER, shown)


def told_of_tiers(family: str, text: str) -> list[str]:
    """Return the general descriptions of tiers in this text."""
    tiers = built_in().questionnaire(family).tiers
    return [words for one in tiers for words in (one.describes, one.explained) if words in text]


async def test_no_place_contradicts_an_uneven_answer(ada: Person) -> None:
    for letters in ("BBB", "ABE", "ABE"):
        await ada.types("/rungs assess design")
        await ada.answers(letters)
    places = [await explained(ada), *await everywhere(ada)]
    low, high = (built_in().questionnaire("design").questions[n] for n in (0, 2))
    for text in places:
        assert "2, AI-Integrated" in text or "*2 AI-Integrated.*" in text
        assert "Your answers fall between these two:" in text
        assert low.answers[0].text in text
        assert high.answers[-1].text in text
        assert not told_of_tiers("design", text)
    # The earlier result, in the list of those before.
    assert (
        f"tier 2, AI-Integrated (Design), between {low.topic} (tier 1) and {high.topic} (tier 3)"
        in ada.reads()
    )


async def test_without_a_fitting_answer_no_place_describes_a_use_of_ai(ada: Person) -> None:
    await ada.types("/rungs assess engineering")
    await ada.answers("---")
    await ada.opens_home()
    assert "None of the answers fit your work yet." in ada.view_text
    await ada.types("/rungs me")
    assert "None of the answers fit your work yet." in ada.reads()
    assert not told_of_tiers("engineering", ada.reads())


async def test_an_uneven_result_shows_where_to_start(ada: Person) -> None:
    await ada.types("/rungs assess engineering")
    await ada.answers("EAC")
    words = ada.reads()
    start, repair, _ = built_in().families["engineering"].questions
    for question, answer in ((repair, repair.answers[0]), (start, start.answers[-1])):
        assert f"• *{topic_heading(question.id)}:* {answer.text}" in words
    assert "That shows where to start" in words
    assert "1.83" not in words


async def test_a_lower_result_is_worded_kindly(ada: Person) -> None:
    await ada.types("/rungs assess engineering")
    await ada.answers("CCC")
    await ada.types("/rungs assess")
    await ada.answers("BBB")
    assert "last time, tier 2" in ada.reads()
    assert "stricter answers can explain the difference" in ada.reads()
    assert '"Why this result" marks what changed.' in ada.reads()
    await ada.clicks("Why this result")
    assert "Tier 1.5 · last time 2 · changed" in ada.view_text
    assert "Self-check, three questions." in ada.view_text


async def test_the_same_result_says_so_and_names_the_topic_once(ada: Person) -> None:
    for _ in range(2):
        await ada.types("/rungs assess engineering")
        await ada.answers("CBC")
    words = ada.reads()
    assert "*, as last time." in words
    assert words.count("Next step, about ") == 1


async def test_the_top_points_to_evidence(ada: Person) -> None:
    await ada.types("/rungs assess engineering")
    await ada.answers("EEE")
    assert "All three answers describe" in ada.reads()
    assert "The next step is evidence: something a colleague can check." in ada.reads()
    assert f"Next step, about {topic('start')}" in ada.reads()


async def test_the_tip_comes_from_the_lowest_answer(ada: Person) -> None:
    await ada.types("/rungs assess engineering")
    await ada.answers("CAC")
    tips = built_in().steps_for("engineering")
    expected = next(t for t in tips if t.question == "repair" and t.from_tier == 1)
    assert expected.title in ada.reads()
    assert expected.done_when.rstrip(".") in ada.reads()
    assert labels(ada.card)[0] == ["I'll try it", "Show another", "Not for me"]
    assert f"Next step, about {topic('repair')}" in ada.reads()


async def test_a_quotation_ends_after_its_period(ada: Person) -> None:
    step = built_in().steps_for("engineering")[0]
    for end in ('"none found"', '"none found."'):
        quoted = replace(step, done_when=f"the list is marked, or says {end}")
        assert step_text(RENDER, quoted).endswith('or says "none found."')


async def test_an_uneven_result_lets_the_member_choose_the_question(ada: Person) -> None:
    await ada.types("/rungs assess engineering")
    await ada.answers("EAC")
    await ada.chooses(topic_heading("share"))
    tips = {t.title for t in built_in().steps_for("engineering") if t.question == "share"}
    assert title(ada) in tips


async def test_one_click_shows_how_it_came_about(ada: Person) -> None:
    await ada.types("/rungs assess engineering")
    await ada.answers("ABE")
    await ada.clicks("Why this result")
    words = ada.view_text
    for question, level in zip(
        built_in().families["engineering"].questions, (1, 1.5, 3), strict=True
    ):
        answer = question.answer_at(level)
        assert answer is not None
        assert question.text in words
        assert answer.text in words
    assert "Tier 1.5" in words
    assert "Floor (lowest answer): 1. Spread (highest minus lowest): 2." in words
    assert "a tie rounds down" in words
    assert "Mean 1.83" in words


async def test_a_chosen_question_is_named_where_the_rule_is_explained(ada: Person) -> None:
    await ada.types("/rungs assess engineering")
    await ada.answers("EAC")
    await ada.clicks("Why this result")
    assert f"from your lowest answer, here the question about {topic('repair')}." in ada.view_text
    assert "The step on your card" not in ada.view_text
    await ada.closes()
    await ada.chooses(topic_heading("share"))
    await ada.clicks("Why this result")
    assert f"The step on your card is now about {topic('share')}." in ada.view_text


async def test_the_next_level_is_one_click_away(ada: Person) -> None:
    await ada.types("/rungs assess engineering")
    await ada.answers("AAA")
    await ada.clicks("See the next tier")
    assert "Tier 2: AI-Integrated" in ada.view_text


async def test_the_card_says_who_can_see_it(ada: Person) -> None:
    await ada.types("/rungs assess engineering")
    await ada.answers("AAA")
    assert "Self-check, three questions. Nobody else in Slack can see it." in ada.reads()


async def test_a_screen_reader_gets_the_same_words(ada: Person) -> None:
    await ada.types("/rungs assess engineering")
    for letter, answer in zip(
        "ABCDE", built_in().families["engineering"].questions[0].answers, strict=True
    ):
        assert f"{letter}. {answer.text}" in ada.card.text
    await ada.answers("AAA")
    assert "That fits *tier 1" in ada.card.text
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
