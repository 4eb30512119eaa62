"""The family for everybody whose work is none of the other five; it is offered last."""

import pytest

from storage import members
from tests.self_check.test_longest import nothing_was_refused
from tests.stage import Person, Stage, labels


async def test_the_choice_of_a_family_shows_it_last_everywhere(stage: Stage, ada: Person) -> None:
    await ada.types("/rungs assess")
    assert labels(ada.card)[-1] == ["Other work"]
    await ada.types("/rungs family")
    assert labels(ada.card)[-1] == ["Other work"]
    await ada.types("/rungs map", where=ada.channel)
    assert ada.view.blocks[-1]["elements"][-1]["text"]["text"] == "Other work"
    nothing_was_refused(stage)


@pytest.mark.parametrize("word", ["other", "Other work", "general", "other-work"])
async def test_it_is_found_by_its_words(stage: Stage, ada: Person, word: str) -> None:
    await ada.types(f"/rungs family {word}")
    assert "Your role family is now *Other work*" in ada.reads()
    await ada.types(f"/rungs assess {word}")
    assert "Other work · 1 of 3" in ada.reads()
    await ada.types(f"/rungs map {word} 2", where=ada.channel)
    assert ada.view_text.startswith("Other work\n")
    async with stage.database.read() as session:
        member = await members.get(session, ada.key)
    assert member is not None
    assert member.family == "general"


@pytest.mark.parametrize(
    ("title", "suggested"),
    [
        ("Technical recruiter", "Other work"),
        ("Operations manager", "Other work"),
        ("Sales operations manager", None),
        ("Lighthouse keeper", None),
    ],
)
async def test_only_a_clear_title_suggests_it(
    stage: Stage, ada: Person, title: str, suggested: str | None
) -> None:
    stage.playground.workspace.people[ada.id].title = title
    await ada.types("/rungs assess")
    assert ("may be the closest" in ada.reads()) is (suggested is not None)
    assert (f"so {suggested} may" in ada.reads()) is (suggested is not None)


async def test_a_member_of_it_goes_all_the_way(stage: Stage, ada: Person) -> None:
    await ada.types("/rungs assess other")
    while "Your self-check" not in ada.reads():
        await ada.answers("A")
    assert "Your self-check: Other work" in ada.reads()
    await ada.clicks("See the next tier")
    await ada.closes()
    for command in ("step", "me", "checkin", "help", "export"):
        await ada.types(f"/rungs {command}")
        assert "didn't work" not in ada.reads()
    await ada.opens_home()
    assert "Other work: tier 1" in ada.view_text
    await ada.types("/rungs assess")
    assert "AI coding" not in ada.reads()
    await ada.types("/rungs team", where=ada.channel)
    nothing_was_refused(stage)
