"""Content that changes between a check-in and its answer: replies keep the words that were shown."""

from pathlib import Path

from tests.checkins.calendar import Season, assessed, season, working_year
from tests.stage import buttons, labels, staged
from tests.storage import lookups


async def test_a_family_that_is_gone_is_asked_about_and_then_let_be(
    sqlite_url: str, finance: Path
) -> None:
    async with working_year() as (slack, calendar):
        async with staged(sqlite_url, playground=slack, now=calendar, extra=finance) as stage:
            ada = stage.person("ada")
            await assessed(ada, "AA", family="finance")
            title = ada.card.text.split("*")[-2]
            await ada.clicks("I'll try it")
        async with staged(sqlite_url, playground=slack, now=calendar) as stage:
            summer, ada = Season(stage, calendar), stage.person("ada")
            said = await summer.comes(ada)
            assert said.startswith(f'How did "{title}" go?')
            assert (await summer.comes(ada)).startswith(f'"{title}" is still your step.')
            await ada.clicks("Done", on=ada.card)
            assert f"*Done: {title}.*" in ada.reads()
            assert labels(ada.card) == []
            posted = len(ada.messages())
            await summer.until_due(ada)
            await summer.work()
            assert len(ada.messages()) == posted
            async with stage.database.read() as session:
                (last,) = await lookups.messages_of(session, ada.key, limit=1)
            assert last.reason == "no_tip"


async def test_a_smaller_tip_that_is_gone_leaves_the_step_as_it_is(sqlite_url: str) -> None:
    async with season(sqlite_url) as spring:
        ada = spring.stage.person("ada")
        await assessed(ada)
        await ada.clicks("I'll try it")
        title = (await spring.comes(ada)).split('"')[1]
        await ada.clicks("Partly", on=ada.card)
        await ada.clicks("Time", on=ada.card)
        block, try_it = next(
            (b, e) for b, e in buttons(ada.card) if e["text"]["text"] == "Try this one"
        )
        gone = try_it["value"].partition("|")[0] + "|no-such-tip"
        await ada.clicks_element(ada.card, block, {**try_it, "value": gone})
        await spring.stage.settle()
        assert title in ada.reads()
        assert "Done" in str(labels(ada.card))
