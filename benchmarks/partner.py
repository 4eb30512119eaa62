"""A process that does its part whenever it is asked: one line of JSON in, one line of JSON out.

Run as `python -m benchmarks.partner MODULE`; the module's `part` gets the first line, and what it yields
answers each line after that.
"""

import asyncio
import gc
import json
import sys
from asyncio.subprocess import PIPE, Process
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from importlib import import_module
from pathlib import Path
from typing import Any

from benchmarks.processes import ROOT, Broken

Json = dict[str, Any]


class Partner:
    """The process, seen from here."""

    def __init__(self, process: Process, log: Path) -> None:
        self._process = process
        self._log = log

    async def ask(self, **what: Any) -> Json:
        """What it answers; it does nothing else until then."""
        if self._process.stdin is None or self._process.stdout is None:
            raise Broken("A process under measurement cannot be spoken to.")
        self._process.stdin.write(json.dumps(what).encode() + b"\n")
        line = await self._process.stdout.readline()
        if not line:
            raise Broken(f"A process under measurement ended: {self._log.read_text()[-2000:]}")
        found: Json = json.loads(line)
        return found


@asynccontextmanager
async def partner(module: str, order: Json, *, folder: Path) -> AsyncIterator[Partner]:
    """Run a part in a process of its own, until the block ends."""
    log = folder / f"{module}.log"
    with log.open("ab") as errors:
        child = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "benchmarks.partner", module),
            cwd=ROOT,
            stdin=PIPE,
            stdout=PIPE,
            stderr=errors,
        )
    speaking = Partner(child, log)
    try:
        await speaking.ask(**order)
        yield speaking
    finally:
        if child.stdin is not None:
            child.stdin.close()
        await child.wait()


async def _answer(module: str) -> None:
    """Answer until there is nothing more to read."""
    order = await _line()
    if order is None:
        return
    async with import_module(module).part(**order) as answer:
        # As `rungs clock` does once it has started.
        gc.collect()
        gc.freeze()
        print(json.dumps({"ready": True}), flush=True)
        while (asked := await _line()) is not None:
            print(json.dumps(await answer(**asked)), flush=True)


async def _line() -> Json | None:
    line = await asyncio.to_thread(sys.stdin.readline)
    found: Json | None = json.loads(line) if line else None
    return found


if __name__ == "__main__":
    asyncio.run(_answer(sys.argv[1]))
