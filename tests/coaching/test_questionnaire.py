"""The words of an assessment: stored, read back, and which answers they allow."""

import json
from dataclasses import replace

from coaching.mean_score import LEVELS, TIERS, Answer, Question, Questionnaire, TierWords

WORDS = Questionnaire(
    framework="role-families",
    version="1.1",
    family="sales",
    family_name="Sales",
    none_label="None of these yet",
    tiers=tuple(TierWords(tier, f"Tier {tier}", "Two sentences.", "first looks") for tier in TIERS),
    questions=tuple(
        Question(
            id=name,
            topic=f"{name}ing",
            text=f"How did you {name}?",
            answers=tuple(Answer(level, f"I did {name} {level}.", "Keep it.") for level in LEVELS),
        )
        for name in ("start", "fix", "share")
    ),
)


def test_words_come_back_as_they_were_kept() -> None:
    again = Questionnaire.from_dict(json.loads(WORDS.to_json()))
    assert again == WORDS
    assert again.digest == WORDS.digest


def test_other_words_have_another_digest() -> None:
    assert replace(WORDS, none_label="None yet").digest != WORDS.digest


def test_the_next_card_is_the_first_question_without_an_answer() -> None:
    upcoming = WORDS.next_card({"start": 1.0, "share": 1.0})
    assert upcoming is not None
    assert upcoming.items == ("fix",)
    assert WORDS.next_card({"start": 1.0, "fix": 1.0, "share": 1.0}) is None


def test_none_of_these_yet_has_words_of_its_own() -> None:
    assert WORDS.text_of("fix", 0.5) == "None of these yet"
    assert WORDS.text_of("fix", 2.5) == "I did fix 2.5."


def test_only_levels_of_the_questionnaire_count() -> None:
    assert all(WORDS.allows(WORDS.questions[0].id, tier) for tier in TIERS)
    assert not WORDS.allows(WORDS.questions[0].id, 3.5)
    assert not WORDS.allows(WORDS.questions[0].id, 0)
