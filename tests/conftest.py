"""What all tests share: real databases, and a stage with a real bot in a local workspace."""

import gc

pytest_plugins = ["tests.databases", "tests.stage", "tests.shared_stage"]


def pytest_collection_finish() -> None:
    """What is loaded by now stays; looking through it again and again takes a tenth of the suite."""
    gc.collect()
    gc.freeze()
