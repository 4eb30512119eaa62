"""Which files of the product run while a command or a click is handled."""

import sys
import threading
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from types import FrameType

from storage.database import schema
from tests.stage import Person, staged


class Tracer:
    """Notes the files of the frames that run while it is switched on, in every thread."""

    def __init__(self, files: set[Path]) -> None:
        self._files = {str(path): path for path in files}
        self._on = False
        self.found: set[Path] = set()

    def start(self) -> None:
        """Follow this thread and each that starts from now on."""
        threading.settrace(self._follow)
        sys.settrace(self._follow)

    def stop(self) -> None:
        threading.settrace(None)
        sys.settrace(None)

    def _follow(self, frame: FrameType, _event: str, _argument: object) -> None:
        # A module's body runs once, when it is imported; the web server's loop wakes up every second anyway.
        if self._on and frame.f_code.co_name not in ("<module>", "main_loop"):
            path = self._files.get(frame.f_code.co_filename)
            if path:
                self.found.add(path)

    @asynccontextmanager
    async def during(self) -> AsyncIterator[set[Path]]:
        """Note what runs meanwhile."""
        self.found, self._on = set(), True
        try:
            yield self.found
        finally:
            self._on = False


async def files_run(files: set[Path]) -> tuple[list[Path], list[Path]]:
    """Return the files that run for `/rungs checkin weekly`, and for the click on answer B.

    The person has a result already. Somebody else did the same before, so that nothing is imported meanwhile.
    """
    tracer = Tracer(files)
    tracer.start()
    try:
        with TemporaryDirectory() as folder:
            url = f"sqlite:///{folder}/rungs.db"
            await schema.upgrade(url)
            async with staged(url) as stage:
                await _both(tracer, stage.person("omar"))
                command, click = await _both(tracer, stage.person("ada"))
    finally:
        tracer.stop()
    return sorted(command), sorted(click)


async def _both(tracer: Tracer, person: Person) -> tuple[set[Path], set[Path]]:
    await person.types("/rungs assess engineering")
    await person.answers("AAA")
    async with tracer.during() as command:
        await person.types("/rungs checkin weekly")
    await person.types("/rungs assess engineering")
    async with tracer.during() as click:
        await person.clicks("B")
    return command, click
