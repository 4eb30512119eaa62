"""`/rungs export`: everything held about the member, as a JSON file in their DM."""

import json

from bot.commands.table import Call
from bot.conversations.opening import point_to_dm
from bot.deps import Deps
from bot.origin import Origin
from bot.replies import dm_channel
from storage import erasure, inbound


async def export(deps: Deps, call: Call) -> None:
    """Upload the file and say where it is."""
    await send_export(deps, call.origin)


async def send_export(deps: Deps, origin: Origin) -> None:
    """The member's file, sent to their DM and nowhere else."""
    async with deps.database.write() as session:
        if not await inbound.claim(session, origin.key.workspace_id, origin.once, now=deps.now()):
            return
    channel = await dm_channel(deps, origin)
    async with deps.database.read() as session:
        held = await erasure.everything_about(session, origin.key)
    content = json.dumps(held, ensure_ascii=False, indent=2).encode()
    name = f"rungs-export-{deps.now():%Y-%m-%d}.json"
    comment = deps.render("privacy/export_ready")
    await deps.slack.upload(channel, name=name, content=content, comment=comment)
    await point_to_dm(deps, origin, channel, what="file")
