"""A Slack workspace on localhost: Slack's deputy wherever Slack itself cannot be reached."""
