"""The Home tab, on the first visit and later."""

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


async def test_later_visits_show_place_path_and_step(ada: Person) -> None:
    for letters in ("AAA", "BBB", "CCC"):
        await ada.types("/rungs assess engineering")
        await ada.answers(letters)
    await ada.opens_home()
    words = ada.view_text
    assert "*Said (self-check):* tier 2, AI-Integrated · Engineering" in words
    assert words.index("tier 1.5, AI-Building") < words.index("tier 1, AI-Assisted")
    assert words.count("tier 2, AI-Integrated") == 1
    assert "{date_long}" not in words
    assert words.rstrip().endswith("`help` in your messages with Rungs.")
    assert "Your step" in words
    assert "Checked" not in words
    assert "Verified" not in words


async def test_a_step_can_be_decided_on_home(ada: Person) -> None:
    await ada.types("/rungs assess engineering")
    await ada.answers("AAA")
    await ada.opens_home()
    await ada.clicks_in_view("I'll try it")
    assert "Done" in ada.view_text
    assert "Next check-in: " in ada.view_text
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
    assert "Your step" in ada.view_text
    assert "I'll try it" in ada.view_text
    assert len(ada.messages()) == posted


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
    assert "The people who run Rungs keep the database" in ada.view_text
