"""The form of what admins set about programs that ask."""

from collections.abc import Sequence

from slack_sdk.models.blocks import InputBlock
from slack_sdk.models.views import View

from bot.slack.blocks import checks, menu, modal, paragraph, plain
from coaching.safe_text import Render, SafeText

CLIENTS = "clients_asked"
CLIENTS_VIEW = "clients_view"
TITLE = "Programs that ask"

DAYS = "clients_days"
NAMING = "clients_naming"
BY_EMAIL = "email"


def clients_form(
    render: Render,
    names: SafeText | None,
    *,
    days: int,
    choices: Sequence[int],
    by_email: bool,
    carried: str,
) -> View:
    """Return the form; `names` are those of the programs, `carried` is its metadata."""
    kept = menu(
        "Days",
        action=DAYS,
        options=[(f"{one} days", str(one)) for one in choices],
        chosen=str(days),
    )
    naming = checks(
        action=NAMING,
        options=[("Also by confirmed email address", BY_EMAIL)],
        chosen=[BY_EMAIL] if by_email else [],
    )
    view = modal(
        TITLE,
        [
            paragraph(render("clients/about", names=names)),
            InputBlock(
                label=plain("How long to keep what they asked"), element=kept, block_id=DAYS
            ),
            InputBlock(
                label=plain("How they name people"),
                element=naming,
                hint=plain(
                    "Programs name people by their Slack ID. For addresses, Rungs keeps a hash of each "
                    "member's confirmed address."
                ),
                block_id=NAMING,
                optional=True,
            ),
        ],
        callback=CLIENTS_VIEW,
    )
    view.submit, view.close = plain("Save"), plain("Cancel")
    view.private_metadata = carried
    return view
