"""All subcommands of /rungs, in the order of help."""

from functools import partial

from bot.commands.agent import USAGE as AGENT_USAGE
from bot.commands.agent import agent
from bot.commands.assess import assess
from bot.commands.checkin import checkin
from bot.commands.export import export
from bot.commands.family import family
from bot.commands.forget import forget
from bot.commands.help import show_help
from bot.commands.map import progression_map
from bot.commands.me import me
from bot.commands.privacy import privacy
from bot.commands.table import Command
from bot.commands.team import USAGE as TEAM_USAGE
from bot.commands.team import team
from bot.commands.tip import tip

_ACTING = (
    Command("assess", "[family or self-check]", "Questions that show where you stand", assess),
    Command("map", "[family] [level]", "What each level looks like in your role", progression_map),
    Command("tip", "", "Your current step, or the next one", tip),
    Command("checkin", "[how often]", "How often and when the coach comes", checkin),
    Command("me", "", "Your results so far", me),
    Command("team", TEAM_USAGE, "The weekly digest of a channel", team),
    Command("agent", AGENT_USAGE, "The AI engineers a channel uses, and their levels", agent),
    Command("family", "[name]", "See or change your role family", family),
    Command("privacy", "", "Who sees what", privacy),
    Command("export", "", "Everything held about you, as a file", export),
    Command("forget", "", "Erase everything held about you", forget),
)
_HELP = ("help", "This list")

LINES = [*((command.usage, command.summary) for command in _ACTING), _HELP]

COMMANDS = {
    command.name: command
    for command in (*_ACTING, Command(_HELP[0], "", _HELP[1], partial(show_help, lines=LINES)))
}
"""Name to command; the same words work after /rungs and in a DM."""
