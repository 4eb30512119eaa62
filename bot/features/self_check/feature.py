"""The self-check as a capability: its commands, and the clicks on every card of an assessment."""

from bot import ids
from bot.actions import answering, asking, moving
from bot.commands.assess import assess
from bot.commands.family import family
from bot.feature import Command, Feature
from bot.forms import explaining_result

OWN_CARD_CLICKS = {
    ids.ANSWER: answering.answer_chosen,
    ids.PICK: answering.item_picked,
    ids.NEXT: answering.card_next,
}

FEATURE = Feature(
    name="self_check",
    commands=(
        Command(
            "assess",
            "[family or self-check]",
            "Questions that show where you stand",
            assess,
            synonyms=("start", "begin"),
            button=ids.START,
            claims_act=True,
            rank=10,
        ),
        Command(
            "family",
            "[name]",
            "See or change your role family",
            family,
            button=ids.FAMILY_ASKED,
            rank=80,
        ),
    ),
    clicks={
        **OWN_CARD_CLICKS,
        ids.FAMILY: moving.family_chosen,
        ids.BACK: moving.question_back,
        ids.LATER: moving.finish_later,
        ids.RESUME: moving.assessment_resumed,
        ids.START_OVER: moving.assessment_started_over,
        ids.HOW: explaining_result.result_explained,
        ids.HOW_LEVEL: explaining_result.result_turned,
        ids.START: asking.assessment_started,
        ids.START_OF: asking.assessment_started,
        ids.FAMILY_ASKED: asking.family_asked,
        ids.FAMILY_KEPT: asking.family_kept,
    },
    own_card_clicks=frozenset(OWN_CARD_CLICKS),
)
