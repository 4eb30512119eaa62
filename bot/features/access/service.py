"""What other capabilities show of access: the line on the Home tab."""

from slack_sdk.models.blocks import Block

from bot.buttons import ACCESS
from bot.deps import Deps
from bot.features.access.member_access import access_of, count_waiting
from bot.features.access.views import home_block
from coaching.members import MemberKey
from storage.database import Session


async def home_line(session: Session, deps: Deps, key: MemberKey) -> Block | None:
    """Return the line about the member's permissions; None while access or every permission is off."""
    if ACCESS not in deps.features.clicks:
        return None
    found = await access_of(session, deps, key)
    if not found.standings or not found.facts.is_member or found.facts.is_guest:
        return None
    return home_block(deps.render, found, await count_waiting(session, deps, key, found))
