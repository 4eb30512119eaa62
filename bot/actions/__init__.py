"""Clicks, one file per user story."""
