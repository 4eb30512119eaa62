"""The Home tab, on the first visit and later."""

from tests.self_check.ladder import MIXED, climbs
from tests.self_check.test_scale import scale
from tests.stage import Person


async def test_the_first_visit_says_what_this_is_and_who_sees_it(ada: Person) -> None:
    await ada.opens_home()
    assert "Find out where you stand" in ada.view_text
    assert "Who sees this:* nobody else in Slack" in ada.view_text
    assert "Start the self-check" in ada.view_text


async def test_an_open_self_check_can_be_continued(ada: Person) -> None:
    await ada.types("/rungs assess engineering")
    await ada.clicks("A")
    await ada.opens_home()
    assert "one of three answered" in ada.view_text
    await ada.clicks_in_view("Continue")
    assert "Engineering · 2 of 3" in ada.reads()


async def test_later_visits_show_the_place_the_last_one_and_the_step(ada: Person) -> None:
    for letters in ("AAA", "BBB", "CCC"):
        await ada.types("/rungs assess engineering")
        await ada.answers(letters)
    await ada.opens_home()
    words = ada.view_text
    assert "*Engineering: tier 2, AI-Integrated.* Based on your own answers on " in words
    assert "; last time, tier 1.5.\n" in words
    assert scale("0.5 — 1 — ○ 1.5 — *● 2* — 2.5 — 3") in words
    assert words.count("tier 2, AI-Integrated") == 1
    assert "tier 1, AI-Assisted" not in words
    assert "{date_long}" not in words
    assert words.rstrip().endswith("`help` in your messages with Rungs.")
    assert "Next step" in words
    assert "Your step" not in words
    assert "Checked" not in words
    assert "Verified" not in words


async def test_all_results_and_the_steps_done_are_one_click_away(ada: Person) -> None:
    for letters in ("AAA", "BBB", "CCC"):
        await ada.types("/rungs assess engineering")
        await ada.answers(letters)
        await ada.clicks("I'll try it")
        await ada.clicks("Done")
    await ada.opens_home()
    await ada.clicks_in_view("All my results")
    assert "tier 1, AI-Assisted (Engineering)" in ada.view_text
    assert "*Steps you did*" in ada.view_text
    refused = [(c.method, c.answer) for c in ada.stage.playground.calls if not c.ok]
    assert refused == []


async def test_the_pace_is_one_line_with_a_button_to_the_settings(ada: Person) -> None:
    await ada.types("/rungs assess engineering")
    await ada.answers("AAA")
    await ada.opens_home()
    words = ada.view_text
    assert "*Next check-in:* " in words
    assert ", then every other week." in words
    assert "Days off" not in words
    assert "Shout-outs" not in words
    await ada.clicks_in_view("Change")
    assert "*Days off.*" in ada.view_text
    await ada.clicks_in_view("Turn on shout-outs")
    assert "A team digest may name you" in ada.view_text
    await ada.clicks_in_view("Pause for 1 week")
    await ada.closes()
    assert "Nothing will be sent before " in ada.view_text


async def test_home_fits_few_blocks(ada: Person) -> None:
    """Slack draws each block below the one before, so their number keeps Home short."""
    await ada.types("/rungs assess engineering")
    await ada.answers("ABE")
    await ada.opens_home()
    assert len(ada.view.blocks) <= 12


async def test_a_step_can_be_decided_on_home(ada: Person) -> None:
    await ada.types("/rungs assess engineering")
    await ada.answers("AAA")
    await ada.opens_home()
    await ada.clicks_in_view("I'll try it")
    assert "Your step" in ada.view_text
    assert "Done" in ada.view_text
    assert "*Next check-in:* " in ada.view_text
    assert "Show another" not in ada.view_text, "Home shows no step that waits"
    await ada.clicks_in_view("Done")
    assert "*Done: " in ada.view_text
    assert "Next step" in ada.view_text


async def test_the_buttons_about_data_answer_in_a_window(ada: Person) -> None:
    await ada.opens_home()
    await ada.clicks_in_view("Who sees what")
    assert "What is kept" in ada.view_text


async def test_starting_on_home_says_where_the_card_is(ada: Person) -> None:
    await ada.opens_home()
    await ada.clicks_in_view("Start the self-check")
    assert "Your self-check is in your messages" in ada.view_text
    assert "closest to your work" in ada.reads()


async def test_erasing_can_be_done_from_home(ada: Person) -> None:
    await ada.types("/rungs assess engineering")
    await ada.answers("AAA")
    await ada.opens_home()
    await ada.clicks_in_view("Erase my data")
    await ada.clicks_in_view("Erase everything")
    assert "is erased" in ada.view_text
    await ada.closes()
    assert "Find out where you stand" in ada.view_text


async def test_without_a_current_step_the_next_one_is_one_click_away(ada: Person) -> None:
    await ada.types("/rungs assess engineering")
    await ada.answers("AAA")
    await ada.clicks("Not for me")
    await ada.opens_home()
    posted = len(ada.messages())
    await ada.clicks_in_view("Next step")
    assert "I'll try it" in ada.view_text
    assert len(ada.messages()) == posted
    await ada.clicks_in_view("I'll try it")
    assert "Your step" in ada.view_text


async def test_another_family_stands_on_home_at_once(ada: Person) -> None:
    await ada.types("/rungs family sales")
    await ada.opens_home()
    assert "Your role family:* Sales" in ada.view_text
    await ada.clicks_in_view("Change role family")
    await ada.clicks_in_view("Design")
    assert "Your role family is now *Design*" in ada.view_text
    await ada.closes()
    assert "Your role family:* Design" in ada.view_text


async def test_home_says_truthfully_who_keeps_the_answers(ada: Person) -> None:
    await ada.opens_home()
    assert "The people who run Rungs have access to its database" in ada.view_text


async def test_ai_coding_is_offered_to_engineers_alone(ada: Person) -> None:
    await ada.opens_home()
    assert "AI coding" not in ada.view_text
    await ada.types("/rungs assess marketing")
    await ada.answers("AAA")
    assert "AI coding" not in ada.reads()
    for typed in ("/rungs me", "/rungs help", "/rungs assess nothing-like-it"):
        await ada.types(typed)
        assert "coding" not in ada.reads()
        assert "How the ladders relate" not in ada.reads()
    await ada.opens_home()
    assert "AI coding" not in ada.view_text
    await ada.types("/rungs family engineering")
    await ada.opens_home()
    assert "Start: AI coding" in ada.view_text
    await ada.types("/rungs help")
    assert "`/rungs assess coding`" in ada.reads()


async def test_a_ladder_that_was_taken_stays_on_home(ada: Person) -> None:
    await ada.types("/rungs family sales")
    await ada.types("/rungs assess coding")
    await climbs(ada, MIXED)
    await ada.opens_home()
    assert "Take it again: AI coding" in str(ada.view.blocks)


async def test_the_fifth_step_done_on_home_looks_back(ada: Person) -> None:
    await ada.types("/rungs assess engineering")
    await ada.answers("AAA")
    await ada.opens_home()
    for count in range(1, 6):
        await ada.clicks_in_view("I'll try it")
        await ada.clicks_in_view("Done")
        assert ("That makes five steps. The last five:" in ada.view_text) is (count == 5)
        await ada.clicks_in_view("Next step")
