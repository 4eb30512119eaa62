"""A Slack workspace on localhost, for wherever Slack itself cannot be reached."""
