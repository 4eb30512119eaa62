"""What is kept of a card before it is answered: boxes that are ticked, and a link to evidence."""

from collections.abc import Mapping
from dataclasses import replace

from bot import cards
from bot.conversations.loaded import Loaded
from bot.deps import Deps
from bot.origin import Origin
from storage.assessments import assessments, given_answers
from storage.database import Session


async def open_card_of(
    session: Session, deps: Deps, origin: Origin, assessment_id: str, *, lock: bool = False
) -> Loaded | None:
    """The open conversation of the one who acts; None when it ended, or is somebody else's."""
    key = origin.key
    row = await assessments.get(session, key.workspace_id, assessment_id, lock=lock)
    if row is None or row.user_id != key.user_id or row.state != "open":
        return None
    return await cards.load(session, deps, row)


async def keep(
    session: Session, loaded: Loaded, answers: Mapping[str, float], notes: Mapping[str, str]
) -> Loaded:
    """Keep this as the draft of the card, over what is kept of it already."""
    draft = loaded.draft.with_more(answers, notes)
    await given_answers.save_draft(session, loaded.row, draft.to_json())
    return replace(loaded, draft=draft)


async def redraw(deps: Deps, loaded: Loaded, *, note: str | None = None) -> None:
    """Show the card as it is kept now, with a note on it if there is one."""
    row = loaded.row
    if not (row.card_channel and row.card_ts):
        return
    async with deps.database.read() as session:
        message = await cards.draw(session, deps, loaded, note=note)
    await deps.slack.update(row.card_channel, row.card_ts, message)
