"""The database itself: its session, its engines, its rows, its schema and its migrations."""

from collections.abc import Awaitable, Callable
from operator import itemgetter

from sqlalchemy.ext.asyncio import AsyncSession

Act = Callable[[], Awaitable[None]]

_LAST = "last"


class Session(AsyncSession):
    """One transaction; every query of `storage` takes it as its first argument.

    Other packages name this type and never SQLAlchemy's, so that queries stay in `storage`.
    """

    def before_commit(self, place: str, act: Act) -> None:
        """Run `act` after everything else of the transaction, before its commit.

        For rows that many transactions lock: none waits for another lock while it holds them. Acts run in the
        order of `place`, so that two transactions lock the same rows in the same order.
        """
        self.info.setdefault(_LAST, []).append((place, act))

    async def run_before_commit(self) -> None:
        """Run what `before_commit` was given."""
        for _, act in sorted(self.info.pop(_LAST, ()), key=itemgetter(0)):
            await act()
