"""Changes to a webhook: each a request of its own, whose body is a signed token."""

import asyncio
from collections.abc import Sequence
from logging import getLogger

from bot.deps import Deps
from bot.features.badges.service import Signer
from bot.features.changes.outcomes import TAKEN, Outcome, down, of_status
from bot.features.changes.outside import NotReached, Outside
from bot.features.changes.tokens import signer_of, token_of
from storage.access import grants
from storage.changes.farewells import subject_of
from storage.changes.queue import Change
from storage.changes.receivers import Receiver
from storage.installs.token_keys import CannotDecrypt

log = getLogger(__name__)

HEADERS = {"Content-Type": "application/jwt", "User-Agent": "Rungs"}


async def send(
    deps: Deps, outside: Outside, receiver: Receiver, changes: Sequence[Change]
) -> Sequence[Outcome]:
    """Send these changes, each of another member, at the same time; return an outcome for each."""
    keys = deps.site.keys
    if keys is None or not deps.site.url:
        return [down("no_keys")] * len(changes)
    try:
        signer = await signer_of(deps, keys)
        subjects = [subject_of(change, keys) for change in changes]
    except CannotDecrypt as problem:
        log.error("access_key_unreadable", extra={"problem": str(problem)})
        return [down("no_keys")] * len(changes)
    both = list(zip(changes, subjects, strict=True))
    over = await _old_news(deps, both)
    sent = await asyncio.gather(
        *(
            _send_one(deps, outside, receiver, change, signer=signer, subject=subject)
            for change, subject in both
            if change.id not in over
        )
    )
    outcomes = iter(sent)
    return [TAKEN if change.id in over else next(outcomes) for change in changes]


async def _old_news(deps: Deps, both: Sequence[tuple[Change, str]]) -> set[str]:
    """Return the ids of changes that are not told: that all ended, of who was erased and has it again."""
    erased = [(change, subject) for change, subject in both if change.user_id is None]
    if not erased:
        return set()
    async with deps.database.read() as session:
        users = [subject for _, subject in erased]
        held = await grants.held_by(session, deps.identity.workspace_id, users)
    has = {(one.user_id, one.permission_id) for one in held}
    return {change.id for change, subject in erased if (subject, change.permission) in has}


async def _send_one(
    deps: Deps,
    outside: Outside,
    receiver: Receiver,
    change: Change,
    *,
    signer: Signer,
    subject: str,
) -> Outcome:
    now = deps.now()
    if now >= change.due_at:
        # The claim is over, because this process stood still: another one may be sending.
        return down("too_late")
    token = token_of(signer, change, subject=subject, audience=receiver.url, now=now)
    try:
        answer = await outside.request("POST", receiver.url, body=token.encode(), headers=HEADERS)
    except NotReached as problem:
        return down(str(problem))
    return of_status(answer.status)
