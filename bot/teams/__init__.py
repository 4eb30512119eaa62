"""Teams: channels that follow a weekly digest, from setting it up to what it says."""
