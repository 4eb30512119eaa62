"""What a member reads when nobody is left who may decide on their claim."""

import pytest

from coaching import verifiers
from storage.evidence import decisions
from storage.evidence.claim_rows import Claim
from tests.checkins.calendar import Season
from tests.evidence.desk import CODING, STEWARD, Court, sends_appeal, submits_coding
from tests.stage import Person

NEVER, ALWAYS = 10**30, 1


async def test_the_first_decision_stands_when_the_steward_cannot_decide(
    spring: Season, ada: Person, court: Court, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(verifiers, "SECOND_LOOKS", NEVER)
    await submits_coding(ada)
    await court.decides(await court.claim_of(ada), "kenji")
    steward, now = spring.stage.person(STEWARD).key, spring.calendar.now
    async with spring.stage.database.write() as session:
        done = await decisions.revoke(session, steward, ada.key, CODING, 1, "Not theirs.", now=now)
    assert isinstance(done, Claim)
    spring.calendar.turn(hours=1)
    monkeypatch.setattr(verifiers, "SECOND_LOOKS", ALWAYS)
    await ada.types("/rungs prove")
    await ada.clicks("Open")
    await ada.clicks("Appeal")
    await sends_appeal(ada, "It's mine.")
    await court.decides(await court.claim_of(ada), "grace", shown=0)
    assert (await court.claim_of(ada)).needs == "second"
    await court.decides(await court.claim_of(ada), "mei")
    assert (await court.claim_of(ada)).state == "declined"
    split = "Two verifiers saw it differently, and the steward can't decide on your claim."
    assert split in (await court.comes(ada))[-1]
    await ada.clicks("Open the claim")
    assert split in ada.reads()


async def test_an_appeal_that_nobody_can_decide_is_not_made(
    spring: Season, court: Court, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(verifiers, "SECOND_LOOKS", ALWAYS)
    kenji = spring.stage.person("kenji")
    await submits_coding(kenji)
    await court.decides(await court.claim_of(kenji), "grace", shown=0)
    await court.decides(await court.claim_of(kenji), "mei")
    await court.decides(await court.claim_of(kenji), STEWARD, shown=0)
    await kenji.types("/rungs prove")
    await kenji.clicks("Open")
    await kenji.clicks("Appeal")
    await sends_appeal(kenji, "Look again.")
    assert "The decision stands for now. Every verifier of this ladder, and its steward," in (
        kenji.reads()
    )
    claim = await court.claim_of(kenji)
    assert (claim.state, claim.appealed_at) == ("declined", None)
