"""Content that changes while self-checks are open: each continues, and is kept, in its own words."""

from pathlib import Path

from playground.server import Playground
from tests.eventually import levels_kept
from tests.organization import reword
from tests.stage import shown, staged

FAMILY = "frameworks/role-families/finance.yaml"
BEFORE, AFTER = "How did the explanation start?", "What came first?"


def reworded(finance: Path) -> None:
    """Give the family another question, name and answers."""
    reword(finance / FAMILY, (BEFORE, AFTER), ("name: Finance", "name: Accounts"))


async def test_an_open_one_continues_and_ends_in_its_own_words(
    slack: Playground, sqlite_url: str, finance: Path
) -> None:
    async with staged(sqlite_url, playground=slack, extra=finance) as stage:
        ada = stage.person("ada")
        await ada.types("/rungs assess finance")
        assert BEFORE in ada.reads()
        await ada.clicks("B")
        second = ada.reads()
        await ada.clicks("Back")
    reworded(finance)
    async with staged(sqlite_url, playground=slack, extra=finance) as stage:
        ada = stage.person("ada")
        await ada.clicks("B")
        assert ada.reads() == second
        await ada.clicks("Back")
        assert BEFORE in ada.reads()
        await ada.clicks("B")
        await ada.types("/rungs assess")
        assert "The questions have changed" in ada.reads()
        await ada.clicks("Continue")
        await ada.answers("C")
        assert "Your self-check: Finance" in ada.reads()
        await ada.clicks("Why this result")
        assert BEFORE in ada.view_text
        assert AFTER not in ada.view_text


async def test_an_unanswered_one_restarts_with_the_new_words(
    slack: Playground, sqlite_url: str, finance: Path
) -> None:
    async with staged(sqlite_url, playground=slack, extra=finance) as stage:
        await stage.person("ada").types("/rungs assess finance")
    reworded(finance)
    async with staged(sqlite_url, playground=slack, extra=finance) as stage:
        ada = stage.person("ada")
        await ada.types("/rungs assess")
        assert AFTER in ada.reads()
        await ada.answers("BC")
        assert "Your self-check: " in ada.reads()


async def test_history_keeps_its_words_and_a_new_one_has_the_new_ones(
    slack: Playground, sqlite_url: str, finance: Path
) -> None:
    async with staged(sqlite_url, playground=slack, extra=finance) as stage:
        ada = stage.person("ada")
        await ada.types("/rungs assess finance")
        await ada.answers("AB")
        old = ada.card
    reworded(finance)
    async with staged(sqlite_url, playground=slack, extra=finance) as stage:
        ada = stage.person("ada")
        await ada.clicks("Why this result", on=old)
        assert BEFORE in ada.view_text
        await ada.closes()
        await ada.types("/rungs assess")
        assert AFTER in ada.reads()
        assert "Accounts · 1 of 2" in ada.reads()
        await ada.answers("CC")
        assert "Your self-check: Accounts" in ada.reads()
        assert "Your self-check: Finance" in shown(old)
        assert await levels_kept(ada) == [[2, 2], [1, 1.5]]


async def test_an_open_one_continues_after_its_family_was_removed(
    slack: Playground, sqlite_url: str, finance: Path
) -> None:
    async with staged(sqlite_url, playground=slack, extra=finance) as stage:
        ada = stage.person("ada")
        await ada.types("/rungs assess finance")
        await ada.clicks("C")
    async with staged(sqlite_url, playground=slack) as stage:
        ada = stage.person("ada")
        assert "Finance · 2 of 2" in ada.reads()
        await ada.clicks("C")
        assert "Your self-check: Finance" in ada.reads()
        await ada.clicks("Why this result")
        assert BEFORE in ada.view_text
        await ada.closes()
        await ada.clicks("See the next tier")
        assert "didn't work" not in ada.reads()
        await ada.closes()
        await ada.opens_home()
        assert "Finance" in ada.view_text
        await ada.types("/rungs tip")
        await ada.types("/rungs me")
        await ada.types("/rungs assess")
        assert "closest to your work" in ada.reads()
        await ada.clicks("Sales")
        assert "Sales · 1 of 3" in ada.reads()


async def test_starting_over_in_a_removed_family_begins_in_another(
    slack: Playground, sqlite_url: str, finance: Path
) -> None:
    async with staged(sqlite_url, playground=slack, extra=finance) as stage:
        ada = stage.person("ada")
        await ada.types("/rungs assess finance")
        await ada.clicks("C")
    async with staged(sqlite_url, playground=slack) as stage:
        ada = stage.person("ada")
        await ada.types("/rungs assess")
        await ada.clicks("Start over")
        assert "closest to your work" in ada.reads() or "1 of 3" in ada.reads()
        assert "Finance" not in ada.reads()
