"""Words as they were kept with a conversation, whatever its way of scoring."""

from typing import Any

from coaching.asking import Words
from coaching.ladder import Ladder
from coaching.lowest import Criteria
from coaching.needs import Needs
from coaching.questionnaire import Questionnaire


def words_from_dict(data: dict[str, Any]) -> Words:
    """The words that `to_json` wrote, after `json.loads`; those without a scoring are a questionnaire's."""
    match data.get("scoring", "mean"):
        case "ladder":
            return Ladder.from_dict(data)
        case "lowest":
            return Criteria.from_dict(data)
        case "needs":
            return Needs.from_dict(data)
        case _:
            return Questionnaire.from_dict(data)
