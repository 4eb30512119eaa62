"""Who we talk about: a member is a person in one workspace."""

from dataclasses import dataclass


@dataclass(frozen=True)
class MemberKey:
    """One person in one workspace; the same user id in another workspace is somebody else."""

    workspace_id: str
    user_id: str
