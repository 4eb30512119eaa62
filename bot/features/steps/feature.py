"""The feature steps: a member's current step, another one, and the decisions about it."""

from bot.assessments.step_views import ANOTHER, DONE, EXAMPLE, REFUSE, TRY
from bot.assessments.values import FOCUS
from bot.buttons import TIP
from bot.feature import Command, Feature, Intent, asking_for
from bot.features.steps import handlers
from bot.features.steps.handlers import step_command
from bot.features.steps.service import offer_after_result
from storage.steps.steps import PRACTICE_DATA, STEP_DATA

STEP = Command(
    "step",
    "",
    "Your current step, or the next one",
    step_command,
    synonyms=("tip", "next"),
    button=TIP,
    claims_act=True,
    rank=30,
)

FEATURE = Feature(
    name="steps",
    commands=(STEP,),
    intents=(Intent("done", handlers.done_said), asking_for("step", STEP)),
    clicks={
        TRY: handlers.step_tried,
        ANOTHER: handlers.step_another,
        REFUSE: handlers.step_refused,
        DONE: handlers.step_done,
        EXAMPLE: handlers.example_asked,
        FOCUS: handlers.focus_chosen,
        TIP: handlers.step_asked,
    },
    personal_data=(STEP_DATA, PRACTICE_DATA),
    on_result=offer_after_result,
)
