"""An organization's own frameworks from a folder of YAML: every kind is taken, finished and kept."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from coaching.mean_score import Questionnaire
from playground.server import Playground
from storage.assessments import assessments
from tests.organization import reword
from tests.self_check.ladder import climbs, picks
from tests.self_check.places import everywhere, explained
from tests.self_check.test_result import title
from tests.stage import Person, labels, shown, staged

REVIEW = "frameworks/code-review/framework.yaml"
BEFORE, AFTER = "I ask a question where a line is unclear to me.", "I ask why a line is there."


@pytest.fixture
async def ada(slack: Playground, sqlite_url: str, acme: Path) -> AsyncIterator[Person]:
    async with staged(sqlite_url, playground=slack, extra=acme) as stage:
        yield stage.person("ada")


def reworded(acme: Path) -> None:
    """Give the ladder another text, name and version."""
    reword(acme / REVIEW, (BEFORE, AFTER), ("name: Code review", "name: Reviewing"))


async def test_a_ladder_is_answered_to_its_result(ada: Person) -> None:
    await ada.types("/rungs assess review")
    assert "Code review · Card 1 of up to 2" in ada.reads()
    await climbs(ada, "23", "02")
    assert "Your self-check: Code review" in ada.reads()
    assert "That fits *level 1, Reader*." in ada.reads()
    assert "*Name one open case*" in ada.reads()
    await ada.clicks("Why this result")
    assert "*Reader:* two of two held\n*Partner:* one of two held" in ada.view_text
    await ada.closes()
    await ada.clicks("See the next level")
    assert "Level 2: Partner" in ada.view_text


async def test_a_mean_is_answered_to_its_result(ada: Person) -> None:
    await ada.types("/rungs assess data")
    assert "Data literacy · 1 of 2" in ada.reads()
    assert labels(ada.card)[-1] == ["Finish later"]
    await ada.answers("C")
    assert labels(ada.card)[-1] == ["Back", "Finish later"]
    await ada.clicks("Back")
    await ada.answers("CB")
    assert "Your self-check: Data literacy" in ada.reads()
    assert "That fits *tier 1.5, Trying*." in ada.reads()
    assert labels(ada.card)[-1] == ["Why this result"]
    await ada.clicks("Why this result")
    assert "Mean 1.75" in ada.view_text


async def test_an_uneven_mean_says_between_in_every_place(ada: Person) -> None:
    await ada.types("/rungs assess data")
    await ada.answers("-E")
    places = [await explained(ada), *await everywhere(ada)]
    words = ada.stage.bot.deps.library.words("data-literacy", "data-literacy")
    assert isinstance(words, Questionnaire)
    highest = words.questions[-1]
    for text in places:
        assert "fall between these two" in text
        assert words.none_label in text
        assert highest.answers[-1].text in text
        assert not [t for t in words.tiers if t.describes in text or t.explained in text]


async def test_a_lowest_is_answered_to_its_result(ada: Person) -> None:
    await ada.types("/rungs assess sharing")
    assert "Safe sharing" in ada.reads()
    for _ in range(2):
        await ada.clicks(labels(ada.card)[0][0])
    async with ada.stage.database.read() as session:
        (done,) = await assessments.history(session, ada.key, framework="safe-sharing")
    assert done.level in (0, 1)
    await ada.types("/rungs me")
    assert "*Safe sharing: " in ada.reads()
    await ada.types("/rungs tip")
    assert "didn't work" not in ada.reads()


THIRD = """  - id: keeping
    name: Keeping
    topic: keeping
    question: Think of the last file you shared outside. How long is it kept?
    levels:
      - level: 1
        describes: I know where the copies are.
        try: List the copies of your last shared file.
      - level: 2
        describes: I set a day on which the copies are deleted.
        try: Set a day for the copies of your next file.
"""


@pytest.fixture
def three_criteria(acme: Path) -> None:
    """Give the organization's safe sharing a third criterion."""
    file = acme / "frameworks/safe-sharing/framework.yaml"
    file.write_text(file.read_text() + THIRD)


@pytest.mark.usefixtures("three_criteria")
async def test_a_lowest_tells_the_level_that_most_criteria_reach(ada: Person) -> None:
    for label in ("I have not done this", "A"):
        await ada.types("/rungs assess sharing")
        for answer in ("B", label, "B"):
            await ada.clicks(answer)
    assert "That fits *S1 Careful (S2 on two of three; access at S1)*." in ada.reads()
    assert "Last time: S2 on two of three; access not tried." in ada.reads()
    await ada.types("/rungs me")
    assert "*Safe sharing: S1 Careful (S2 on two of three; access at S1).*" in ada.reads()
    assert "; last time, S2 on two of three; access not tried." in ada.reads()
    assert ": S2 on two of three; access not tried (Safe sharing)" in ada.reads()
    await ada.opens_home()
    assert "S1 Careful (S2 on two of three; access at S1)" in ada.view_text


@pytest.mark.usefixtures("three_criteria")
async def test_an_open_level_describes_what_most_criteria_reach(ada: Person) -> None:
    await ada.types("/rungs assess sharing")
    for answer in ("B", "I have not done this", "B"):
        await ada.clicks(answer)
    described = "Two of your three answers describe sharing by a written rule that a colleague"
    assert described in ada.reads()
    assert "That fits *S2 on two of three; access not tried*." in ada.reads()
    await ada.clicks("Why this result")
    assert "I have not done this" in ada.view_text
    await ada.closes()
    await ada.types("/rungs me")
    assert described in ada.reads()


async def test_a_lowest_leaves_the_chosen_step(ada: Person) -> None:
    await ada.types("/rungs assess engineering")
    await ada.answers("AAA")
    chosen = title(ada)
    await ada.clicks("I'll try it")
    await ada.types("/rungs assess sharing")
    for _ in range(2):
        await ada.clicks(labels(ada.card)[0][0])
    await ada.types("/rungs step")
    assert title(ada) == chosen
    assert labels(ada.card) == [["Done", "Show another", "Not for me"]]


async def test_the_profile_shows_all_of_them(ada: Person) -> None:
    await ada.types("/rungs assess review")
    await climbs(ada, "02")
    await ada.types("/rungs assess data")
    await ada.answers("CC")
    await ada.types("/rungs assess engineering")
    await ada.answers("AAA")
    await ada.types("/rungs assess coding")
    await picks(ada, "2---")
    await ada.opens_home()
    words = ada.view_text
    assert "Code review: Before Reader." in words
    assert "Data literacy: tier 2, Working." in words
    assert "Engineering: tier 1, AI-Assisted." in words
    assert "AI coding, none of up to four cards answered" in words
    assert "Start: Safe sharing" in words
    await ada.types("/rungs me")
    for name in ("Code review", "Data literacy", "Engineering"):
        assert f"*{name}: " in ada.reads()
    await ada.types("/rungs assess nothing-like-it")
    for command in ("coding", "review", "data", "sharing"):
        assert f"`{command}`" in ada.reads()


async def test_an_open_ladder_continues_and_ends_in_its_own_words(
    slack: Playground, sqlite_url: str, acme: Path
) -> None:
    async with staged(sqlite_url, playground=slack, extra=acme) as stage:
        ada = stage.person("ada")
        await ada.types("/rungs assess review")
        await picks(ada, "2-")
    reworded(acme)
    async with staged(sqlite_url, playground=slack, extra=acme) as stage:
        ada = stage.person("ada")
        await ada.clicks("Next")
        assert BEFORE in ada.reads()
        await ada.types("/rungs assess review")
        assert "The questions have changed" in ada.reads()
        await ada.clicks("Continue")
        await picks(ada, "-0")
        await ada.clicks("Next")
        assert "Your self-check: Code review" in ada.reads()
        await ada.clicks("Why this result")
        assert BEFORE in ada.view_text
        assert AFTER not in ada.view_text
        await ada.closes()
        done = ada.card
        await ada.types("/rungs assess review")
        assert "Reviewing · Card 1 of up to 2" in ada.reads()
        assert AFTER in ada.reads()
        assert "Your self-check: Code review" in shown(done)


async def test_an_unanswered_ladder_restarts_with_the_new_words(
    slack: Playground, sqlite_url: str, acme: Path
) -> None:
    async with staged(sqlite_url, playground=slack, extra=acme) as stage:
        await stage.person("ada").types("/rungs assess review")
    reworded(acme)
    async with staged(sqlite_url, playground=slack, extra=acme) as stage:
        ada = stage.person("ada")
        await ada.types("/rungs assess review")
        assert AFTER in ada.reads()


async def test_a_removed_ladder_continues_and_is_kept(
    slack: Playground, sqlite_url: str, acme: Path
) -> None:
    async with staged(sqlite_url, playground=slack, extra=acme) as stage:
        ada = stage.person("ada")
        await ada.types("/rungs assess review")
        await climbs(ada, "22")
    async with staged(sqlite_url, playground=slack) as stage:
        ada = stage.person("ada")
        await climbs(ada, "20")
        assert "Your self-check: Code review" in ada.reads()
        await ada.clicks("Why this result")
        assert "Partner" in ada.view_text
        await ada.closes()
        await ada.clicks("See the next level")
        assert "an earlier version of Rungs" in ada.reads()
        for command in ("me", "tip", "export"):
            await ada.types(f"/rungs {command}")
            assert "didn't work" not in ada.reads()
        await ada.opens_home()
        assert "*Code review: level 1, Reader.*" in ada.view_text
        await ada.types("/rungs assess review")
        assert "There is no self-check called `review`." in ada.reads()


async def test_starting_over_in_a_removed_ladder_keeps_its_words(
    slack: Playground, sqlite_url: str, acme: Path
) -> None:
    async with staged(sqlite_url, playground=slack, extra=acme) as stage:
        ada = stage.person("ada")
        await ada.types("/rungs assess review")
        await climbs(ada, "22")
        await ada.types("/rungs assess review")
    async with staged(sqlite_url, playground=slack) as stage:
        ada = stage.person("ada")
        await ada.clicks("Start over")
        assert "Code review · Card 1 of up to 2" in ada.reads()
