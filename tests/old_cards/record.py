"""Records every kind of card with buttons by playing it: `python -m tests.old_cards.record`.

The recording in the repository was made before the code was laid out anew and stays as it is: the tests show
that cards posted then still work. Record again only to hold the cards of a newer version instead.
"""

import asyncio
from pathlib import Path
from tempfile import TemporaryDirectory

from app import REGISTRY
from bot import buttons
from storage.database import schema
from tests.checkins.calendar import season
from tests.old_cards.archive import CONTENT, save, taken
from tests.old_cards.cards import actions_of, cards_of, form_of
from tests.old_cards.cast import Cast
from tests.old_cards.scenes import play


async def record(folder: Path) -> None:
    """Play, and write what there is in the end; fail when an id that the bot knows is on no card."""
    file = folder / "rungs.db"
    await schema.upgrade(f"sqlite:///{file}")
    known = {*REGISTRY.clicks, buttons.LINK}
    async with season(f"sqlite:///{file}", extra=CONTENT) as running:
        workspace = running.stage.playground.workspace
        await play(Cast(running))
        cards = cards_of(workspace)
        recording = taken(workspace, at=running.calendar.now, actions=known, forms=REGISTRY.forms)
    save(recording, file)
    found = set().union(*map(actions_of, cards)) | {form_of(card) for card in cards}
    missing = (known | set(REGISTRY.forms)) - found
    print(f"{len(cards)} cards")
    if missing:
        raise SystemExit(f"On no card: {', '.join(sorted(missing))}.")


if __name__ == "__main__":
    with TemporaryDirectory() as folder:
        asyncio.run(record(Path(folder)))
