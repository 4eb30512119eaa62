"""Whose answers a digest may rest on; it looks at who is there, never at what they answered."""

from collections.abc import Collection, Sequence, Set

from coaching.digests.blur import contributor
from coaching.digests.figures import Reason
from coaching.digests.group import SMALLEST, Elsewhere, Group, Kept, Standing


def enough(minimum: int) -> int:
    """The least number of people that a figure may rest on."""
    return max(minimum, SMALLEST)


def who_counts(
    group: Group, last: Kept | None, *, minimum: int
) -> tuple[dict[str, Standing], Reason | None]:
    """The contributors of new figures by their keyed hash, or the reason why there are none.

    Newcomers wait until so many came and left that nobody stands out. Whoever leaves cannot be kept, so
    the old figures stay until enough have changed.
    """
    roster = {contributor(group.secret, each.user_id): each for each in group.standings}
    chosen = _settled(roster.keys(), last, minimum)
    if len(roster) < minimum:
        return {}, Reason.TOO_FEW
    if chosen is None:
        return {}, Reason.TOO_FEW_CHANGES
    counting = {name: roster[name] for name in sorted(chosen)}
    if _is_close([each.user_id for each in counting.values()], group.elsewhere, minimum):
        return {}, Reason.TOO_CLOSE_TO_A_TEAM
    return counting, None


def _settled(roster: Set[str], last: Kept | None, minimum: int) -> Set[str] | None:
    if last is None or len(roster ^ last.contributors) >= minimum:
        return roster
    return last.contributors if last.contributors <= roster else None


def _is_close(user_ids: Collection[str], elsewhere: Sequence[Elsewhere], minimum: int) -> bool:
    """Whether these people are nearly those of another release, or of all the parts of them together."""
    in_parts: set[str] = set()
    for other in elsewhere:
        if len(other.contributors) - len(user_ids) >= minimum:
            continue  # Far larger: enough others are in it, whoever is in both.
        shared = {
            user for user in user_ids if contributor(other.secret, user) in other.contributors
        }
        apart = len(user_ids) + len(other.contributors) - 2 * len(shared)
        if apart < minimum:
            return True
        if len(shared) == len(other.contributors):
            in_parts |= shared
    return bool(in_parts) and len(user_ids) - len(in_parts) < minimum
