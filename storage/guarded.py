"""One assessment's row, changed only under a guard, in one statement."""

from typing import Any

from sqlalchemy import ColumnElement, literal_column, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm.attributes import set_committed_value
from sqlmodel import col

from storage.tables import Assessment


def is_same(assessment: Assessment) -> ColumnElement[bool]:
    """The condition that finds this assessment's row."""
    of_workspace = col(Assessment.workspace_id) == assessment.workspace_id
    return of_workspace & (col(Assessment.id) == assessment.id)


def is_open() -> ColumnElement[bool]:
    """The condition that guards what may happen only before the end."""
    # Written out, not a parameter: only then PostgreSQL finds it by the index of open ones.
    return col(Assessment.state) == literal_column("'open'")


async def change(
    session: AsyncSession, assessment: Assessment, *guards: ColumnElement[bool], **values: Any
) -> bool:
    """Change the row if the guards hold, and the object in hand with it; False if they do not."""
    revision = await session.scalar(
        update(Assessment)
        .where(is_same(assessment), *guards)
        .values(**values)
        .returning(col(Assessment.revision))
        .execution_options(synchronize_session=False)
    )
    if revision is None:
        return False
    for name, value in (values | {"revision": revision}).items():
        set_committed_value(assessment, name, value)
    return True
