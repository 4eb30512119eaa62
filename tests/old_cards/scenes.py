"""What the recorded people did until the recording was made: in the end each looks at one kind of card."""

from collections.abc import Sequence

from tests.agents.register import answer_needs, need_at
from tests.agents.register import picks as choose_agent
from tests.checkins.calendar import assessed
from tests.old_cards.cards import CHANNEL
from tests.old_cards.cast import Cast
from tests.self_check.ladder import HELD, MIXED, climbs, picks
from tests.stage import Person, buttons, labels


async def play(cast: Cast) -> None:
    """Play all scenes, the long ones first."""
    await long_silence(cast)
    await check_ins(cast)
    await settings_of_check_ins(cast)
    await digests(cast)
    await self_checks(cast)
    await results_and_steps(cast)
    await ladders(cast)
    await own_frameworks(cast)
    await settings(cast)
    await agents(cast)
    await gradings(cast)
    await needs(cast)


async def begins(cast: Cast, name: str, letters: str = "AAA") -> Person:
    """Finish a self-check and choose the step."""
    person = cast.person(name)
    await assessed(person, letters)
    await person.clicks("I'll try it")
    return person


async def long_silence(cast: Cast) -> None:
    """Half a year in which nobody answers: a pause, and an invitation after ninety days."""
    paused = await begins(cast, "paused")
    for _ in range(6):
        await cast.season.comes(paused)
    for name in ("invited", "declined"):
        person = await begins(cast, name)
        await cast.season.comes(person)
        await person.clicks("Done", on=person.card)
    for name in ("invited", "declined"):
        await cast.season.comes(cast.person(name), "reassess")
    reminded = await cast.types("reminded", "/rungs assess sales")
    await reminded.answers("A")
    await cast.season.comes(reminded, "reminder")


async def check_ins(cast: Cast) -> None:
    """A check-in in each state: asked, and after each answer."""
    season = cast.season
    topic = await begins(cast, "topic")
    await season.comes(topic)
    await topic.clicks("Not for me", on=topic.card)
    await topic.clicks("Skip", on=topic.card)
    await season.comes(topic)
    await topic.clicks("Not for me", on=topic.card)
    chosen = {
        "asked": (),
        "obstacle": ("Partly",),
        "smaller": ("Partly", "Time"),
        "not_yet": ("Not yet",),
        "reason": ("Not for me",),
        "noted": ("Done",),
        "fewer": ("Fewer of these",),
    }
    for name in chosen:
        await begins(cast, name)
    due = {name: (await season.planned(cast.person(name))).next_due_at for name in chosen}
    for name in sorted(chosen, key=lambda name: str(due[name])):
        person = cast.person(name)
        if person.card.text.startswith("How did"):
            continue
        await season.comes(person)
    for name, answered in chosen.items():
        person = cast.person(name)
        for label in answered:
            await person.clicks(label, on=person.card)
    offered = await begins(cast, "offered")
    for _ in range(2):
        await season.comes(offered)


async def settings_of_check_ins(cast: Cast) -> None:
    """The card of the rhythm, as it is, and during a break."""
    await begins(cast, "pace")
    await cast.types("pace", "/rungs checkin")
    await begins(cast, "snoozed")
    snoozed = await cast.types("snoozed", "/rungs checkin")
    await snoozed.clicks("Pause for 1 week")
    await cast.types("pace_before", "/rungs checkin")


async def digests(cast: Cast) -> None:
    """The digest of a channel with its form, its status and the question before it stops."""
    await cast.types("team_off", "/rungs team", where=CHANNEL)
    follower = await cast.types("team_form", "/rungs team follow", where=CHANNEL)
    await cast.submits(follower)
    await cast.digest_comes()
    await cast.types("team_form", "/rungs team follow", where=CHANNEL)
    await cast.types("team", "/rungs team", where=CHANNEL)
    await cast.types("team_history", "/rungs team history", where=CHANNEL)
    await cast.types("team_stop", "/rungs team unfollow", where=CHANNEL)


async def self_checks(cast: Cast) -> None:
    """A self-check of a role family in each state."""
    await cast.types("family_choice", "/rungs assess", where=CHANNEL)
    await cast.types("question", "/rungs assess engineering")
    await cast.person("question").answers("A")
    await cast.types("last_question", "/rungs assess engineering")
    await cast.person("last_question").answers("AB")
    later = await cast.types("saved", "/rungs assess engineering")
    await later.answers("C")
    await later.clicks("Finish later")
    other = await cast.types("resume", "/rungs assess engineering")
    await other.answers("D")
    await other.types("/rungs assess sales")


async def results_and_steps(cast: Cast) -> None:
    """The result of a role family, its windows, and a step in each state."""
    for name in ("result", "result_how", "result_map"):
        await assessed(cast.person(name), "ABE")
    await cast.person("result_how").clicks("How this came about")
    await cast.types("map", "/rungs map", where=CHANNEL)
    await begins(cast, "trying", "BBB")
    done = await begins(cast, "done", "BBB")
    await done.clicks("Done")
    refused = cast.person("refused")
    await assessed(refused, "CCC")
    await refused.clicks("Not for me")
    await assessed(cast.person("step"), "CCC")
    await cast.types("step", "/rungs step")
    await cast.types("no_step", "/rungs step", where=CHANNEL)
    await cast.types("no_profile", "/rungs me", where=CHANNEL)
    await assessed(cast.person("profile"), "ACE")
    await cast.types("profile", "/rungs me", where=CHANNEL)


async def ladders(cast: Cast) -> None:
    """The ladder of AI coding: its cards, its result and its windows."""
    await cast.types("ladder_first", "/rungs assess coding")
    card = await cast.types("ladder_card", "/rungs assess coding")
    await climbs(card, HELD)
    await picks(card, "20")
    for name in ("ladder_result", "ladder_how", "ladder_level", "ladder_profile", "crosswalk"):
        person = await cast.types(name, "/rungs assess coding")
        await climbs(person, HELD, MIXED)
    await cast.person("ladder_how").clicks("How this came about")
    await cast.person("ladder_level").clicks("What this level means")
    await cast.types("ladder_profile", "/rungs me")
    crosswalk = cast.person("crosswalk")
    await assessed(crosswalk, "BBC")
    await crosswalk.types("/rungs me")
    await crosswalk.clicks("How the ladders relate")


async def own_frameworks(cast: Cast) -> None:
    """An organization's own self-checks: one that takes the mean, one that takes the lowest."""
    for name, answered in (("own_card", 1), ("own_lowest", 2), ("own_lowest_how", 2)):
        person = await cast.types(name, "/rungs assess sharing")
        for _ in range(answered):
            await person.clicks(labels(person.card)[0][0], on=person.card)
    await cast.person("own_lowest_how").clicks("How this came about")
    for name in ("own_mean", "own_mean_how"):
        person = await cast.types(name, "/rungs assess data")
        await person.answers("CB")
    await cast.person("own_mean_how").clicks("How this came about")


async def settings(cast: Cast) -> None:
    """Help, the role family, privacy, export, the question before everything is erased, and the Home tab."""
    await cast.types("slip", "/rungs privcy", where=CHANNEL)
    slips = (
        "hlpe",
        "mee",
        "checkn",
        "exprt",
        "forgt",
        "famly",
        "mapp",
        "assses",
        "stp",
        "teem",
        "agnt",
    )
    for text in slips:
        await cast.types("slip", f"/rungs {text}", where=CHANNEL)
    await cast.types("help", "/rungs help", where=CHANNEL)
    for name in ("family", "home", "home_ladder", "forget"):
        await assessed(cast.person(name), "BCD")
    await cast.types("family", "/rungs family")
    await cast.types("privacy", "/rungs privacy", where=CHANNEL)
    await cast.types("forget", "/rungs forget")
    exported = cast.person("export")
    await assessed(exported)
    await exported.types("/rungs export", where=CHANNEL)
    await cast.person("home").opens_home()
    await cast.person("home_new").opens_home()
    ladder = await cast.types("home_ladder", "/rungs assess coding")
    await climbs(ladder, HELD)
    await ladder.opens_home()


async def agents(cast: Cast) -> None:
    """The agents of a channel: the list, a card, the form, and what follows it."""
    await cast.types("agents_none", "/rungs agent", where=CHANNEL)
    for name in ("Scout", "Mason"):
        adder = await cast.types("agent_added", "/rungs agent add", where=CHANNEL)
        await cast.adds_agent(adder, name)
    again = await cast.types("agent_again", "/rungs agent add", where=CHANNEL)
    await cast.adds_agent(again, "scout")
    await cast.types("agent_form", "/rungs agent add", where=CHANNEL)
    await cast.types("agent_edit", "/rungs agent edit Scout", where=CHANNEL)
    await cast.types("agents", "/rungs agent", where=CHANNEL)
    await cast.types("agent", "/rungs agent show Scout", where=CHANNEL)
    await cast.types("agent_history", "/rungs agent history Scout", where=CHANNEL)
    await cast.types("agent_remove", "/rungs agent remove Mason", where=CHANNEL)
    await cast.types("agent_levels", "/rungs agent levels", where=CHANNEL)
    level = await cast.types("agent_levels_open", "/rungs agent levels", where=CHANNEL)
    card = level.messages(CHANNEL)[-1]
    block, turn = next(
        one for one in buttons(card) if one[1]["action_id"].startswith("agent_level:")
    )
    await level.clicks_element(card, block, turn)
    await cast.season.stage.settle()
    for verb in ("show", "edit", "remove", "grade"):
        await cast.types("agent_pick", f"/rungs agent {verb}", where=CHANNEL)


async def gradings(cast: Cast) -> None:
    """The grading of an agent: a card, the form of a link, the result and its window."""
    for name in ("grading_first", "grading", "grading_link", "grading_last"):
        await cast.types(name, "/rungs agent grade Scout", where=CHANNEL)
    await _answer(cast.person("grading"), "C")
    await _answer(cast.person("grading_link"), "B")
    await cast.person("grading_link").clicks("Add a link")
    await _answer(cast.person("grading_last"), "CCCBCC")
    for name in ("graded", "graded_too"):
        await cast.types(name, "/rungs agent grade Mason", where=CHANNEL)
        await _answer(cast.person(name), "CCBCC-C")
    await cast.types("agent_graded", "/rungs agent show Mason", where=CHANNEL)
    await cast.types("agents_graded", "/rungs agent", where=CHANNEL)


async def needs(cast: Cast) -> None:
    """The level that a project needs: a card with letters, one with boxes, the result, a shared one."""
    await cast.types("need_letters", "/rungs agent need Till", where=CHANNEL)
    boxes = await cast.types("need_boxes", "/rungs agent need Shelf", where=CHANNEL)
    while any(element["text"]["text"] == "A" for _, element in buttons(boxes.card)):
        await boxes.clicks("A", on=boxes.card)
    for name, project in (
        ("need_result", "Ledger"),
        ("need_how", "Gate"),
        ("need_shared", "Order desk"),
    ):
        person = await cast.types(name, f"/rungs agent need {project}", where=CHANNEL)
        await answer_needs(person, [need_at(3)])
    await cast.person("need_how").clicks("How this came about")
    await cast.person("need_shared").clicks("Share in the channel")
    await cast.person("need_result").clicks("Compare with its agents")
    remover = await cast.types("project_remove", "/rungs agent", where=CHANNEL)
    await choose_agent(remover, "project", "Order desk")


async def _answer(person: Person, letters: Sequence[str]) -> None:
    for letter in letters:
        await person.clicks("Not tried" if letter == "-" else letter, on=person.card)
