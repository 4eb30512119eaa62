"""What operators do about chained logs in a terminal: check them, and print their heads."""

from collections.abc import Sequence
from datetime import datetime

from storage import chains
from storage.database.engine import Database
from storage.installs.token_keys import TokenKeys
from storage.ledger.check import Checked, Fault, check
from storage.ledger.heads import Head, head_at

NO_ROWS = "No log has rows yet."
PROBLEMS = {
    "altered": "row {number} was changed, or swapped with another.",
    "missing": "row {number} is gone.",
    "person": "row {number} names a person who doesn't fit its code.",
    "cut": "row {number} and those after it are gone.",
    "head": "row {number} doesn't fit the head of the chain.",
    "recorded": "row {number} isn't the one of the head that you gave.",
}
NOT_SIGNED = {
    "unsigned": "The head of {place} that you gave has no signature.",
    "unknown": "The head of {place} that you gave isn't signed by a key of RUNGS_TOKEN_KEYS.",
}
ELSEWHERE = "The head of {place} that you gave was not compared: it is not of {workspace}."
TOO_OLD = "The head of {place} that you gave is older than the rows that are kept."


async def verify(
    database: Database,
    *,
    workspace_id: str | None = None,
    recorded: Sequence[Head] = (),
    keys: TokenKeys | None = None,
) -> tuple[str, bool]:
    """Check the chains; return a line for each, and whether all fit, also the heads that were given.

    With `workspace_id`, heads of other workspaces are not compared, which counts as not fitting.
    """
    found = await check(database, workspace_id=workspace_id, recorded=recorded)
    notes = [
        NOT_SIGNED[signature].format(place=_place(head.workspace_id, head.chain))
        for head in recorded
        if (signature := head.check(keys)) != "signed"
    ]
    first = {(one.workspace_id, one.chain): one.first for one in found}
    notes += [
        TOO_OLD.format(place=_place(head.workspace_id, head.chain))
        for head in recorded
        if head.number < first.get((head.workspace_id, head.chain), 1) - 1
    ]
    elsewhere = [head for head in recorded if workspace_id not in (None, head.workspace_id)]
    notes += [
        ELSEWHERE.format(place=_place(head.workspace_id, head.chain), workspace=workspace_id)
        for head in elsewhere
    ]
    is_signed = all(head.check(keys) != "unknown" for head in recorded)
    lines = [_line(one) for one in found] or [NO_ROWS]
    is_fine = is_signed and not elsewhere and all(one.fault is None for one in found)
    return "\n".join([*lines, *notes]), is_fine


async def head_lines(
    database: Database,
    *,
    workspace_id: str | None = None,
    keys: TokenKeys | None = None,
    now: datetime,
) -> str:
    """Return the signed head of each chain, one a line."""
    async with database.read() as session:
        heads = await chains.heads(session, workspace_id=workspace_id)
    lines = [
        str(head_at(one.workspace_id, one.chain, one.number, one.digest, now=now).signed(keys))
        for one in heads
    ]
    return "\n".join(lines) or NO_ROWS


def _line(found: Checked) -> str:
    place = _place(found.workspace_id, found.chain)
    if found.fault is None:
        rows = "1 row" if found.rows == 1 else f"{found.rows} rows"
        since = f", from number {found.first} on" if found.first > 1 else ""
        return f"ok    {place}: {rows}{since}"
    return f"wrong {place}: {_words(found.fault)}"


def _words(fault: Fault) -> str:
    return PROBLEMS[fault.problem].format(number=fault.number)


def _place(workspace_id: str, chain: str) -> str:
    return f"{workspace_id or '-'} {chain}"
