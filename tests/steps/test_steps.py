"""Next steps: offered from the lowest answers, tried, done, refused, and shown again."""

import pytest

from tests.self_check.test_result import title
from tests.stage import Person, built_in, labels, shown, topic_heading


@pytest.mark.parametrize("word", ["step", "tip"])
async def test_step_and_tip_show_the_current_step(ada: Person, word: str) -> None:
    await ada.types(f"/rungs {word}")
    assert "A next step comes from your own answers" in ada.reads()
    await ada.types("/rungs assess engineering")
    await ada.answers("AAA")
    await ada.clicks("I'll try it")
    await ada.types(f"/rungs {word}", where=ada.channel)
    assert "*You chose this step.* It stays yours" in ada.reads()
    assert "Your next step is in your messages" in ada.reads(ada.channel)


async def test_every_next_step_says_where_it_comes_from(ada: Person) -> None:
    await ada.types("/rungs assess engineering")
    await ada.answers("AAA")
    tips = {tip.title: tip for tip in built_in().steps_for("engineering")}
    told = set()
    for _ in range(8):
        tip, words = tips[title(ada)], ada.reads()
        if tip.series:
            request = f"_{tip.series}, lesson {tip.lesson} of {tip.lessons}_"
        elif tip.question is None:
            request = "Next step, for any task"
        else:
            request = "Next step, about "
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
    assert "That fits *tier 1, AI-Assisted*" in shown(ada.messages()[0])
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


async def test_a_step_is_tried_and_done_on_the_card(ada: Person) -> None:
    await ada.types("/rungs assess engineering")
    await ada.answers("AAA")
    await ada.clicks("I'll try it")
    assert labels(ada.card)[0] == ["Done", "Show another", "Not for me"]
    await ada.clicks("Done")
    assert "*Done: " in ada.reads()
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


async def test_show_another_stays_with_the_question_that_was_chosen(ada: Person) -> None:
    await ada.types("/rungs assess engineering")
    await ada.answers("EAC")
    await ada.chooses(topic_heading("share"))
    from_tier = {t.title: t.from_tier for t in built_in().steps_for("engineering")}
    for _ in range(3):
        assert from_tier[title(ada)] == 2
        await ada.clicks("Show another")
