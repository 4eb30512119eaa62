"""What a channel reads about its projects, written from what the database has of them."""

from dataclasses import replace

from bot.deps import Deps
from bot.features.agents.register import project_shown, register
from bot.features.required_level.result_views import need_shared
from bot.features.required_level.service import as_shared
from bot.slack.api import Message
from bot.slack.blocks import notice
from bot.slack.phrases import who_first
from storage import required_level
from storage.database import Session
from storage.outbox.queue import Outgoing


async def written(session: Session, deps: Deps, row: Outgoing) -> Message | None:
    """The line about a project that this row stands for; None when it is not on the list any more."""
    project = await required_level.get(session, row.workspace_id, row.about or "")
    if project is None:
        return None
    if row.form == "project_removed":
        by = who_first(project.removed_by)
        return notice(deps.render("required_level/project_line", who=by, name=project.name))
    need = await as_shared(session, deps, project) if project.removed_at is None else None
    if need is None:
        return None
    shown = replace(project_shown(deps, project), needed=need.name)
    team = await register(session, deps, project.channel_id, beside=shown)
    return need_shared(deps.render, need, team, by=project.shared_by)
