"""Declares and answers `/rungs help`, small talk, and what was not understood."""

from bot.buttons import COMMANDS
from bot.deps import Deps
from bot.feature import Call, Command, Feature, Intent, asking_for
from bot.features.admin.service import look_whether_admin, seen_as_admin
from bot.features.help.service import greet_once, standing_of
from bot.features.help.views import answer, help_message, near_match
from bot.slack.api import Message
from bot.slack.blocks import notice
from bot.slack.payloads import Click, Request
from bot.slack.replies import Reply
from coaching.english import is_foreign
from coaching.members import MemberKey
from coaching.phrases import Meaning, bare_word
from content.problems import closest
from storage import members

MOST_WORDS_OF_A_SLIP = 4
"""A message with more words is a sentence, not a mistyped command."""


async def show_help(deps: Deps, call: Call) -> None:
    """Answer with the table of commands.

    Who was not seen to be an admin lately gets the table of everybody, and is looked up afterward, so that
    nobody waits for it; an admin then gets one more line.
    """
    key = call.request.key
    opening = deps.render("help/unknown_command", typed=None, meant=None)
    seen = seen_as_admin(deps, key)
    lines = await _command_lines(deps, key, is_admin=bool(seen))
    message = help_message(deps.render, lines, opening=opening)
    await Reply(deps, call.request).privately(message)
    if seen is None and await look_whether_admin(deps, key):
        await Reply(deps, call.request).privately(notice(deps.render("admin/in_help")))


async def commands_asked(deps: Deps, click: Click) -> None:
    """Answer with the table of commands."""
    await show_help(deps, Call(click.request))


async def unknown_command(deps: Deps, request: Request, text: str) -> None:
    """Offer the closest command when there is one, else three buttons; without words, show the table."""
    typed = text.strip()
    if not typed:
        await show_help(deps, Call(request))
        return
    await Reply(deps, request).privately(
        await _not_understood(deps, request, typed, is_command=True)
    )


async def free_text(deps: Deps, request: Request, text: str) -> None:
    """Greet a new member in their DM, and answer what was not understood; the bot's name alone is a hello."""
    if request.is_mention and not text.strip():
        await _answer(deps, request, "help/hello")
        return
    if request.in_dm:
        await greet_once(deps, request)
    await Reply(deps, request).privately(await _not_understood(deps, request, text.strip()))


async def hello_said(deps: Deps, request: Request, _meaning: Meaning) -> None:
    """Say hello; a new member gets the greeting instead."""
    if request.in_dm and await greet_once(deps, request):
        return
    await _answer(deps, request, "help/hello")


async def explain_said(deps: Deps, request: Request, _meaning: Meaning) -> None:
    """Say what Rungs last asked, or what it is for; a new member gets the greeting instead."""
    if request.in_dm and await greet_once(deps, request):
        return
    await _answer(deps, request, "help/explain")


async def thanks_said(deps: Deps, request: Request, _meaning: Meaning) -> None:
    """Answer thanks with a line."""
    await Reply(deps, request).privately(notice(deps.render("help/thanks")))


async def all_right_said(deps: Deps, request: Request, _meaning: Meaning) -> None:
    """Answer with a line that nothing was asked for."""
    await Reply(deps, request).privately(notice(deps.render("help/all_right")))


async def _answer(deps: Deps, request: Request, what: str) -> None:
    standing = await standing_of(deps, request.key)
    await Reply(deps, request).privately(answer(deps.render, what, standing))


async def _not_understood(
    deps: Deps, request: Request, typed: str, *, is_command: bool = False
) -> Message:
    """Return the closest command for a slip, else one sentence and three buttons."""
    words = [bare_word(word).casefold() for word in typed.split()]
    meant = await _closest_command(deps, request.key, words[0]) if words else None
    if meant and (is_command or len(words) <= MOST_WORDS_OF_A_SLIP):
        return near_match(deps.render, deps.features.commands[meant], typed=typed)
    standing = await standing_of(deps, request.key)
    if is_foreign(typed):
        return answer(deps.render, "help/english", standing)
    known = typed if is_command else None
    return answer(deps.render, "help/not_understood", standing, typed=known)


async def _command_lines(deps: Deps, key: MemberKey, *, is_admin: bool) -> list[tuple[str, str]]:
    """Usage and summary of every command; the self-checks for the member's family follow what starts them."""
    async with deps.database.read() as session:
        member = await members.get(session, key)
    listed = deps.features.commands_for(admin=is_admin)
    first, *others = [(one.usage, one.summary) for one in listed]
    checks = deps.library.checks_for(member.family if member else None)
    return [first, *((f"assess {check.command}", check.summary) for check in checks), *others]


async def _closest_command(deps: Deps, key: MemberKey, word: str) -> str | None:
    """The command's name that is most like this word; None when none is close.

    One for admins is named to admins alone; Slack is asked only about those who came close to one.
    """
    every = [command.name for command in deps.features.commands_for(admin=True)]
    near = closest(word, every)
    if near is None or not deps.features.commands[near].for_admins:
        return near
    if await look_whether_admin(deps, key):
        return near
    return closest(word, [command.name for command in deps.features.commands_for(admin=False)])


HELP = Command("help", "", "This list", show_help, button=COMMANDS, rank=120)

FEATURE = Feature(
    name="help",
    commands=(HELP,),
    intents=(
        Intent("hello", hello_said),
        Intent("thanks", thanks_said),
        Intent("all-right", all_right_said),
        Intent("explain", explain_said, is_harmless=True),
        asking_for("commands", HELP),
    ),
    clicks={COMMANDS: commands_asked},
    unknown_command=unknown_command,
    free_text=free_text,
)
