"""Rules of access policies: what is required exists and can be met, and every permission is within reach."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from coaching.access.facts import Facts
from coaching.access.policy import ANY_FAMILY, Permission, Requirement
from coaching.access.requirements import implies, requirement_state
from coaching.evidence import FAMILIES, FAMILY_TIERS, Verified
from coaching.sandbox import NEVER_DATA
from content.access import AccessFile, PermissionEntry, RequirementEntry, VerifiedEntry
from content.evidence import claim_ladders
from content.files import ContentFile, ContentFiles
from content.library import Library
from content.limits import PERMISSIONS, REQUIREMENT_PARTS
from content.problems import Problem, did_you_mean
from content.strict_yaml import KeyPath

KINDS = ("all", "any", "verified", "rules", "training", "approval")

Placed = tuple[KeyPath, RequirementEntry]
"""A requirement, with its place in the file."""


def access_problems(files: ContentFiles) -> Iterator[Problem]:
    """What is wrong with each permission."""
    levels = _levels(files)
    known = {name: _ids(files, name) for name in ("trainings", "approvers")}
    count = 0
    for file in files.access:
        for number, permission in enumerate(file.content.permissions):
            place: KeyPath = ("permissions", number)
            count += 1
            if count == PERMISSIONS + 1:
                message = f"This is permission {count}. Use at most {PERMISSIONS} in all files."
                yield from file.problem(place, message)
            yield from _list_problems(file, place, permission)
            yield from _time_problems(file, place, permission)
            placed = list(_placed((*place, "requires"), permission.requires))
            yield from _shape_problems(file, place, placed)
            for at, one in placed:
                yield from _verified_problems(file, (*at, "verified"), one.verified, files, levels)
                if one.training and one.training.id not in known["trainings"]:
                    yield from _unknown(file, (*at, "training", "id"), "training", known)
            yield from _approval_problems(file, place, permission, placed, known)


def _unknown(
    file: ContentFile[AccessFile], place: KeyPath, what: str, known: Mapping[str, frozenset[str]]
) -> Iterator[Problem]:
    """A problem with the id at this place, which is unknown."""
    value: Any = file.document.data
    for part in place:
        value = value[part]
    names = known[f"{what}s"]
    hint = did_you_mean(value, names) or f" Add it below '{what}s'."
    yield from file.problem(place, f"No {what} has the id '{value}'.{hint}")


def _ids(files: ContentFiles, name: str) -> frozenset[str]:
    """The ids of all trainings or approvers."""
    return frozenset(one.id for file in files.access for one in getattr(file.content, name))


def _placed(place: KeyPath, requirement: RequirementEntry) -> Iterator[Placed]:
    """Yield this requirement and all inside of it."""
    yield place, requirement
    for key, inner in (("all", requirement.all_of), ("any", requirement.any_of)):
        for number, one in enumerate(inner or ()):
            yield from _placed((*place, key, number), one)


def _list_problems(
    file: ContentFile[AccessFile], place: KeyPath, permission: PermissionEntry
) -> Iterator[Problem]:
    """Tools and classes of data stand once each, and none that a sandbox may never use in a sandbox."""
    lists: Sequence[tuple[str, Sequence[str]]] = (
        ("tools", permission.tools),
        ("data", permission.data),
    )
    for key, entries in lists:
        for number, one in enumerate(entries):
            if one in entries[:number]:
                yield from file.problem((*place, key, number), f"'{one}' is here twice. Keep one.")
    for number, one in enumerate(permission.data):
        if permission.sandbox and one in NEVER_DATA:
            message = f"'data' has '{one}', which no sandbox may use. Delete it, or 'sandbox'."
            yield from file.problem((*place, "data", number), message)


def _time_problems(
    file: ContentFile[AccessFile], place: KeyPath, permission: PermissionEntry
) -> Iterator[Problem]:
    """Grace is shorter than the time for which a grant counts."""
    grace, valid_for = permission.grace, permission.valid_for
    if grace >= valid_for and not file.is_broken((*place, "grace"), (*place, "valid_for")):
        message = f"'grace' is {grace}, and 'valid_for' is {valid_for}. Make 'grace' shorter."
        yield from file.problem((*place, "grace"), message)


def _shape_problems(
    file: ContentFile[AccessFile], place: KeyPath, placed: Sequence[Placed]
) -> Iterator[Problem]:
    """Each requirement says one thing, and all together are few enough to read."""
    for at, one in placed:
        keys = sorted(one.model_fields_set)
        found = [name for name in KINDS if name in keys or f"{name}_of" in keys]
        if file.has_broken(at) or len(found) == 1:
            continue
        if not found:
            message = f"This requires nothing. Write one of {', '.join(KINDS)}."
        else:
            message = (
                f"This has {', '.join(map(repr, found))}. Keep one; 'all' and 'any' hold many."
            )
        yield from file.problem(at, message)
    parts = sum(one.all_of is None and one.any_of is None for _, one in placed)
    if parts > REQUIREMENT_PARTS:
        message = f"'requires' has {parts} parts in all. Use at most {REQUIREMENT_PARTS}."
        yield from file.problem((*place, "requires"), message)


def _approval_problems(
    file: ContentFile[AccessFile],
    place: KeyPath,
    permission: PermissionEntry,
    placed: Sequence[Placed],
    known: Mapping[str, frozenset[str]],
) -> Iterator[Problem]:
    """An approval has an approver, and the other way round; asking again takes somebody to ask."""
    asked = [at for at, one in placed if one.approval is not None]
    for at, one in placed:
        if one.approval is False:
            message = "'approval' is false. Write true, or delete the entry."
            yield from file.problem((*at, "approval"), message)
    if asked and permission.approver is None:
        message = "'approval' has nobody to ask. Add 'approver' to the permission."
        yield from file.problem((*asked[0], "approval"), message)
    if file.has_broken((*place, "requires")):
        return
    if permission.approver is not None and not asked:
        message = "'approver' is never asked. Add '- approval: true' to 'requires', or delete it."
        yield from file.problem((*place, "approver"), message)
    elif permission.approver is not None and permission.approver not in known["approvers"]:
        yield from _unknown(file, (*place, "approver"), "approver", known)
    if permission.on_expiry == "ask" and not asked:
        message = "'on_expiry' is 'ask', and no 'approval' is required. Write 'renew'."
        yield from file.problem((*place, "on_expiry"), message)


Levels = Mapping[str, Sequence[int] | None]
"""The levels that can be verified, by framework beside the role families; None where nobody knows them."""


def _levels(files: ContentFiles) -> Levels:
    found: dict[str, Sequence[int] | None] = dict.fromkeys(files.framework_ids)
    for file in files.frameworks:
        if file.has_broken(("levels",)) or file.is_broken(("subject",)):
            continue
        if file.content.subject == "agent":
            found[file.content.id] = ()
        elif file.content.kind == "mean":
            found[file.content.id] = FAMILY_TIERS
        else:
            found[file.content.id] = [one.level for one in file.content.levels]
    return found


def _verified_problems(
    file: ContentFile[AccessFile],
    place: KeyPath,
    entry: VerifiedEntry | None,
    files: ContentFiles,
    levels: Levels,
) -> Iterator[Problem]:
    """A verified level is one that somebody can claim."""
    if entry is None or file.has_broken(place):
        return
    keys = entry.model_fields_set
    if keys == {"family", "tier"}:
        yield from _family_problems(file, place, entry, files)
    elif keys != {"framework", "level"}:
        message = (
            "'verified' takes 'framework' and 'level', or 'family' and 'tier'. Write one pair."
        )
        yield from file.problem(place, message)
    elif entry.framework == FAMILIES:
        message = "Tiers of role families are required by 'family' and 'tier'. Write those two."
        yield from file.problem((*place, "framework"), message)
    elif entry.framework not in levels:
        hint = did_you_mean(str(entry.framework), levels)
        message = f"There is not a framework '{entry.framework}'.{hint}"
        yield from file.problem((*place, "framework"), message)
    else:
        found = levels[entry.framework or ""]
        if found == ():
            message = f"'{entry.framework}' grades agents, so nobody's level is verified in it."
            yield from file.problem((*place, "framework"), f"{message} Choose another framework.")
        elif found is not None and entry.level not in found:
            message = f"'level' is {entry.level}, which nobody can claim in {entry.framework}."
            choices = ", ".join(map(str, found))
            yield from file.problem((*place, "level"), f"{message} Choose one of {choices}.")


def _family_problems(
    file: ContentFile[AccessFile], place: KeyPath, entry: VerifiedEntry, files: ContentFiles
) -> Iterator[Problem]:
    known = {*files.family_ids, ANY_FAMILY.family}
    if entry.family not in known:
        message = f"There is not a family '{entry.family}'.{did_you_mean(str(entry.family), known)}"
        yield from file.problem((*place, "family"), message)
    if entry.tier not in FAMILY_TIERS:
        choices = ", ".join(map(str, FAMILY_TIERS))
        message = f"'tier' is {entry.tier}, which nobody can claim. Choose one of {choices}."
        yield from file.problem((*place, "tier"), message)


def unreachable(files: ContentFiles, library: Library) -> Iterator[Problem]:
    """A problem for each permission that no member can ever have; for files without other problems."""
    lost = {one.id for one in out_of_reach(library)}
    for file in files.access:
        for number, permission in enumerate(file.content.permissions):
            if permission.id in lost:
                message = (
                    f"Nobody can ever meet what '{permission.id}' requires. Change 'requires'."
                )
                yield from file.problem(("permissions", number, "requires"), message)


def out_of_reach(library: Library) -> list[Permission]:
    """Return the permissions whose requirements a member does not meet who has all that can be had.

    Such a member has every level that can be claimed, read the rules, completed all trainings, and has every
    approval, all of it now.
    """
    policy, now = library.access, datetime(2026, 1, 1, tzinfo=UTC)
    verified = (
        Verified(ladder.key, level.level, now, now + timedelta(days=1), "")
        for ladder in claim_ladders(library)
        for level in ladder.levels
        if level.criteria
    )
    asked = {name for name, one in policy.permissions.items() if one.approver in policy.approvers}
    every = Facts(
        is_member=True,
        verified=tuple(verified),
        rules_read_at=now,
        trainings=dict.fromkeys(policy.trainings, now),
        approvals=dict.fromkeys(asked, now),
    )
    return [
        one
        for one in policy.permissions.values()
        if not requirement_state(policy, one.id, every, now).is_met
    ]


def superfluous(files: ContentFiles) -> Iterator[str]:
    """A remark on each entry of an 'any' that asks for all that another one asks for."""
    for file in files.access:
        for number, permission in enumerate(file.content.permissions):
            for at, one in _placed(("permissions", number, "requires"), permission.requires):
                entries = [each.requirement for each in one.any_of or ()]
                for place, other in _not_needed(entries):
                    found = f"Whoever meets entry {place + 1} of 'any' meets entry {other + 1} too"
                    yield f"{file.where((*at, 'any', place))}: {found}, so it can go."


def _not_needed(entries: Sequence[Requirement]) -> Iterator[tuple[int, int]]:
    """Yield each entry that asks for all that another one asks for, with that one; of two alike the later."""
    for place, entry in enumerate(entries):
        for other, less in enumerate(entries):
            is_first = place < other and implies(less, entry)
            if other != place and implies(entry, less) and not is_first:
                yield place, other
                break


ACCESS_RULES = (access_problems,)
