"""The database itself: its session, its engines, its rows, its schema and its migrations."""

from sqlalchemy.ext.asyncio import AsyncSession


class Session(AsyncSession):
    """One transaction; every query of `storage` takes it as its first argument.

    Other packages name this type and never SQLAlchemy's, so that queries stay in `storage`.
    """
