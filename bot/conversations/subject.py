"""What an assessment can be about when it is not the member's own work: an agent, or a project."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from sqlalchemy.ext.asyncio import AsyncSession

from bot.conversations.kind import Conversation
from bot.conversations.loaded import Loaded, Name
from bot.deps import Deps
from coaching.asking import Words
from storage.tables import Assessment


@dataclass(frozen=True)
class Subject:
    """One kind of subject, declared by the capability that knows it.

    `owns` says whether the text kept in an assessment's row names such a subject. `conversation` asks and
    ends these assessments. `name_of` returns what members call one and what they type to find it again.
    `may_see_later` says whether the member may still read what others did after it ended.
    """

    owns: Callable[[str], bool]
    conversation: Conversation
    name_of: Callable[[AsyncSession, Deps, Assessment, Words], Awaitable[Name]]
    may_see_later: Callable[[Deps, Loaded], Awaitable[bool]]
