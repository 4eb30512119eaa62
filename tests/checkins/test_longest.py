"""Check-ins with the longest content that is allowed, and with characters that Slack treats as markup."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import yaml

from content import limits
from tests.checkins.calendar import Season, season
from tests.self_check.test_longest import Plain, longest_family, marked_up, nothing_was_refused
from tests.stage import Person


def with_signs() -> dict[str, object]:
    """The longest family, with such characters in the titles of its steps as well."""
    family = longest_family()
    for place, tip in enumerate([*family["tips"], *family["evidence"]]):
        tip["title"] = f'Try <@U0> & "x" *y* {place}'.ljust(limits.TITLE, "z")
    return family


@pytest.fixture
async def spring(sqlite_url: str, tmp_path: Path) -> AsyncIterator[Season]:
    folder = tmp_path / "content" / "frameworks" / "role-families"
    folder.mkdir(parents=True)
    text = yaml.dump(with_signs(), Dumper=Plain, allow_unicode=True, sort_keys=False)
    (folder / "longest.yaml").write_text(text)
    async with season(sqlite_url, extra=tmp_path / "content") as ready:
        yield ready


@pytest.fixture
async def ada(spring: Season) -> Person:
    person = spring.stage.person("ada")
    await person.types("/rungs assess longest")
    await person.answers("AAAAAA")
    return person


async def answers(person: Person, *choices: str) -> None:
    for choice in choices:
        await person.clicks(choice, on=person.card)


@pytest.mark.parametrize(
    "choices",
    [
        ("Done",),
        ("Partly", "Time"),
        ("Not yet", "Change the day"),
        ("Not for me", "Wrong task"),
        ("Fewer of these", "Message settings"),
    ],
)
async def test_every_answer_with_the_longest_words(
    spring: Season, ada: Person, choices: tuple[str, ...]
) -> None:
    await ada.clicks("I'll try it")
    said = await spring.comes(ada)
    assert "&lt;@U0&gt; &amp;" in said
    await answers(ada, *choices)
    nothing_was_refused(spring.stage)
    for call in spring.stage.playground.calls:
        assert all("<@U0" not in text for text in marked_up(call.arguments))


@pytest.mark.parametrize("is_chosen", [False, True])
async def test_silence_and_return_with_the_longest_words(
    spring: Season, ada: Person, *, is_chosen: bool
) -> None:
    if is_chosen:
        await ada.clicks("I'll try it")
    for _ in range(6):
        await spring.comes(ada)
    await answers(ada, "Resume")
    await ada.opens_home()
    await spring.until_due(ada, "reassess")
    nothing_was_refused(spring.stage)
