"""Where members stand in tests: amid a self-check, and with a step that they chose."""

from tests.self_check.test_result import title
from tests.stage import Person


async def mid_check(person: Person) -> None:
    """Begin the self-check of engineering and answer its first question."""
    await person.types("/rungs assess engineering")
    await person.answers("A")


async def chosen_step(person: Person) -> str:
    """Choose the step that was offered last, and return its title."""
    await person.types("step")
    told = title(person)
    await person.clicks("I'll try it")
    return told
