"""The longest agents, grades, levels and needs that the schema and the forms allow, as Slack accepts them."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from bot.features.agents.edit_views import MODEL, NAME, PURPOSE, TOOL
from bot.features.agents.handlers import LONGEST_PROJECT
from content import limits
from content.loader import load_library
from storage import required_level
from storage.agents import agents
from storage.agents.agents import AgentFacts
from tests.agents.register import CHANNEL, NOON, Desk, at_desk, need_words, next_with
from tests.self_check.test_longest import Plain, filled, marked_up, nothing_was_refused
from tests.stage import shown

TEXT = 4000
"""Slack: longer texts of a message cannot be brought up to date."""

URL = "https://example.com/?" + "&" * 470
CRITERIA, LEVELS = limits.CRITERIA[1], limits.LADDER_LEVELS[1]
NEEDS = 3
"""So many needs of a question at the highest level are as long as its answer may be."""


def numbered(prefix: str, size: int, count: int) -> list[str]:
    """Return different texts of exactly this size."""
    return [f"{prefix}{n:02} " + filled(size - len(prefix) - 3) for n in range(count)]


def levels() -> list[dict[str, Any]]:
    """Return every level, with lists as long as they may be."""
    return [
        {
            "level": n,
            "sign": f"L{n}&<>&<>"[: limits.SIGN],
            "name": numbered(f"N{n}", limits.LEVEL_NAME, 1)[0],
            "equivalent": filled(limits.LINE),
            "describes": filled(limits.LINE),
            "can": [
                {"group": numbered("g", limits.BUTTON, 9)[g], "items": numbered("i", 300, 5)}
                for g in range(2)
            ],
            "cannot": numbered("c", limits.LINE, 9),
            "projects": numbered("p", limits.LINE, 3),
            "learn": numbered("l", limits.LINE, 3),
            "acceptance": numbered("a", limits.LINE, 9),
        }
        for n in range(1, LEVELS + 1)
    ]


def criterion(number: int) -> dict[str, Any]:
    """Return a criterion with an answer for every level."""
    answers = [
        {
            "level": n,
            "describes": numbered(f"{n}-{number}-", limits.ANSWER, 1)[0],
            "try": numbered(f"{n}-{number}-", limits.LINE - 60, 1)[0],
        }
        for n in range(1, LEVELS + 1)
    ]
    return {
        "id": f"criterion-{number}",
        "name": f"Same beginning of all names {number} " + "x" * (limits.LEVEL_NAME - 31),
        "topic": f"{number} " + "&" * (limits.TOPIC - 2),
        "question": filled(limits.QUESTION),
        "levels": answers,
    }


def framework() -> dict[str, Any]:
    """Return the content of `framework.yaml`."""
    return {
        "framework": "ai-engineer",
        "kind": "lowest",
        "subject": "agent",
        "version": "9",
        "name": "L" * limits.FAMILY_NAME,
        "summary": filled(limits.SUMMARY),
        "about": filled(limits.PARAGRAPH),
        "not_tried": filled(limits.BUTTON),
        "before": {"name": "B" * limits.LEVEL_NAME, "describes": filled(limits.LINE)},
        "levels": levels(),
        "criteria": [criterion(number) for number in range(CRITERIA)],
        "guidelines": numbered("u", limits.LINE, 9),
        "announced": [
            {"sign": f"L9-{n}", "name": f"{n} " + "A" * 38, "explained": filled(limits.PARAGRAPH)}
            for n in range(3)
        ],
    }


def needs() -> dict[str, Any]:
    """Return the content of `needs.yaml`."""
    questions = [
        {
            "id": f"question-{q}",
            "topic": f"{q} " + "t" * (limits.TOPIC - 2),
            "text": numbered(f"{q}", limits.QUESTION, 1)[0],
            "multiple": q > 0,
            "needs": [
                {
                    "id": f"need-{q}-{n}",
                    "text": numbered(f"{q}{n}", limits.BUTTON, 1)[0],
                    "level": 1 if q == 0 and n == 0 else LEVELS,
                    "because": filled(40),
                }
                for n in range(NEEDS)
            ],
        }
        for q in range(limits.NEED_QUESTIONS)
    ]
    clashes = [
        {"needs": [f"need-1-{n}", f"need-2-{n}"], "says": filled(limits.LINE)} for n in range(3)
    ]
    return {
        "framework": "ai-engineer",
        "version": "9",
        "title": "T" * limits.FAMILY_NAME,
        "about": filled(limits.PARAGRAPH),
        "none_label": filled(limits.BUTTON),
        "questions": questions,
        "contradictions": clashes,
    }


@pytest.fixture
async def desk(sqlite_url: str, tmp_path: Path) -> AsyncIterator[Desk]:
    content = tmp_path / "content"
    folder = content / "frameworks" / "ai-engineer"
    folder.mkdir(parents=True)
    for name, data in (("framework", framework()), ("needs", needs())):
        text = yaml.dump(data, Dumper=Plain, allow_unicode=True, sort_keys=False)
        (folder / f"{name}.yaml").write_text(text)
    assert load_library(content).agent_ladder
    async with at_desk(sqlite_url, extra=content) as desk:
        yield desk
        nothing_was_refused(desk.stage)
        for call in desk.stage.playground.calls:
            for text in marked_up(call.arguments):
                assert "<@U0ADAOKAFOR>" not in text
                assert "L1&<" not in text
            assert limits.length(str(call.arguments.get("text", ""))) <= TEXT


def facts(place: int) -> dict[str, str]:
    return {
        "name": f"{place:03} " + "&" * (NAME - 4),
        "tool": "<" * TOOL,
        "model": "&" * MODEL,
        "purpose": filled(PURPOSE),
    }


async def test_a_long_list_counts_what_it_leaves_out(desk: Desk) -> None:
    words = need_words(desk.stage.bot.deps.library)
    async with desk.stage.database.write() as session:
        for place in range(110):
            named = AgentFacts(**facts(place), owner=desk.grace.id)
            where, by = (desk.workspace_id, CHANNEL), desk.noah.id
            await agents.add(session, *where, "ai-engineer", named, by=by, now=NOON)
            name = f"{place:03} " + "&" * (LONGEST_PROJECT - 4)
            await required_level.share(
                session, *where, words, {}, name=name, level=6, by=by, now=NOON
            )
    told = await desk.says("list")
    assert "more." in told
    await desk.says("show nobody")
    await desk.says("show")
    await desk.says("history")


async def test_a_grading_with_the_longest_words_and_links(desk: Desk) -> None:
    agent = facts(1)
    await desk.adds(**agent)
    for by in ("noah", "grace", "omar"):
        person = desk.person(by)
        await person.types(f"/rungs agent grade {agent['name']}", where=CHANNEL)
        for _ in range(CRITERIA):
            await desk.links(person, URL)
            await person.clicks("C")
        assert "Graded: 001" in person.reads()
        desk.clock.go(days=1)
    await desk.says(f"show {agent['name']}")
    await desk.says(f"history {agent['name']}")
    assert len([post for post in desk.posts() if "graded" in post.text]) == 3


async def test_a_project_with_the_longest_needs(desk: Desk) -> None:
    for place in range(8):
        await desk.adds(**facts(place))
    noah = desk.noah
    await noah.types("/rungs agent need " + "&" * 60, where=CHANNEL)
    await noah.clicks("B")
    for _ in range(limits.NEED_QUESTIONS - 1):
        await next_with(noah, [str(place) for place in range(NEEDS)])
    assert "and" in noah.reads()
    assert "- [ ] a00" in shown(noah.card)
    await noah.clicks("Why this result")
    await noah.closes()
    await noah.clicks("Share in the channel")
    await noah.clicks("Compare the agents")
    assert "- [ ] a00" in shown(desk.posts()[-1])
    await desk.says("list")
    await desk.says(f"show {facts(1)['name']}")


@pytest.mark.parametrize("typed", ["", "1", "6", "L9-0", "nothing `at` all <!channel>"])
async def test_the_longest_levels(desk: Desk, typed: str) -> None:
    assert await desk.says(f"levels {typed}")
