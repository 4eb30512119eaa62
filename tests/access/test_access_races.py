"""Answers that come at once: one counts, on both databases."""

import asyncio
from typing import Any

from sqlalchemy import func, select
from sqlmodel import col

from bot.features.access.request_views import APPROVE
from storage.ledger.ledger import LedgerRow
from tests.access.office import office_of
from tests.stage import BOTH


@BOTH
async def test_of_answers_at_once_one_counts(stage_url: str) -> None:
    async with office_of(stage_url) as office:
        newcomer = office.person("omar")
        request = await office.asks(newcomer)
        kenji, mei = office.person("kenji"), office.person("mei")
        for approver in (kenji, mei):
            await approver.types("/rungs access requests")
        button: dict[str, Any] = {
            "type": "button",
            "text": {"type": "plain_text", "text": "Approve"},
            "action_id": APPROVE,
            "value": request.id,
        }
        await asyncio.gather(
            *(
                approver.clicks_element(approver.card, f"at_once_{number}", button)
                for number, approver in enumerate((kenji, mei, kenji, mei))
            )
        )
        await office.stage.settle()
        notes = [
            message.blocks[0]["text"]["text"]
            for approver in (kenji, mei)
            for message in approver.messages()[-1:]
        ]
        assert all("has an answer already" in one or "*Approved.*" in one for one in notes)
        given = select(func.count()).where(col(LedgerRow.act) == "approval_given")
        async with office.stage.database.read() as session:
            assert await session.scalar(given) == 1
        assert (await office.request(newcomer)).state == "approved"
        assert await office.approved(newcomer) == {"agents"}
