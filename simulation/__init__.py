"""Simulates a year in minutes: the real bot, jobs and database with made-up members, on this machine."""
