"""The rules of coaching: pure functions and frozen dataclasses, standard library only.

A rule that depends on the time takes `now` as an argument. Nothing here reads a clock, a file or a database.
"""
