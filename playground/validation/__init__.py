"""Refuses payloads that Slack refuses, and says where."""
