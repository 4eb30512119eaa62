"""What members type in their own words: the schema of the files in `phrases`."""

from collections.abc import Iterator
from typing import Annotated

from coaching.phrases import Phrase
from content.fields import Entry, Id, Line, Several, count


class IntentEntry(Entry):
    """What is meant, and the ways to say it."""

    means: Id
    phrases: Annotated[Several[Line], count(1)]


class PhrasesFile(Entry):
    """phrases/<name>.yaml; courtesies are words that may stand around every phrase."""

    courtesies: Several[Line] = ()
    intents: Annotated[Several[IntentEntry], count(1)]

    def positions(self) -> Iterator[tuple[tuple[str | int, ...], Phrase]]:
        """Yield every phrase with its position in the file."""
        for at, intent in enumerate(self.intents):
            for number, text in enumerate(intent.phrases):
                yield ("intents", at, "phrases", number), Phrase(intent.means, text)

    def courtesy_positions(self) -> Iterator[tuple[tuple[str | int, ...], str]]:
        """Yield every courtesy with its position in the file."""
        for number, text in enumerate(self.courtesies):
            yield ("courtesies", number), text
