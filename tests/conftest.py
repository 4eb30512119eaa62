"""The fixtures of all tests: real databases, and a stage with a real bot in a local workspace."""

import gc

# Little of what is loaded and made becomes garbage: looking for it took a third of the time of loading, and a
# twentieth of a test's.
gc.set_threshold(50_000, 20, 100)

pytest_plugins = ["tests.databases", "tests.stage", "tests.shared_stage", "tests.organization"]


def pytest_collection_finish() -> None:
    """Exempt what is loaded by now from garbage collection, which took a tenth of the suite's time."""
    gc.collect()
    gc.freeze()
