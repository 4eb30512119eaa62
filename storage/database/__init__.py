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

    def do_last(self, place: str, act: Act) -> None:
        """Do this after all else of the transaction, before its commit.

        For rows that many transactions lock: none waits for another lock while it holds them. Acts go in the
        order of their places, so that two transactions lock the same rows in the same order.
        """
        self.info.setdefault(_LAST, []).append((place, act))

    async def do_what_is_last(self) -> None:
        """Do what `do_last` was given."""
        for _, act in sorted(self.info.pop(_LAST, ()), key=itemgetter(0)):
            await act()
