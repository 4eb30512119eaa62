"""The greeting, which a member gets once, before the first answer or on the first look at the messages."""

from bot.deps import Deps
from bot.features.help.views import greeting
from bot.slack.payloads import Request
from bot.slack.replies import Reply
from storage import members
from storage.audit import has_entry


async def greet_once(deps: Deps, request: Request) -> bool:
    """Post the greeting in the member's DM unless they were greeted before; return whether it was posted.

    Somebody who erased their data was greeted before, although nothing else is stored about that.
    """
    async with deps.database.read() as session:
        member = await members.get(session, request.key)
        if (member and member.greeted_at) or await has_entry(session, request.key, "erasure"):
            return False
    async with deps.database.write() as session:
        first = await members.claim_greeting(session, request.key, now=deps.now())
    if first:
        await Reply(deps, request).in_dm(greeting(deps.render), about="greeting")
    return first
