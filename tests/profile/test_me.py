"""`/rungs me` with results in one framework."""

from tests.stage import Person


async def test_me_shows_profile_and_history(ada: Person) -> None:
    await ada.types("/rungs me")
    assert "You have no result yet" in ada.reads()
    for letters in ("AAA", "CCC"):
        await ada.types("/rungs assess engineering")
        await ada.answers(letters)
    await ada.types("/rungs me")
    words = ada.reads()
    assert "*Engineering: tier 2, AI-Integrated.* By your own answers on " in words
    assert "tier 1, AI-Assisted (Engineering)" in words
    assert words.count("tier 2, AI-Integrated") == 1
    assert "Open this step" in words
    await ada.clicks("Not for me")
    await ada.types("/rungs me")
    await ada.clicks("Next step", on=ada.card)
    assert "Done when" in ada.reads()
    assert "Checked" not in words
    assert "Verified" not in words
