"""Role families: found by what a member types, and changed."""

from pathlib import Path

import pytest
from sqlalchemy import text

from storage import members
from tests.stage import Person, Stage, labels, shown, staged


@pytest.fixture
def lucia(stage: Stage) -> Person:
    """A content marketer, as her title says."""
    return stage.person("lucia")


async def test_family_is_set_by_name_and_by_button(stage: Stage, ada: Person) -> None:
    await ada.types("/rungs family sales")
    assert "Your role family is now *Sales*" in ada.reads()
    await ada.types("/rungs family")
    await ada.clicks("Design")
    async with stage.database.read() as session:
        member = await members.get(session, ada.key)
    assert member is not None
    assert member.family == "design"


async def test_another_family_leaves_the_open_self_check_alone(ada: Person) -> None:
    await ada.types("/rungs assess engineering")
    await ada.clicks("A")
    await ada.types("/rungs family sales")
    assert "Your self-check in Engineering is still open" in ada.reads()
    await ada.types("/rungs assess")
    await ada.clicks("Continue")
    assert "Engineering · 2 of 3" in ada.reads()


async def test_an_unknown_family_gets_did_you_mean(ada: Person) -> None:
    await ada.types("/rungs assess saels", where=ada.channel)
    assert "Did you mean `sales`?" in ada.reads(ada.channel)
    assert ada.messages() == []


@pytest.mark.parametrize(
    "typed",
    ["customer-service", "Customer Service", "customer_service", "CUSTOMER service", "customer"],
)
async def test_families_are_found_however_they_are_written(ada: Person, typed: str) -> None:
    await ada.types(f"/rungs assess {typed}")
    assert "Customer service · 1 of 3" in ada.reads()


async def test_the_beginning_of_a_word_is_not_its_family(ada: Person) -> None:
    await ada.types("/rungs assess cust")
    assert "There is no self-check called `cust`." in ada.reads()


@pytest.mark.parametrize(
    ("name", "typed", "told"),
    [
        ("Customer success", "customer success", "Customer success · 1 of 2"),
        ("Customer success", "customer", "There is no self-check called `customer`."),
        ("Coding standards", "coding standards", "Coding standards · 1 of 2"),
        ("Coding standards", "coding", "AI coding · Card 1"),
    ],
)
async def test_first_words_that_mean_something_else_too_are_not_its_family(
    sqlite_url: str, finance: Path, name: str, typed: str, told: str
) -> None:
    file = finance / "frameworks/role-families/finance.yaml"
    file.write_text(file.read_text().replace("name: Finance", f"name: {name}", 1))
    async with staged(sqlite_url, extra=finance) as stage:
        ada = stage.person("ada")
        await ada.types(f"/rungs assess {typed}")
        assert told in ada.reads()


async def test_the_title_suggests_a_family_and_is_not_kept(stage: Stage, lucia: Person) -> None:
    title = stage.playground.workspace.people[lucia.id].title = "Senior Content Marketer XQZ"
    await lucia.types("/rungs assess")
    told = lucia.reads()
    assert 'Your title in Slack mentions "marketer", so Marketing may be the closest.' in told
    assert "Rungs doesn't keep the title." in told
    assert labels(lucia.card)[0][0] == "Marketing"
    await lucia.types("/rungs family")
    assert "Marketing may be the closest" in lucia.reads()
    await lucia.clicks("Sales", on=lucia.messages()[0])
    assert "Sales · 1 of 3" in shown(lucia.messages()[0])
    await lucia.types("/rungs family")
    assert "may be the closest" not in lucia.reads()
    await lucia.clicks("Back", on=lucia.messages()[0])
    assert "Marketing may be the closest" in shown(lucia.messages()[0])
    await lucia.types("/rungs export")
    files = [file.content for file in stage.playground.workspace.files.values()]
    assert files
    assert all(content and title.encode() not in content for content in files)
    assert all("XQZ" not in str(message.blocks) for message in lucia.messages())
    async with stage.database.read() as session:
        rows = await session.execute(text("SELECT * FROM member"))
    assert "XQZ" not in str(rows.all())


async def test_an_unknown_family_may_be_a_word_of_titles(ada: Person) -> None:
    await ada.types("/rungs family copywriter")
    assert "There is no role family called `copywriter`. Did you mean `marketing`?" in ada.reads()
    assert "`customer service`" in ada.reads()
    await ada.types("/rungs assess copywriter")
    assert "Did you mean `marketing`?" in ada.reads()


@pytest.mark.parametrize("title", ["", "Head of Sales & Marketing", "Lighthouse keeper", "<!here>"])
async def test_a_title_that_is_not_clear_suggests_nothing(
    stage: Stage, lucia: Person, title: str
) -> None:
    stage.playground.workspace.people[lucia.id].title = title
    await lucia.types("/rungs assess")
    assert "Which of these is closest to your work?" in lucia.reads()
    assert "may be the closest" not in lucia.reads()


@pytest.mark.parametrize("fault", ["missing_scope", "user_not_found", "ratelimited"])
async def test_without_the_profile_everything_works_without_a_suggestion(
    stage: Stage, lucia: Person, fault: str
) -> None:
    stage.playground.faults.add("users.info", fault, times=50, retry_after=1)
    await lucia.types("/rungs assess")
    assert "may be the closest" not in lucia.reads()
    await lucia.clicks("Marketing")
    await lucia.answers("AAA")
    assert "Your self-check: Marketing" in lucia.reads()
