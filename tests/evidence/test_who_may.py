"""Who may take a claim: by name, by a user group, by a rule; never the steward, nor somebody who has left."""

from datetime import timedelta

from coaching.members import MemberKey
from storage import holders, members
from storage.database.engine import Database
from storage.evidence import exclusions, ladder_people, ladders, verifier_moves
from storage.evidence.verifier_moves import Taken
from storage.holders import COUNTS_FOR
from tests.evidence.bench import CODING, STEW, VERA, set_up, submitted
from tests.storage.cast import minute

GINA = MemberKey("T1", "UGINA")


async def test_a_user_group_counts_for_an_hour_and_not_for_its_steward(database: Database) -> None:
    await set_up(database)
    claim = await submitted(database, now=minute(0))
    role, read_at = ladders.role_of(CODING), minute(1)
    async with database.write() as session:
        await holders.choose_groups(session, "T1", role, {"S1": "reviewers", "S2": "gone"})
        users = [GINA.user_id, STEW.user_id]
        await holders.save_group(session, "T1", "S1", users, now=read_at)
    late = read_at + COUNTS_FOR
    async with database.write() as session:
        assert await verifier_moves.take(session, STEW, claim.id, now=minute(2)) == "not_verifier"
        assert await verifier_moves.take(session, GINA, claim.id, now=late) == "not_verifier"
        steward = await exclusions.reviewer(session, STEW, now=minute(2))
        assert (sorted(steward.verifies), sorted(steward.stewards)) == ([], [CODING])
        assert isinstance(await verifier_moves.take(session, GINA, claim.id, now=minute(2)), Taken)


async def test_a_rule_lets_nobody_verify_without_the_level(database: Database) -> None:
    await set_up(database)
    claim = await submitted(database, now=minute(0))
    async with database.write() as session:
        await ladders.set_rule(session, "T1", CODING, 1, now=minute(0))
        await ladder_people.say_yes(session, GINA, CODING, now=minute(0))
        found = await exclusions.reviewer(session, GINA, now=minute(1))
        assert await ladder_people.offers_to(session, found, now=minute(1)) == []
        assert await verifier_moves.take(session, GINA, claim.id, now=minute(1)) == "not_verifier"


async def test_somebody_who_left_verifies_nothing(database: Database) -> None:
    await set_up(database)
    claim = await submitted(database, now=minute(0))
    async with database.write() as session:
        later = minute(0) + timedelta(minutes=1)
        await members.record_profile(session, VERA, zone=None, is_active=False, now=later)
        assert await verifier_moves.take(session, VERA, claim.id, now=later) == "not_verifier"
