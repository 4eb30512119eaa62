"""The places where a member reads their result, as text: one after another."""

from tests.stage import Person


async def everywhere(person: Person) -> list[str]:
    """Return the result, Home and `/rungs me`."""
    places = [person.reads()]
    await person.opens_home()
    places.append(person.view_text)
    await person.types("/rungs me")
    return [*places, person.reads()]


async def explained(person: Person) -> str:
    """Return "Why this result"."""
    await person.clicks("Why this result")
    words = person.view_text
    await person.closes()
    return words
