"""What a team practiced, as topics of the content."""

from dataclasses import replace

from bot.features.team_digest.digest import families_of_topics, topic_words, tried_topics
from coaching.team_digest.release import Tried
from storage.team_digest.rosters import RosterPractice
from tests.stage import built_in

QUESTION = built_in().families["sales"].questions[0]
SAID = RosterPractice("U1", "sales-tip", "sales", QUESTION.id, "done")


def test_every_question_and_series_is_a_topic_with_words() -> None:
    library = built_in()
    known = topic_words(library)
    assert len(known) == 15 + 2
    assert known[f"sales/{QUESTION.id}"] == QUESTION.topic
    assert list(known)[-1] == "series/specification-engineering"


def test_a_lesson_belongs_to_its_series() -> None:
    series = built_in().series[0]
    lesson = RosterPractice("U1", series.lessons[0].id, None, None, "partly")
    assert tried_topics(built_in(), [lesson]) == [Tried("U1", f"series/{series.id}")]


def test_only_tries_of_known_topics_count() -> None:
    said = [
        SAID,
        SAID._replace(user_id="U2", outcome="not_yet"),
        SAID._replace(user_id="U3", question="gone"),
        RosterPractice("U4", "any-three-points", None, None, "done"),
    ]
    assert tried_topics(built_in(), said) == [Tried("U1", f"sales/{QUESTION.id}")]


def test_topics_of_families_that_left_the_content_do_not_count() -> None:
    library = replace(built_in(), families={})
    assert tried_topics(library, [SAID]) == []


def test_a_series_belongs_to_no_family() -> None:
    chosen = ["sales/admin", "series/spotting-repeatable-work", "design/start"]
    assert families_of_topics(chosen) == {"sales", "design"}
