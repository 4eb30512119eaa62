"""Rows of the tables about programs that ask."""

from coaching.members import MemberKey
from storage.clients import access_log, emails
from storage.clients.access_log import Answered
from storage.clients.clients import Asker, Client
from storage.database import Session
from storage.database.rows import insert_new
from tests.storage.cast import minute


async def was_asked_about(session: Session, key: MemberKey) -> None:
    """Store a program, what it asked about the member, and the hash of their address."""
    client = {"workspace_id": key.workspace_id, "id": "gateway", "name": "Gateway"}
    stored = {"digest": "…", "permissions": '["chat"]', "made_at": minute(25)}
    await insert_new(session, Client, client | stored)
    asker = Asker(key.workspace_id, "gateway", frozenset({"chat"}))
    answer = Answered(key.user_id, "chat", is_allowed=True, policy_version="1")
    await access_log.record(session, asker, [answer], now=minute(26))
    await emails.save(session, key.workspace_id, {key.user_id: "a@example.com"}, now=minute(26))
