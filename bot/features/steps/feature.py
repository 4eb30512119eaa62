"""Steps as a capability: the current one, another one, and what becomes of it."""

from bot.actions import asking, deciding
from bot.assessments.step_card import ANOTHER, DONE, REFUSE, TRY
from bot.assessments.values import FOCUS
from bot.buttons import TIP
from bot.commands.tip import tip
from bot.feature import Command, Feature
from bot.steps import offer_after_result

FEATURE = Feature(
    name="steps",
    commands=(
        Command(
            "tip",
            "",
            "Your current step, or the next one",
            tip,
            synonyms=("next", "step"),
            button=TIP,
            claims_act=True,
            rank=30,
        ),
    ),
    clicks={
        TRY: deciding.step_tried,
        ANOTHER: deciding.step_another,
        REFUSE: deciding.step_refused,
        DONE: deciding.step_done,
        FOCUS: deciding.focus_chosen,
        TIP: asking.tip_asked,
    },
    on_result=offer_after_result,
)
