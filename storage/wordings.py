"""The words of past questionnaires, kept once per workspace for everybody who saw them."""

import json

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from coaching.questionnaire import Questionnaire
from storage.inserting import insert_new
from storage.tables import Assessment, Wording


async def keep(session: AsyncSession, workspace_id: str, questionnaire: Questionnaire) -> None:
    """Keep these words, once; they stay at least until this transaction ends."""
    kept = await session.scalar(
        select(col(Wording.digest))
        .where(
            col(Wording.workspace_id) == workspace_id, col(Wording.digest) == questionnaire.digest
        )
        # An erasure that runs now must not take away the words that we are about to use.
        .with_for_update(read=True, key_share=True)
    )
    if kept is None:
        values = {
            "workspace_id": workspace_id,
            "digest": questionnaire.digest,
            "framework": questionnaire.framework,
            "version": questionnaire.version,
            "family": questionnaire.family,
            "words": questionnaire.to_json(),
        }
        await insert_new(session, Wording, values)


async def words(session: AsyncSession, assessment: Assessment) -> Questionnaire:
    """The words that the member was shown in this assessment, whatever the content says today."""
    text = await session.scalar(
        select(col(Wording.words)).where(
            col(Wording.workspace_id) == assessment.workspace_id,
            col(Wording.digest) == assessment.wording_digest,
        )
    )
    if text is None:
        raise LookupError(f"The words of assessment {assessment.id} are gone: it was erased.")
    return Questionnaire.from_dict(json.loads(text))
