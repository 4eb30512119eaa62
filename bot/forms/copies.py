"""Forms that Slack delivers again."""

from bot.deps import Deps
from bot.origin import Origin
from storage import inbound


async def is_done(deps: Deps, origin: Origin) -> bool:
    """Whether this very form was saved before; then Slack need not be asked anything for it."""
    async with deps.database.read() as session:
        return await inbound.is_claimed(session, origin.key.workspace_id, origin.once)
