"""Keep the date of sending: the one where the member was then, wherever they go afterwards."""

from alembic import op
from sqlalchemy import Column, Date

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    op.add_column("message", Column("sent_on", Date()))
