"""The team digest: what may be said about a team in its channel, and the experiment that goes with it."""
