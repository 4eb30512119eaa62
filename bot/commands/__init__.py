"""The subcommands of /rungs, one file each."""
