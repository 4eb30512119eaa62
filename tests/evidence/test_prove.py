"""`/rungs prove`: from choosing a level to what came of the claim."""

from tests.evidence.desk import WORDS, Court, adds_pieces, offered, sends_piece, submits_coding
from tests.stage import Person, labels


async def test_a_level_is_claimed_shown_and_verified(ada: Person, court: Court) -> None:
    await ada.types("/rungs prove")
    assert offered(ada)[:2] == ["AI coding: level 1, Fluency", "AI coding: level 2, Proficiency"]
    await ada.chooses("AI coding: level 2, Proficiency")
    assert "A commit that removes AI code nobody asked for" in ada.reads()
    assert "covers level 1 and level 2, with two pieces for each" in ada.reads()
    await ada.clicks("What counts: level 1")
    assert "A merged pull request, checks passing" in ada.reads()
    await ada.clicks("Start this claim")
    assert "Still missing:* two pieces for level 1 and two pieces for level 2." in ada.reads()
    await ada.clicks("Add a piece for level 1")
    await sends_piece(ada, shows=(0,))
    assert "something that shows where AI fits into your work" in ada.reads()
    assert "*What AI did:* Drafted the tests." in ada.reads()
    assert "Submit it" not in str(labels(ada.card))
    await adds_pieces(ada, count=1)
    await ada.clicks("Next page")
    await adds_pieces(ada, level="level 2")
    await ada.clicks("Submit it")
    assert "Submitted on Monday, March 2. It waits for a decision." in ada.reads()
    assert "Change" not in str(labels(ada.card))
    assert (await court.is_decided(ada, words="Clear work.")).state == "accepted"
    (told,) = await court.comes(ada)
    assert "level 2, Proficiency: accepted.* It's verified until Tuesday, March 2, 2027." in told
    assert "“Clear work.”" in told
    await ada.clicks("Open the claim")
    assert "Accepted on Monday, March 2." in ada.reads()
    await ada.types("/rungs prove")
    assert "*AI coding:* level 2, Proficiency, verified until" in ada.reads()
    assert offered(ada)[0] == "AI coding: level 3, Expertise"


async def test_a_claim_that_comes_back_is_changed_and_submitted_again(
    ada: Person, court: Court
) -> None:
    await submits_coding(ada)
    await court.returns(await court.claim_of(ada))
    (told,) = await court.comes(ada)
    assert "your claim is back with you" in told
    assert f"“{WORDS}”" in told
    await ada.clicks("Open the claim")
    assert f"*The verifier wrote:* “{WORDS}”" in ada.reads()
    await ada.clicks("Change")
    await sends_piece(ada, checked="Ran it on 40 files, 3 of them broken on purpose.")
    assert "3 of them broken on purpose" in ada.reads()
    await ada.clicks("Submit it")
    assert (await court.is_decided(ada)).state == "accepted"
