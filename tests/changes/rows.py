"""Rows of the tables about changes that go out, for a member."""

from typing import Any

from coaching.members import MemberKey
from storage.changes.queue import Change
from storage.changes.receivers import Receiver, ReceiverPerson
from storage.database import Session
from storage.database.rows import insert_new
from tests.storage.cast import minute

SERVER = "server"


async def is_told_of(session: Session, key: MemberKey) -> None:
    """Store a change that a server was not told of yet, and who the member is there."""
    at: dict[str, Any] = {"workspace_id": key.workspace_id, "receiver_id": SERVER}
    server = {
        "workspace_id": key.workspace_id,
        "id": SERVER,
        "kind": "scim",
        "url": "https://scim.example.org/v2",
        "made_at": minute(24),
        "open_at": minute(24),
        "failures": 0,
    }
    await insert_new(session, Receiver, server)
    session.add(ReceiverPerson(**at, user_id=key.user_id, scim_id="7", at=minute(26)))
    session.add(
        Change(
            **at,
            id=f"event-{key.user_id}",
            user_id=key.user_id,
            permission="chat-public-data",
            change="granted",
            until=minute(99),
            via="policy",
            reason="all is met",
            policy_version="1",
            at=minute(26),
            due_at=minute(26),
        )
    )
    await session.flush()
