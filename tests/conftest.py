"""What all tests share: real databases, and a stage with a real bot in a local workspace."""

pytest_plugins = ["tests.databases", "tests.stage"]
