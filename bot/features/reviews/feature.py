"""Reviews as a capability: what verifiers and stewards do about the claims of others."""

from bot.feature import Command, Feature, FeatureJob, asking_for
from bot.features.evidence.service import is_evidence_on
from bot.features.reviews import desk, handlers, requests, verdicts, views
from bot.features.reviews import review_views as window
from storage.evidence import review_requests

COMMAND = Command(
    "reviews",
    "",
    "Claims that wait for you as a verifier",
    handlers.reviews,
    synonyms=("review", "queue"),
    button=views.REVIEWS,
    rank=72,
)

FEATURE = Feature(
    name="reviews",
    commands=(COMMAND,),
    intents=(asking_for("reviews", COMMAND),),
    clicks={
        views.REVIEWS: handlers.reviews_asked,
        views.TAKE: handlers.claim_taken,
        views.UNDO: handlers.undone,
        views.SAY_YES: handlers.said_yes,
        views.SAY_NO: handlers.said_no,
        views.DESK: desk.desk_asked,
        desk.REVOKE: desk.revoke_asked,
        window.MARK: verdicts.marked,
        window.MARK_AGAIN: verdicts.mark_changed,
        window.TALK: verdicts.talk_proposed,
        window.RETURN: verdicts.return_asked,
        window.DECIDE: verdicts.decide_asked,
        window.GIVE_BACK: handlers.given_back,
    },
    forms={
        window.NOT_SHOWN_VIEW: verdicts.not_shown_said,
        window.RETURN_VIEW: verdicts.returned,
        window.DECIDE_VIEW: verdicts.decided,
        desk.REVOKE_VIEW: desk.revoke_sent,
    },
    notice_lines={requests.ASKED: requests.asked_notice},
    jobs=(
        FeatureJob(
            name="review_requests",
            seconds=60,
            promise=(
                "Asks a verifier to look at a claim that waits, again after 3 days, another after 7, and the "
                "steward after 14. Run twice or in several processes: each is asked once. Run late: the "
                "longest wait counts, and nobody is asked for the ones before."
            ),
            run=requests.ask_next,
            due=review_requests.due,
        ),
    ),
    is_offered=is_evidence_on,
)
