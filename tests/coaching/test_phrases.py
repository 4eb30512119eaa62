"""Phrases: the ways to say one, and that nothing but the whole message counts."""

import pytest

from coaching.phrases import (
    Phrase,
    Phrasebook,
    PhraseProblem,
    TimedIntents,
    plain_words,
    ways_to_say,
)

BOOK = Phrasebook(
    phrases=(
        Phrase("stop", "stop [it|messaging me]"),
        Phrase("pause", "(pause|not now)"),
        Phrase("hello", "hello"),
        Phrase("remind", "remind me"),
    ),
    courtesies=("please", "hello", "can you", "now"),
)
TIMED = TimedIntents(
    lasting=frozenset({"stop", "pause"}), starting=frozenset({"remind"}), alone="pause"
)


def said(text: str) -> str | None:
    """Return what a text means in short: the intents, and "in part" where it says more."""
    found = BOOK.find(text, TIMED)
    if found is None:
        return None
    return " and ".join(sorted(found.intents)) + ("" if found.is_whole else ", in part")


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("What's my LEVEL?", "what is my level"),
        ("what’s my level", "what is my level"),
        ("whats my level…", "what is my level"),
        ("I can’t", "i ca not"),
        ("*stop* :pray: 🙏", "stop"),
        ("'stop'", "stop"),
        ("“stop”!!", "stop"),
        ("check-in", "check in"),
        ("2026-12-08", "2026-12-08"),
        ("s\u200btop", "stop"),
        ("ｓｔｏｐ", "stop"),
        ("> stop", ""),
        ("   ", ""),
    ],
)
def test_differences_that_nobody_means(text: str, words: str) -> None:
    assert " ".join(plain_words(text)) == words


def test_a_phrase_has_several_ways() -> None:
    assert {" ".join(way) for way in ways_to_say("(ask|remind) me [again]")} == {
        "ask me",
        "ask me again",
        "remind me",
        "remind me again",
    }


@pytest.mark.parametrize("text", ["stop (it", "stop it)", "a [b (c)]", "a | b"])
def test_a_bracket_without_its_half_is_refused(text: str) -> None:
    with pytest.raises(PhraseProblem):
        list(ways_to_say(text))


@pytest.mark.parametrize(
    ("text", "meaning"),
    [
        ("stop", "stop"),
        ("Please stop it now", "stop"),
        ("can you please stop messaging me", "stop"),
        ("hello", "hello"),
        ("hello, stop", "stop"),
        ("stop until monday", "stop"),
        ("until monday stop", "stop"),
        ("stop until monday please", "stop"),
        ("for two weeks", "pause"),
        ("stop or pause", "pause and stop"),
        ("stop. pause for two weeks", "pause and stop"),
        ("stop it stop it", "stop"),
        ("stop. it is too much", "stop, in part"),
        ("I like it. hello", "hello, in part"),
        ("please", None),
        ("now", None),
        ("stop the build", None),
        ("I cannot stop it", None),
        ("do not stop", None),
        ("stop until we ship", None),
        ("stop on monday", None),
        ("pause until we ship", "pause"),
        ("pause on monday", None),
        ("remind me until we ship", "remind"),
        ("remind me for the release", None),
        ("march", None),
        ("word " * 200, None),
    ],
)
def test_what_a_message_means(text: str, meaning: str | None) -> None:
    assert said(text) == meaning


def test_courtesies_before_a_command() -> None:
    assert BOOK.without_courtesies(["please", "assess", "now"]) == ["assess", "now"]
    assert BOOK.without_courtesies(["please"]) == ["please"]
    assert BOOK.has_only_courtesies(["please", "now"])
    assert not BOOK.has_only_courtesies(["marketing", "please"])
