"""`/rungs prove`: from choosing a level to what came of the claim."""

from tests.checkins.calendar import Season
from tests.evidence.desk import (
    ENGINEERING,
    WORDS,
    Court,
    adds_pieces,
    offered,
    opens_ladder,
    sends_appeal,
    sends_piece,
    submits_coding,
)
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
    assert "Submitted on Monday, March 2. It's waiting for a decision." in ada.reads()
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


async def test_a_lower_level_is_explained_and_appealed_once(ada: Person, court: Court) -> None:
    await ada.types("/rungs prove")
    await ada.chooses("AI coding: level 2, Proficiency")
    await ada.clicks("Start this claim")
    await adds_pieces(ada)
    await ada.clicks("Next page")
    await adds_pieces(ada, level="level 2")
    await ada.clicks("Submit it")
    assert (await court.is_decided(ada, shown=1)).state == "adjusted"
    (told,) = await court.comes(ada)
    assert "accepted up to level 1, Fluency.*" in told
    assert "you can appeal once" in told
    await ada.clicks("Open the claim")
    await ada.clicks("What was seen")
    await ada.clicks("Level 2")
    assert f"*Checking AI code:* not shown. “{WORDS}”" in ada.reads()
    await ada.clicks("Back")
    await ada.clicks("Appeal")
    await sends_appeal(ada, "Piece 2 lists the invalid inputs & <more>.")
    assert "Someone else is looking at it now." in ada.reads()
    assert "“Piece 2 lists the invalid inputs &amp; &lt;more&gt;.”" in ada.reads()
    await court.decides(await court.claim_of(ada), "mei", shown=1)
    # One decision in twenty is made a second time, before anybody hears of it.
    claim = await court.claim_of(ada)
    assert (claim.state, claim.needs) in (("adjusted", ""), ("appealed", "second"))
    await ada.types("/rungs prove")
    await ada.clicks("Open")
    assert "Appeal" not in [label for row in labels(ada.card) for label in row]


async def test_a_link_that_is_not_taken_loses_nothing(ada: Person, court: Court) -> None:
    await ada.types("/rungs prove")
    await ada.chooses("AI coding: level 1, Fluency")
    await ada.clicks("Start this claim")
    await ada.clicks("Add a piece for level 1")
    await sends_piece(ada, link="https://ada:secret@example.com/x", did='A "parser",\n*my* own.')
    assert "Rungs can't take this link." in ada.reads()
    await ada.clicks("Open the form again")
    held = {
        name: one.get("initial_value")
        for block in ada.view.content["blocks"]
        if (one := block.get("element")) and (name := one["action_id"])
    }
    assert held["prove_did"] == 'A "parser",\n*my* own.'
    assert held["prove_link"] == "https://ada:secret@example.com/x"
    await sends_piece(ada, link="")
    assert "*Piece 1:* shown in person" in ada.reads()


async def test_a_piece_is_taken_off_and_a_claim_withdrawn_after_a_question(
    ada: Person, court: Court
) -> None:
    await submits_coding(ada)
    await court.returns(await court.claim_of(ada))
    await ada.types("/rungs prove")
    await ada.clicks("Open")
    await ada.clicks("Take it off")
    assert "Take piece 1 off this claim?" in ada.reads()
    await ada.clicks("Take it off")
    assert "*Still missing:* one more piece for level 1." in ada.reads()
    await ada.clicks("Withdraw")
    await ada.clicks("Keep it")
    await ada.clicks("Withdraw")
    await ada.clicks("Withdraw it")
    assert "Withdrawn." in ada.reads()
    assert (await court.claim_of(ada)).state == "withdrawn"


async def test_the_longest_dossier_fits(ada: Person, court: Court) -> None:
    """Slack refuses what is too long; the playground does as Slack does."""
    long = '<!channel> & "x" *y* & <b> ' * 11
    link = f"https://example.com/{'a?b&c=' * 79}"[:500]
    await ada.types("/rungs prove")
    await ada.chooses("AI coding: level 4, Mastery")
    await ada.clicks("Start this claim")
    for level in range(1, 5):
        while f"Add a piece for level {level}" not in str(labels(ada.card)):
            await ada.clicks("Next page")
        for _ in range(4):
            await ada.clicks(f"Add a piece for level {level}")
            words = long[:300]
            await sends_piece(ada, link=link, did=words, ai_did=words, checked=words)
    await ada.clicks("Submit it")
    read = [ada.reads()]
    while "Next page" in str(labels(ada.card)):
        await ada.clicks("Next page")
        read.append(ada.reads())
    whole = "\n".join(read)
    assert whole.count("*What I did:* &lt;!channel&gt; &amp;") == 16
    assert whole.count("Shows:*") == 16
    claim = await court.claim_of(ada)
    await court.returns(claim, words=("&<" * 500))
    await ada.types("/rungs prove")
    await ada.clicks("Open")
    assert "*The verifier wrote:*" in ada.reads()


async def test_a_level_is_renewed_with_one_piece(ada: Person, court: Court) -> None:
    await submits_coding(ada)
    assert (await court.is_decided(ada)).state == "accepted"
    await court.comes(ada)
    court.season.calendar.turn(days=340)
    await court.runs("evidence_ends")
    (told,) = await court.comes(ada)
    assert "*AI coding: level 1, Fluency is verified until Tuesday, March 2.*" in told
    await ada.clicks("Renew it")
    assert "One recent piece of work renews it." in ada.reads()
    await ada.clicks("Start this claim")
    assert "one recent piece of work is enough" in ada.reads()
    await adds_pieces(ada, count=1)
    await ada.clicks("Submit it")
    assert (await court.is_decided(ada)).state == "accepted"
    await ada.types("/rungs prove")
    assert "*AI coding:* level 1, Fluency, verified until" in ada.reads()
    assert "2028" in ada.reads()


async def test_a_talk_is_proposed_by_name_and_nothing_hangs_on_it(
    ada: Person, court: Court
) -> None:
    await submits_coding(ada)
    await court.proposes_talk(await court.claim_of(ada))
    (told,) = await court.comes(ada)
    assert "five minutes to talk?* <@U0KENJISATO>" in told
    await ada.clicks("Open the claim")
    assert "your claim goes on without one" in ada.reads()


async def test_a_tier_of_a_family_is_claimed_by_its_questions(
    spring: Season, ada: Person, court: Court
) -> None:
    await opens_ladder(spring, ENGINEERING)
    await ada.types("/rungs prove")
    assert [one for one in offered(ada) if one.startswith("Engineering")] == [
        "Engineering: tier 1, AI-Assisted",
        "Engineering: tier 2, AI-Integrated",
        "Engineering: tier 3, AI-Native",
    ]
    await ada.chooses("Engineering: tier 1, AI-Assisted")
    assert "A prompt from your own notes, next to the code that came from it." in ada.reads()
    await ada.clicks("Start this claim")
    await adds_pieces(ada, level="tier 1")
    await ada.clicks("Submit it")
    assert (await court.is_decided(ada)).state == "accepted"


async def test_two_links_of_one_host_are_told_apart(ada: Person) -> None:
    await ada.types("/rungs prove")
    await ada.chooses("AI coding: level 1, Fluency")
    await ada.clicks("Start this claim")
    for number in (482, 483):
        await ada.clicks("Add a piece for level 1")
        await sends_piece(ada, link=f"https://git.example.com/freight/carrier_files/pulls/{number}")
    for number in (482, 483):
        assert f"|git.example.com/…/carrier_files/pulls/{number}>" in ada.reads()
