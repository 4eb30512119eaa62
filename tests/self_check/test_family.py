"""Role families: found by what a member types, and changed."""

import pytest

from storage import members
from tests.stage import Person, Stage


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
    assert "The open one in Engineering stays" in ada.reads()
    await ada.types("/rungs assess")
    await ada.clicks("Continue")
    assert "Engineering · 2 of 3" in ada.reads()


async def test_an_unknown_family_gets_did_you_mean(ada: Person) -> None:
    await ada.types("/rungs assess saels", where=ada.channel)
    assert "Did you mean `sales`?" in ada.reads(ada.channel)
    assert ada.messages() == []


@pytest.mark.parametrize(
    "typed", ["customer-service", "Customer Service", "customer_service", "CUSTOMER service"]
)
async def test_families_are_found_however_they_are_written(ada: Person, typed: str) -> None:
    await ada.types(f"/rungs assess {typed}")
    assert "Customer service · 1 of 3" in ada.reads()
