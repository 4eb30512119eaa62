"""The example of a step: behind a button where the step is offered, in full with `/rungs step`."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from tests.stage import Person, built_in, buttons, labels, staged

FINANCE = Path(__file__).parents[1] / "content/good/frameworks/role-families/finance.yaml"
TITLE = "*Save one prompt that worked* · 5 min"
EXAMPLE = "> Weak: Explain &lt;@U0&gt; &amp; travel.\n> Better: Name *three* bookings over plan."
INTERNAL = "Internal material: use an AI tool that is approved for it."
SOURCE = 'From: Acme &lt;Finance&gt;, "Notes & more", 2026'.replace(" & ", " &amp; ")
SHOW = "Show an example"


@asynccontextmanager
async def at_finance(
    database_url: str, tmp_path: Path, *, data: str = "internal", learned: str | None = None
) -> AsyncIterator[Person]:
    """A member whose result comes with the step of an organization, which has an example with marks in it."""
    own = tmp_path / "acme/frameworks/role-families/finance.yaml"
    own.parent.mkdir(parents=True)
    text, _, rest = FINANCE.read_text().partition("      Weak: ")
    rest = rest.partition("    why: ")[2].replace("data: internal", f"data: {data}")
    source = learned or "'Acme <Finance>, \"Notes & more\", 2026'"
    rest = rest.replace("learned_from: practice", f"learned_from: {source}")
    lines = "      Weak: Explain <@U0> & travel.\n      Better: Name *three* bookings over plan.\n"
    own.write_text(f"{text}{lines}    why: {rest}")
    async with staged(database_url, extra=tmp_path / "acme") as stage:
        member = stage.person("ada")
        await member.types("/rungs assess finance")
        await member.answers("AA")
        yield member


async def test_a_result_has_a_button_that_shows_the_example(
    sqlite_url: str, tmp_path: Path
) -> None:
    async with at_finance(sqlite_url, tmp_path) as ada:
        assert TITLE in ada.reads()
        assert INTERNAL in ada.reads()
        assert SHOW in ada.reads()
        assert "Weak:" not in ada.reads()
        assert "From:" not in ada.reads()
        assert labels(ada.card)[0] == ["I'll try it", "Show another", "Not for me"]
        await ada.clicks(SHOW)
        for words in (TITLE, EXAMPLE, INTERNAL, SOURCE):
            assert words in ada.view_text
        assert not [call for call in ada.stage.playground.calls if not call.ok]


async def test_the_step_alone_is_shown_in_full(sqlite_url: str, tmp_path: Path) -> None:
    async with at_finance(sqlite_url, tmp_path) as ada:
        await ada.types("/rungs step")
        for words in (TITLE, EXAMPLE, INTERNAL, SOURCE):
            assert words in ada.reads()
            assert words in ada.card.text
        assert SHOW not in ada.reads()
        await ada.clicks("I'll try it")
        assert EXAMPLE in ada.reads()
        await ada.clicks("Done")
        assert "Weak:" not in ada.reads()


async def test_the_home_tab_shows_the_example_too(sqlite_url: str, tmp_path: Path) -> None:
    async with at_finance(sqlite_url, tmp_path) as ada:
        await ada.opens_home()
        assert INTERNAL in ada.view_text
        assert "Weak:" not in ada.view_text
        await ada.clicks_in_view(SHOW)
        assert EXAMPLE in ada.view_text


async def test_an_example_is_for_its_member_alone(sqlite_url: str, tmp_path: Path) -> None:
    async with at_finance(sqlite_url, tmp_path) as ada:
        lucia = ada.stage.person("lucia")
        await lucia.types("/rungs assess finance")
        await lucia.answers("AA")
        value = next(e["value"] for _, e in buttons(ada.card) if e["text"]["text"] == SHOW)
        block, own = next((b, e) for b, e in buttons(lucia.card) if e["text"]["text"] == SHOW)
        await lucia.clicks_element(lucia.card, block, {**own, "value": value})
        await lucia.stage.settle()
        assert "Weak:" not in lucia.view_text
        assert "Another step has taken its place." in lucia.view_text


@pytest.mark.parametrize(
    ("data", "line"),
    [
        ("public", "Public material: use any AI tool that your organization allows."),
        ("customer", "Take out names, prices, and contact details first."),
        ("none", None),
    ],
)
async def test_each_class_of_data_has_its_line(
    sqlite_url: str, tmp_path: Path, data: str, line: str | None
) -> None:
    async with at_finance(sqlite_url, tmp_path, data=data, learned="practice") as ada:
        assert (line or TITLE) in ada.reads()
        assert ("material:" in ada.reads()) is (line is not None)
        await ada.types("/rungs step")
        assert "From:" not in ada.reads()
        assert ("material:" in ada.card.text) is (line is not None)


async def test_a_lesson_keeps_its_example_behind_the_button(ada: Person) -> None:
    await ada.types("/rungs assess engineering")
    await ada.answers("AAA")
    while not (name := next((s.name for s in built_in().series if s.name in ada.reads()), None)):
        await ada.clicks("Show another")
    lesson = next(s for s in built_in().steps_for("engineering") if s.series == name)
    assert lesson.example
    assert "For example" not in ada.reads()
    await ada.clicks(SHOW)
    assert f"> {lesson.example.splitlines()[0]}" in ada.view_text
