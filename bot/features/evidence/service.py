"""What other capabilities may ask of evidence: whether it is on, its words, and what members are told."""

from collections.abc import Sequence

from slack_sdk.models.blocks import ButtonElement

from bot.deps import Deps
from bot.features.notices.service import tell
from bot.slack.api import Message
from bot.slack.blocks import button, paragraph, shortened
from bot.slack.directory import clock_of
from bot.slack.phrases import listed, number, person
from coaching.evidence import LadderKey
from coaching.safe_text import SafeText
from coaching.verifiers import VERIFIERS_NEEDED, Lack
from content.evidence import claim_ladders, ladder_title, level_name
from content.library import Library
from storage.database import Session
from storage.evidence import claim_rows, decisions, ladders, looks, verified
from storage.evidence.claim_rows import Claim
from storage.evidence.looks import Review
from storage.notices import Notice
from storage.workspace_settings import CAPABILITIES, WorkspaceSettings

NAME, COMMAND = "evidence", "prove"

RETURNED, DECIDED, TALK, ENDS = "claim_returned", "claim_decided", "claim_talk", "level_ends"
"""The kinds of notices: a claim came back, was decided or revoked, a talk was proposed, a level ends soon."""

NOTICE_CLAIM, NOTICE_LEVEL = "prove_notice_claim", "prove_notice_level"
"""The buttons of notices. Their cards stand beside the notice, which stays."""

QUOTED = 400
"""Characters of a verifier's words in a notice; the claim has all of them."""


def is_evidence_on(_library: Library, settings: WorkspaceSettings) -> bool:
    """Return whether admins switched evidence on, for capabilities that are there only with it."""
    return NAME in settings.get(CAPABILITIES)


async def tell_claimant(session: Session, deps: Deps, claim: Claim, kind: str) -> None:
    """Tell the member who made a claim what came of it, in the transaction in which it did."""
    await tell(session, deps, claim.key, kind, claim.id)


def ladder_value(key: LadderKey, level: int) -> str:
    """Return a level of a ladder as buttons and menus carry it."""
    return f"{key.framework}|{key.family}|{level}"


def parse_ladder_value(value: str) -> tuple[LadderKey, int] | None:
    """Return what `ladder_value` wrote; None for anything else."""
    framework, _, rest = value.partition("|")
    family, _, level = rest.rpartition("|")
    if not framework or not (level.isascii() and level.isdecimal() and len(level) < 3):
        return None
    return LadderKey(framework, family), int(level)


def claim_name(deps: Deps, claim: Claim) -> str:
    """Return what a claim is for, such as "AI coding, level 2, Proficiency"; not escaped."""
    library, key = deps.library.everything, claim.ladder
    return f"{ladder_title(library, key)}, {level_name(library, key, claim.level)}"


async def review_told(session: Session, claim: Claim) -> Review | None:
    """Return the review whose words the member reads now: of the return, or of the decision that is final."""
    if claim.state not in ("returned", "accepted", "adjusted", "declined", "revoked"):
        return None
    told = await looks.readable_reviews(session, claim)
    return max(told, key=lambda one: one.decided_at or one.taken_at, default=None)


async def talk_with(session: Session, claim: Claim) -> str | None:
    """Return the user id of the verifier who has the claim and proposes a talk about it; else None."""
    every = await looks.of_claim(session, claim.workspace_id, claim.id)
    asked = [one for one in every if one.talk_at and one.round == claim.round]
    found = next((one for one in asked if one.state == "taken"), None)
    return found.verifier if found else None


async def evidence_needs(session: Session, deps: Deps) -> Sequence[str]:
    """Return what is missing before evidence can be on: one ladder with its verifiers and a steward."""
    workspace_id, now = deps.identity.workspace_id, deps.now()
    if await ladders.ready(session, workspace_id, now=now):
        return []
    lacking = [
        await ladders.lacking(session, workspace_id, row.ladder, now=now)
        for row in await ladders.set_ladders(session, workspace_id)
    ]
    nearest = min(lacking, key=len) if lacking else ()
    lacks = lack_words(nearest) if nearest else None
    return [deps.render("evidence/needs", lacks=lacks)]


def lack_words(lacks: Sequence[Lack]) -> SafeText:
    """Return what a ladder lacks, as a list in a sentence."""
    words = {"verifiers": f"{number(VERIFIERS_NEEDED)} verifiers", "steward": "a steward"}
    return listed(words[one] for one in lacks)


async def claim_notice(session: Session, deps: Deps, notice: Notice) -> Message | None:
    """Write the notice about a claim as it stands now; None when the claim moved on or is gone."""
    claim = await claim_rows.one(session, notice.workspace_id, notice.about)
    if claim is None or claim.user_id != notice.user_id:
        return None
    if notice.kind == TALK:
        return await _talk_notice(session, deps, claim)
    review = await review_told(session, claim)
    if review is None or (claim.state == "returned") != (notice.kind == RETURNED):
        return None
    clock = await clock_of(session, deps, claim.key)
    held = await verified.held_in(session, claim.key, claim.ladder)
    reached = held.get(claim.reached or 0)
    text = deps.render(
        "evidence/claim_notice",
        claim=claim_name(deps, claim),
        state=claim.state,
        who="The steward" if review.look == "steward" else "The verifier",
        words=shortened(review.words, QUOTED) if review.words else None,
        reached=level_name(deps.library.everything, claim.ladder, claim.reached or 0),
        until=clock.day(reached.ends_at) if reached else None,
        may_appeal=claim.appealed_at is None,
        is_split=await looks.is_split(session, review),
    )
    return _with_button(text, _open_button(claim))


async def _talk_notice(session: Session, deps: Deps, claim: Claim) -> Message | None:
    verifier = await talk_with(session, claim)
    if verifier is None:
        return None
    text = deps.render("evidence/talk_notice", claim=claim_name(deps, claim), who=person(verifier))
    return _with_button(text, _open_button(claim))


def _with_button(text: str, beside: ButtonElement) -> Message:
    return Message(text=text, blocks=[paragraph(text, beside=beside)])


def _open_button(claim: Claim) -> ButtonElement:
    return button("Open the claim", action=NOTICE_CLAIM, value=claim.id)


async def ends_notice(session: Session, deps: Deps, notice: Notice) -> Message | None:
    """Write that a verified level ends soon; None when it was renewed meanwhile, or is gone."""
    parsed = parse_ladder_value(notice.about)
    if parsed is None:
        return None
    key, level = parsed
    one = (await verified.held_in(session, notice.key, key)).get(level)
    if one is None or not one.can_be_renewed(deps.now()):
        return None
    clock = await clock_of(session, deps, notice.key)
    library = deps.library.everything
    text = deps.render(
        "evidence/ends_notice",
        ladder=ladder_title(library, key),
        level=level_name(library, key, level),
        until=clock.day(one.ends_at),
        has_below=level > 1,
    )
    return _with_button(text, button("Renew it", action=NOTICE_LEVEL, value=notice.about))


async def finish_decisions(deps: Deps) -> bool:
    """Finish one decision that can no longer be undone, and tell the member; True when there was one."""
    async with deps.database.write() as session:
        done = await decisions.finish_next(session, deps.identity.workspace_id, now=deps.now())
        if done is not None and done.is_over:
            await tell_claimant(session, deps, done.claim, DECIDED)
    return done is not None


async def tell_ends(deps: Deps) -> bool:
    """Tell one member that a verified level ends within 30 days; True when there was one."""
    async with deps.database.write() as session:
        found = await verified.next_notice(session, deps.identity.workspace_id, now=deps.now())
        if found is not None:
            key, one = found
            await tell(session, deps, key, ENDS, ladder_value(one.ladder, one.level))
    return found is not None


def offered(library: Library) -> list[LadderKey]:
    """Return the ladders for which admins can name verifiers and a steward."""
    return [one.key for one in claim_ladders(library)]
