"""The eight rules of digests, each as a channel meets it."""

import pytest

from coaching.mean_score import TIERS
from coaching.team_digest.disclosure import last_digest, spread_history
from coaching.team_digest.figures import Digest, Movement, People, Reason, Spread, Withheld, band_of
from tests.coaching.digest_cast import MIXED, Coach, coach_who_shows, elsewhere, team_of
from tests.coaching.digest_histories import FIRST, MIDDLE, TOP, day


def reason(figure: object) -> Reason:
    assert isinstance(figure, Withheld)
    return figure.reason


def spread(digest: Digest) -> Spread:
    assert isinstance(digest.spread, Spread)
    return digest.spread


def people(digest: Digest) -> People:
    assert isinstance(digest.people, People)
    return digest.people


class TestEnoughPeople:
    def test_four_people_get_no_figures_and_nothing_is_kept(self) -> None:
        made = Coach().digest(team_of(4))
        assert reason(made.digest.people) is reason(made.digest.spread) is Reason.TOO_FEW
        assert not made.digest.has_figures
        assert made.kept is None

    def test_five_people_are_told_how_many_they_are(self) -> None:
        assert people(Coach().digest(team_of(5)).digest).words == "5–9"

    def test_an_operator_may_ask_for_more(self) -> None:
        assert not Coach(minimum=8).digest(team_of(7)).digest.has_figures
        assert Coach(minimum=8).digest(team_of(8)).digest.has_figures

    def test_no_setting_goes_under_three(self) -> None:
        assert not Coach(minimum=1).digest(team_of(2)).digest.has_figures
        assert people(Coach(minimum=1).digest(team_of(3)).digest).words == "3–4"

    def test_three_people_never_see_a_spread(self) -> None:
        made = [Coach(f"s{n}", minimum=3).digest(team_of(3)).digest for n in range(200)]
        assert {reason(digest.spread) for digest in made} == {Reason.TOO_FEW}

    def test_a_team_that_shrank_no_longer_sees_its_old_figures(self) -> None:
        team = team_of(6)
        coach = coach_who_shows(team)
        team.leave("U0")
        team.leave("U1")
        digest = coach.digest(team).digest
        assert reason(digest.people) is reason(digest.spread) is Reason.TOO_FEW


class TestSameOrManyOthers:
    @pytest.mark.parametrize("leaving", [1, 4])
    def test_few_leavers_leave_the_old_figures_with_their_date(self, leaving: int) -> None:
        team = team_of(12)
        coach = coach_who_shows(team)
        before = spread(coach.made[0].digest)
        for number in range(leaving):
            team.leave(f"U{number}")
            team.assess(f"U{number + 4}", TOP)
        made = coach.digest(team)
        assert made.digest.spread == before
        assert before.on == people(made.digest).on == day(0) != made.digest.on
        assert reason(made.digest.movement) is Reason.TOO_FEW_CHANGES
        assert made.kept is None

    def test_five_leavers_make_room_for_new_figures(self) -> None:
        team = team_of(14)
        coach = coach_who_shows(team)
        for number in range(5):
            team.leave(f"U{number}")
        made = coach.digest(team)
        assert people(made.digest) == People("5–9", day(1))

    def test_four_newcomers_wait_and_the_others_are_reported_on(self) -> None:
        team = team_of(9)
        coach = coach_who_shows(team)
        for number in range(4):
            team.assess(f"N{number}", TOP)
        made = coach.digest(team)
        assert people(made.digest) == People("5–9", day(1))
        assert made.kept is not None
        assert made.kept.contributors == coach.made[0].kept.contributors  # type: ignore[union-attr]

    def test_the_fifth_newcomer_brings_them_all_in(self) -> None:
        team = team_of(9)
        coach = coach_who_shows(team)
        for number in range(5):
            team.assess(f"N{number}", MIXED[number % 3])
        assert people(coach.digest(team).digest) == People("10–19", day(1))

    def test_four_new_self_checks_do_not_change_the_spread(self) -> None:
        team = team_of(9)
        coach = coach_who_shows(team)
        for number in range(4):
            team.assess(f"U{number}", TOP)
        digest = coach.digest(team).digest
        assert spread(digest).on == day(0)
        assert people(digest).on == day(1)

    def test_whoever_comes_back_with_the_same_self_check_is_not_counted_again(self) -> None:
        team = team_of(10)
        coach = coach_who_shows(team)
        for user in [f"U{number}" for number in range(5)]:
            team.leave(user)
        coach.digest(team)
        for user in list(team.away):
            team.come_back(user)
        made = coach.digest(team)
        assert people(made.digest).on == day(2)
        assert spread(made.digest).on == day(0)


class TestWholeAndPart:
    def test_a_channel_that_is_nearly_another_gets_no_figures_of_its_own(self) -> None:
        most_of_them = elsewhere([f"U{number}" for number in range(8)])
        made = Coach(elsewhere=(most_of_them,)).digest(team_of(12))
        assert reason(made.digest.people) is Reason.TOO_CLOSE_TO_A_TEAM
        assert made.kept is None

    @pytest.mark.parametrize("others", [["U9", "X"], [f"X{number}" for number in range(4)]])
    def test_nearly_the_same_people_are_too_close_whoever_is_more(self, others: list[str]) -> None:
        nearly = elsewhere([*[f"U{number}" for number in range(9)], *others])
        made = Coach(elsewhere=(nearly,)).digest(team_of(10 if len(others) == 2 else 9))
        assert reason(made.digest.people) is Reason.TOO_CLOSE_TO_A_TEAM

    def test_a_part_of_a_much_larger_channel_has_figures(self) -> None:
        everybody = elsewhere([f"U{number}" for number in range(40)])
        assert Coach(elsewhere=(everybody,)).digest(team_of(12)).digest.has_figures

    def test_the_same_people_in_two_channels_are_looked_at_in_one(self) -> None:
        all_of_them = elsewhere([f"U{number}" for number in range(12)])
        made = Coach(elsewhere=(all_of_them,)).digest(team_of(12))
        assert reason(made.digest.spread) is Reason.TOO_CLOSE_TO_A_TEAM

    def test_a_part_that_leaves_five_others_is_fine(self) -> None:
        a_part = elsewhere([f"U{number}" for number in range(7)])
        assert Coach(elsewhere=(a_part,)).digest(team_of(12)).digest.has_figures

    def test_a_whole_is_not_told_beside_all_its_parts_but_one_person(self) -> None:
        one = elsewhere([f"U{number}" for number in range(6)], "one")
        two = elsewhere([f"U{number}" for number in range(6, 12)], "two")
        made = Coach(elsewhere=(one, two)).digest(team_of(13))
        assert reason(made.digest.people) is Reason.TOO_CLOSE_TO_A_TEAM

    def test_figures_already_told_stay_when_another_channel_comes_close(self) -> None:
        team = team_of(12)
        coach = coach_who_shows(team)
        coach.elsewhere = (elsewhere([f"U{number}" for number in range(11)]),)
        assert spread(coach.digest(team).digest).on == day(0)


class TestAlike:
    @pytest.mark.parametrize("band", [FIRST, MIDDLE, TOP])
    @pytest.mark.parametrize("others", [0, 1])
    def test_all_or_all_but_one_in_a_band_is_never_shown(self, band: float, others: int) -> None:
        odd = MIDDLE if band == TOP else TOP
        tiers = (*[odd] * others, *[band] * (8 - others))
        made = [Coach(f"s{n}").digest(team_of(8, tiers)).digest for n in range(300)]
        assert {reason(digest.spread) for digest in made} == {Reason.ALIKE}

    def test_a_team_with_two_others_is_sometimes_shown_and_sometimes_not(self) -> None:
        tiers = (TOP, TOP, *[FIRST] * 6)
        made = [Coach(f"s{n}").digest(team_of(8, tiers)).digest for n in range(100)]
        shown = sum(isinstance(digest.spread, Spread) for digest in made)
        assert 20 < shown < 80

    def test_a_whole_team_is_never_alike_when_its_newest_round_is_not(self) -> None:
        team = team_of(10, (FIRST, FIRST, FIRST, FIRST, TOP))
        coach = coach_who_shows(team)
        for number in range(10):
            team.assess(f"U{number}", FIRST)
        assert spread(coach.digest(team).digest).on == day(0)


class TestCoarse:
    def test_no_digest_says_a_number_under_ten_or_anything_but_words(self) -> None:
        team = team_of(7)
        digest = coach_who_shows(team).made[0].digest
        assert people(digest).words == "5–9"
        assert all(share in ("few", "some", "most") for share in spread(digest).shares)

    @pytest.mark.parametrize(
        ("number", "words"),
        [(9, "5–9"), (10, "10–19"), (49, "20–49"), (50, "50–99"), (240, "100 or more")],
    )
    def test_how_many_take_part(self, number: int, words: str) -> None:
        assert people(Coach().digest(team_of(number)).digest).words == words

    def test_three_bands_cover_the_scale(self) -> None:
        bands = [band_of(tier) for tier in TIERS]
        assert bands == ["first", "first", "middle", "middle", "top", "top"]


class TestMemory:
    def test_the_same_release_and_people_give_the_same_digest(self) -> None:
        one, other = Coach("s"), Coach("s")
        assert one.digest(team_of(9)) == other.digest(team_of(9))

    def test_an_erased_person_does_not_release_anything_anew(self) -> None:
        team = team_of(9)
        coach = coach_who_shows(team)
        before = coach.made[0]
        team.erase("U3")
        made = coach.digest(team)
        assert made.digest.spread == before.digest.spread
        assert made.kept is None
        assert before.kept is not None
        assert coach.last == before.kept

    def test_a_preview_repeats_what_was_told(self) -> None:
        team = team_of(9)
        coach = coach_who_shows(team)
        told = spread(coach.made[0].digest)
        for number in range(9):
            team.assess(f"U{number}", TOP)
        preview = last_digest(coach.last, on=day(1), people=9)
        assert preview.spread == told
        assert reason(preview.practiced) is Reason.NOT_YET

    def test_a_preview_before_the_first_digest_has_no_figures(self) -> None:
        assert reason(last_digest(None, on=day(0), people=9).people) is Reason.NOT_YET

    def test_a_preview_for_too_few_people_has_no_figures(self) -> None:
        coach = coach_who_shows(team_of(9))
        assert reason(last_digest(coach.last, on=day(1), people=4).spread) is Reason.TOO_FEW


class TestOverTime:
    def team_that_moves(self, number: int) -> tuple[Coach, Digest]:
        """Two thirds of a team go up the scale together, under one of many secrets."""
        team, coach = team_of(30, (FIRST, FIRST, MIDDLE)), Coach(f"moving {number}")
        coach.digest(team)
        for user in range(30):
            team.assess(f"U{user}", (MIDDLE, TOP, TOP)[user % 3])
        return coach, coach.digest(team).digest

    def test_a_team_that_goes_up_is_told_so(self) -> None:
        moves = [self.team_that_moves(number)[1].movement for number in range(60)]
        assert Movement(since=day(0), on=day(1)) in moves

    def test_a_team_that_goes_down_is_not_told_so(self) -> None:
        for number in range(60):
            team, coach = team_of(30, (MIDDLE, TOP, TOP)), Coach(f"moving {number}")
            coach.digest(team)
            for user in range(30):
                team.assess(f"U{user}", (FIRST, FIRST, MIDDLE)[user % 3])
            assert not isinstance(coach.digest(team).digest.movement, Movement)

    def test_history_holds_each_spread_once_the_oldest_first(self) -> None:
        for number in range(60):
            coach, digest = self.team_that_moves(number)
            if isinstance(digest.movement, Movement):
                break
        coach.digest(team_of(30))
        kept = [made.kept for made in coach.made if made.kept]
        assert [each.on for each in spread_history([*reversed(kept)])] == [day(0), day(1)]

    def test_the_stand_follows_the_shown_spread(self) -> None:
        stands = {spread(self_made).stand for self_made in _shown_of((FIRST, FIRST, MIDDLE))}
        assert "first" in stands
        assert "top" not in stands


def _shown_of(tiers: tuple[float, ...]) -> list[Digest]:
    made = [Coach(f"s{number}").digest(team_of(60, tiers)).digest for number in range(40)]
    return [digest for digest in made if isinstance(digest.spread, Spread)]
