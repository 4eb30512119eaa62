"""Declares the self-checks: their commands, and the clicks on every card of an assessment."""

from bot.assessments import handlers
from bot.assessments.ladder_score import LADDER_SCORE
from bot.assessments.mean_score import MEAN_SCORE
from bot.assessments.min_score import MIN_SCORE
from bot.assessments.values import (
    ANSWER_CHOSEN,
    BACK,
    CLOSE,
    FAMILY,
    FAMILY_KEPT,
    GRADE,
    HOW,
    HOW_LEVEL,
    LATER,
    NEXT,
    PICK,
    RESUME,
    START_OVER,
)
from bot.buttons import FAMILY_ASKED, START, START_OF
from bot.feature import Command, Feature, asking_for
from bot.features.self_check.handlers import (
    assess,
    assessment_started,
    family,
    family_asked,
    family_kept,
)

OWN_CARD_CLICKS = {
    ANSWER_CHOSEN: handlers.answer_chosen,
    GRADE: handlers.answer_chosen,
    PICK: handlers.item_picked,
    NEXT: handlers.card_next,
}

ASSESS = Command(
    "assess",
    "[family or self-check]",
    "Questions that show where you stand",
    assess,
    synonyms=("start", "begin"),
    button=START,
    claims_act=True,
    rank=10,
)
OWN_FAMILY = Command(
    "family", "[name]", "See or change your role family", family, button=FAMILY_ASKED, rank=80
)

FEATURE = Feature(
    name="self_check",
    commands=(ASSESS, OWN_FAMILY),
    intents=(asking_for("self-check", ASSESS), asking_for("role-family", OWN_FAMILY)),
    clicks={
        **OWN_CARD_CLICKS,
        FAMILY: handlers.family_chosen,
        BACK: handlers.question_back,
        LATER: handlers.finish_later,
        RESUME: handlers.assessment_resumed,
        START_OVER: handlers.assessment_started_over,
        CLOSE: handlers.assessment_closed,
        HOW: handlers.result_explained,
        HOW_LEVEL: handlers.explained_level_chosen,
        START: assessment_started,
        START_OF: assessment_started,
        FAMILY_ASKED: family_asked,
        FAMILY_KEPT: family_kept,
    },
    own_card_clicks=frozenset(OWN_CARD_CLICKS),
    self_checks={"mean": MEAN_SCORE, "ladder": LADDER_SCORE, "lowest": MIN_SCORE},
)
