"""What answers say about the items of knowledge checks, as authors read it in a terminal."""

from collections.abc import Iterator, Mapping, Sequence

from bot.operators import aligned
from coaching.item_figures import FROM_ANSWERS, ItemAnswer, ItemFigures, figures_of
from coaching.items import Knowledge
from storage.database.engine import Database
from storage.knowledge.answers import answers_by_item

HEAD = ("item", "answers", "right", "tells apart", "sure", "right when sure", "look at")


async def item_table(database: Database, *, knowledge: Knowledge) -> str:
    """Return the figures of every item with enough answers, those to look at first.

    They are over all workspaces. Items that left the content are not among them.
    """
    async with database.read() as session:
        answers = await answers_by_item(session)
    return "\n".join(_lines(answers, knowledge))


def _lines(answers: Mapping[str, Sequence[ItemAnswer]], knowledge: Knowledge) -> Iterator[str]:
    known = [item.id for skill in knowledge.skills.values() for item in skill.items]
    found = [(item, figures_of(answers.get(item, ()))) for item in known]
    rows = [(item, figures) for item, figures in found if figures]
    if rows:
        rows.sort(key=lambda row: not row[1].flags)
        yield from aligned(HEAD, [_row(item, figures) for item, figures in rows])
    fewer = len(known) - len(rows)
    if fewer:
        yield f"{fewer} of {len(known)} items have fewer than {FROM_ANSWERS} answers."


def _row(item: str, figures: ItemFigures) -> list[str | None]:
    apart, when_sure = figures.discrimination, figures.sure_and_right
    return [
        item,
        str(figures.answers),
        f"{figures.right:.0%}",
        None if apart is None else f"{apart:.2f}",
        f"{figures.sureness:.1f}",
        None if when_sure is None else f"{when_sure:.0%}",
        "; ".join(figures.flags),
    ]
