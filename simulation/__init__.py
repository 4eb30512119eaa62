"""A year in minutes: the real bot, jobs and database with made-up members, in a workspace on this machine."""
