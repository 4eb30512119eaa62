"""blocks.validate: Slack's own answer to "would this be accepted?"."""

from playground.errors import SlackError
from playground.validation.messages import check_message_blocks
from playground.validation.report import Report
from playground.validation.views import check_view
from playground.web_api.method import Answer, Method, Request

KINDS = {"blocks": "invalid_blocks", "view": "invalid_view", "message": "invalid_message"}


def validate(request: Request) -> Answer:
    """Check exactly one of blocks, a view or a message; needs no token."""
    given = [kind for kind in KINDS if request.arguments.has(kind)]
    if len(given) != 1:
        raise SlackError("invalid_arguments")
    kind = given[0]
    report = _checked(request, kind)
    if report.problems:
        raise SlackError(KINDS[kind], errors=[problem.as_dict() for problem in report.problems])
    return {}


def _checked(request: Request, kind: str) -> Report:
    value = request.arguments.structure(kind, error=KINDS[kind])
    if kind == "view":
        return check_view(value)
    if kind == "message":
        blocks = value.get("blocks", []) if isinstance(value, dict) else None
        return check_message_blocks(blocks, at="/message/blocks")
    return check_message_blocks(value)


METHODS = (Method("blocks.validate", validate, tier="special", caller="anyone"),)
