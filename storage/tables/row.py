"""What every table has in common."""

from typing import ClassVar

from sqlalchemy import MetaData
from sqlmodel import Field, SQLModel

# Named constraints can be changed by a later migration on every database.
NAMES = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}

METADATA = MetaData(naming_convention=NAMES)


class Row(SQLModel):
    """A row of some table; its key begins with the workspace, so that no query crosses it by accident."""

    metadata: ClassVar[MetaData] = METADATA

    workspace_id: str = Field(primary_key=True)
