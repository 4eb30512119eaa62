"""Faults for the tests of delivery: a process that dies, and a monotonic clock that a test moves."""


class Killed(BaseException):
    """Raised where the process dies; no handler for Exception catches it."""


class Steady:
    """A monotonic clock that is moved by hand."""

    at = 0.0

    def __call__(self) -> float:
        return self.at
