"""Help as a capability: the list of commands, the greeting, and answers to what is no command."""

from bot.buttons import COMMANDS
from bot.feature import Command, Feature
from bot.features.help.handlers import commands_asked, free_text, show_help, unknown_command

FEATURE = Feature(
    name="help",
    commands=(Command("help", "", "This list", show_help, button=COMMANDS, rank=120),),
    clicks={COMMANDS: commands_asked},
    unknown_command=unknown_command,
    free_text=free_text,
)
