"""Evidence as a capability: claims that other people decide on, and what is stored of them."""

from bot.buttons import PROVE
from bot.deps import Deps
from bot.feature import Command, Feature, FeatureJob, Switch, asking_for
from bot.features.evidence import form_handlers, handlers
from bot.features.evidence.form_views import (
    APPEAL_VIEW,
    PIECE_VIEW,
    PROVE_AGAIN,
    PROVE_APPEAL_AGAIN,
)
from bot.features.evidence.service import COMMAND as COMMAND_NAME
from bot.features.evidence.service import (
    DECIDED,
    ENDS,
    NAME,
    NOTICE_CLAIM,
    NOTICE_LEVEL,
    RETURNED,
    TALK,
    claim_notice,
    ends_notice,
    evidence_needs,
    finish_decisions,
    tell_ends,
)
from bot.features.evidence.views import (
    PROVE_ADD,
    PROVE_APPEAL,
    PROVE_CHANGE,
    PROVE_CLAIM,
    PROVE_COUNTS,
    PROVE_MARKS,
    PROVE_OVERVIEW,
    PROVE_PAGE,
    PROVE_PICK,
    PROVE_REMOVE,
    PROVE_REMOVED,
    PROVE_START,
    PROVE_SUBMIT,
    PROVE_WITHDRAW,
    PROVE_WITHDRAWN,
)
from coaching.members import MemberKey
from storage.database import Session
from storage.evidence import (
    claim_rows,
    decisions,
    ladder_people,
    ladders,
    looks,
    pieces,
    review_requests,
    verified,
)


async def leave(session: Session, _deps: Deps, key: MemberKey) -> None:
    """Take the roles of verifier and steward from a member who was deactivated."""
    await ladder_people.remove_member(session, key)


COMMAND = Command(
    COMMAND_NAME,
    "",
    "Have a level verified by a colleague",
    handlers.prove,
    synonyms=("evidence", "verify", "claim", "claims"),
    button=PROVE,
    rank=52,
)

FEATURE = Feature(
    name=NAME,
    commands=(COMMAND,),
    intents=(asking_for("prove", COMMAND),),
    clicks={
        PROVE: handlers.prove_asked,
        PROVE_OVERVIEW: handlers.overview_again,
        PROVE_PICK: handlers.level_picked,
        PROVE_COUNTS: handlers.level_picked,
        PROVE_START: handlers.started,
        PROVE_CLAIM: handlers.claim_asked,
        PROVE_PAGE: handlers.claim_asked,
        PROVE_MARKS: handlers.marks_asked,
        PROVE_ADD: form_handlers.piece_asked,
        PROVE_CHANGE: form_handlers.change_asked,
        PROVE_AGAIN: form_handlers.form_again,
        PROVE_REMOVE: handlers.removal_asked,
        PROVE_REMOVED: handlers.piece_removed,
        PROVE_SUBMIT: handlers.submitted,
        PROVE_WITHDRAW: handlers.withdrawal_asked,
        PROVE_WITHDRAWN: handlers.withdrawn,
        PROVE_APPEAL: form_handlers.appeal_asked,
        PROVE_APPEAL_AGAIN: form_handlers.appeal_again,
        NOTICE_CLAIM: handlers.claim_opened,
        NOTICE_LEVEL: handlers.renew_asked,
    },
    forms={PIECE_VIEW: form_handlers.piece_sent, APPEAL_VIEW: form_handlers.appeal_sent},
    switch=Switch(
        title="Evidence",
        about=(
            "Members show pieces of real work for a level, and colleagues whom you name decide whether it's "
            "verified."
        ),
        needs=evidence_needs,
    ),
    notice_lines={
        RETURNED: claim_notice,
        DECIDED: claim_notice,
        TALK: claim_notice,
        ENDS: ends_notice,
    },
    jobs=(
        FeatureJob(
            name="evidence_decisions",
            seconds=30,
            promise=(
                "Makes decisions on claims final after ten minutes, and plans the notice to the member in "
                "the same transaction. Run twice or in several processes: each is finished once. "
                "Run late: the decision counts from when it was made."
            ),
            run=finish_decisions,
            due=decisions.due,
        ),
        FeatureJob(
            name="evidence_ends",
            seconds=3600,
            promise=(
                "Plans the notice that a verified level ends within 30 days. Run twice or in several "
                "processes: a member is told once of each level. Run late: they have less time to renew it."
            ),
            run=tell_ends,
            due=verified.due,
        ),
    ),
    on_member_gone=leave,
    personal_data=(
        ladders.LADDER_DATA,
        ladders.PERSONAL_DATA,
        claim_rows.PERSONAL_DATA,
        pieces.PERSONAL_DATA,
        looks.PERSONAL_DATA,
        looks.REVIEW_DATA,
        looks.MARK_DATA,
        review_requests.PERSONAL_DATA,
        verified.PERSONAL_DATA,
    ),
)
