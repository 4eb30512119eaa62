"""The key of a member. Every layer identifies people by it, so it stands in a module of its own."""

from dataclasses import dataclass


@dataclass(frozen=True)
class MemberKey:
    """One person in one workspace; the same user id in another workspace is another person."""

    workspace_id: str
    user_id: str
