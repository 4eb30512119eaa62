"""Steps as a capability: the current one, another one, and what becomes of it."""

from bot import ids
from bot.actions import asking, deciding
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
            button=ids.TIP,
            claims_act=True,
            rank=30,
        ),
    ),
    clicks={
        ids.TRY: deciding.step_tried,
        ids.ANOTHER: deciding.step_another,
        ids.REFUSE: deciding.step_refused,
        ids.DONE: deciding.step_done,
        ids.FOCUS: deciding.focus_chosen,
        ids.TIP: asking.tip_asked,
    },
    on_result=offer_after_result,
)
