"""What the coach does in Slack: incoming, outgoing, and what people see."""
