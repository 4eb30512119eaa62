"""Every button of the cards that were posted before still works."""

from collections.abc import Iterator
from logging import ERROR, INFO
from typing import Any

import pytest

from playground.person.outcome import Outcome
from tests.old_cards.cards import (
    Card,
    action_family,
    actions_of,
    blocks_of,
    elements_of,
    form_of,
)
from tests.old_cards.replay import Replay

pytestmark = pytest.mark.asyncio(loop_scope="module")

SAID_WHEN_LOST = (
    "That didn't work",
    "That button is from an earlier version",
    "That window didn't open",
    "This card belongs to someone else",
    "has ended. Type",
    "is no longer stored",
)
"""What the bot says when it does not know a click, or fails at it."""
LOGGED_WHEN_LOST = ("not_for_us", "unreadable_payload", "listener_failed", "undeliverable")
SAVED_IN_SILENCE = {"item_picked:", "need_ticked:", "link_followed"}
"""Clicks after which nothing has to change on the screen."""


async def test_every_id_is_on_a_card(replay: Replay) -> None:
    cards = replay.cards()
    assert set(replay.recording.actions) <= set().union(*map(actions_of, cards))
    assert set(replay.recording.forms) <= {form_of(card) for card in cards}


async def test_every_click_is_answered(replay: Replay, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(INFO)
    problems: list[str] = []
    for card, block, element in one_of_each(replay.cards()):
        replay.rewind()
        seen = Seen(replay, card["user"], caplog)
        outcome = await replay.uses(card, block, element)
        what = f"{card['user']} {element['action_id']}"
        problems += [f"{what}: {one}" for one in seen.lost(outcome)]
        if not seen.has_answer() and action_family(element["action_id"]) not in SAVED_IN_SILENCE:
            problems.append(f"{what}: no answer")
    assert not problems, "\n".join(problems)


async def test_every_form_is_taken(replay: Replay, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(INFO)
    problems: list[str] = []
    for card in filter(form_of, replay.cards()):
        replay.rewind()
        seen = Seen(replay, card["user"], caplog)
        problems += [f"{card['user']}: {one}" for one in seen.lost(await replay.submits(card))]
        if not seen.has_answer():
            problems.append(f"{card['user']}: no answer")
    assert not problems, "\n".join(problems)


def one_of_each(cards: list[Card]) -> Iterator[tuple[Card, str, dict[str, Any]]]:
    """Yield each element once of all cards that offer the same."""
    known = set()
    for card in cards:
        kind = (
            card.get("view", {}).get("content", {}).get("callback_id"),
            *sorted(actions_of(card)),
        )
        for block, element in elements_of(blocks_of(card)):
            one = (kind, element["action_id"])
            if one not in known:
                known.add(one)
                yield card, block, element


class Seen:
    """What a person saw, and Slack heard, before a click; and what is different afterwards."""

    def __init__(self, replay: Replay, user: str, caplog: pytest.LogCaptureFixture) -> None:
        self._replay, self._user, self._caplog = replay, user, caplog
        self._before = replay.shown_to(user)
        self._calls = self._count()
        caplog.clear()

    def _count(self) -> int:
        looked_up = ("auth.test", "users.info", "conversations.info", "conversations.members")
        return sum(call.method not in looked_up for call in self._replay.stage.playground.calls)

    def new(self) -> list[str]:
        """Return the words that were not there before."""
        now = self._replay.shown_to(self._user)
        return [text for place, text in now.items() if self._before.get(place) != text]

    def has_answer(self) -> bool:
        """Say whether anything was shown, if only the same card again."""
        return bool(self.new()) or self._count() > self._calls

    def lost(self, outcome: Outcome) -> list[str]:
        """Return what shows that the bot did not know a click, or failed at it."""
        found = [f"Slack says {outcome.shown or outcome.errors}"] if not outcome.ok else []
        found += [text[:100] for text in self.new() if any(said in text for said in SAID_WHEN_LOST)]
        found += [
            f"logged {record.getMessage()}"
            for record in self._caplog.records
            if record.levelno >= ERROR or record.exc_info or record.getMessage() in LOGGED_WHEN_LOST
        ]
        return found
