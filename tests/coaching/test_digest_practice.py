"""What a digest says about practice: people in bands, topics without numbers."""

from coaching.team_digest.disclosure import practiced_since
from coaching.team_digest.figures import Practiced, Reason, Withheld
from coaching.team_digest.release import Tried
from tests.coaching.digest_cast import Coach, coach_who_shows, team_of
from tests.coaching.digest_histories import day, moment

TOPICS = tuple(f"topic {letter}" for letter in "abcdefghijklmno")


def tried(people: int, topic: str = "topic b") -> tuple[Tried, ...]:
    return tuple(Tried(f"U{number}", topic) for number in range(people))


def practised(coach: Coach, people: int, rows: tuple[Tried, ...]) -> Practiced | Withheld:
    return coach.digest(team_of(people), rows).digest.practiced


def topics(figure: Practiced | Withheld) -> tuple[str, ...]:
    """The topics that are named, none when there are none."""
    assert isinstance(figure, Practiced)
    return figure.topics if isinstance(figure.topics, tuple) else ()


def how_often(people: int, topic: str = "topic b") -> float:
    """How often a topic is named that so many of fourteen people tried."""
    rows = (*tried(14, "topic a"), *tried(people))
    named = [topics(practised(Coach(f"s{n}", topics=TOPICS), 14, rows)) for n in range(400)]
    return sum(topic in each for each in named) / 400


def test_four_people_who_practiced_are_not_mentioned() -> None:
    assert practised(Coach(topics=TOPICS), 12, tried(4)) == Withheld(Reason.TOO_FEW)


def test_five_people_are_a_band_and_never_a_number() -> None:
    figure = practised(Coach(topics=TOPICS), 12, tried(5))
    assert isinstance(figure, Practiced)
    assert (figure.people, figure.on, figure.since) == ("5–9", day(0), None)


def test_somebody_outside_the_roster_does_not_count() -> None:
    rows = (*tried(4), Tried("UX", "topic b"))
    assert practised(Coach(topics=TOPICS), 12, rows) == Withheld(Reason.TOO_FEW)


def test_one_person_with_many_steps_counts_once() -> None:
    assert practised(Coach(topics=TOPICS), 12, tried(2) * 5) == Withheld(Reason.TOO_FEW)


def test_a_newcomer_who_waits_does_not_count() -> None:
    team = team_of(9)
    coach = coach_who_shows(team)
    team.assess("N", 2.0)
    rows = (*tried(4), Tried("N", "topic b"))
    assert coach.digest(team, rows).digest.practiced == Withheld(Reason.TOO_FEW)


def test_nothing_new_is_said_when_few_left() -> None:
    team = team_of(9)
    coach = coach_who_shows(team)
    team.leave("U8")
    assert coach.digest(team, tried(8)).digest.practiced == Withheld(Reason.TOO_FEW_CHANGES)


def test_steps_count_for_the_digest_after_the_last_that_told_of_practice() -> None:
    team, coach = team_of(12), Coach(topics=TOPICS)
    coach.digest(team, tried(4))
    assert practiced_since(coach.last) is None
    coach.digest(team, tried(6))
    assert practiced_since(coach.last) == moment(1)
    figure = coach.digest(team, tried(6)).digest.practiced
    assert isinstance(figure, Practiced)
    assert figure.since == day(1)


def test_a_topic_of_many_is_named_nearly_always() -> None:
    assert how_often(13) > 0.95


def test_nobody_can_tell_whether_the_fifth_person_tried_a_topic() -> None:
    with_them, without_them = how_often(5), how_often(4)
    assert 0 < without_them < with_them < 4 * without_them + 0.05


def test_a_topic_that_nobody_tried_is_named_almost_never_but_could_be() -> None:
    assert how_often(0, "topic c") < 0.01


def test_at_most_three_topics_in_the_order_of_the_content() -> None:
    rows = tuple(Tried(f"U{n}", TOPICS[4 - n % 5]) for n in range(100))
    named = topics(practised(Coach(topics=TOPICS), 100, rows))
    assert len(named) == 3
    assert list(named) == sorted(named)


def test_people_who_share_no_topic_hear_of_no_topic() -> None:
    rows = tuple(Tried(f"U{n}", TOPICS[n]) for n in range(12))
    figure = practised(Coach(topics=TOPICS), 12, rows)
    assert isinstance(figure, Practiced)
    assert figure.topics == Withheld(Reason.NOTHING_IN_COMMON)
