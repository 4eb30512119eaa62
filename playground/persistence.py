"""Keeps the workspace in a file, saved soon after every change."""

import asyncio
import json
import logging
import os
import time
from pathlib import Path
from typing import Any

from playground.service import Service
from playground.state.snapshot import restore, snapshot
from playground.state.workspace import Change

log = logging.getLogger("playground")
SAVE_WITHIN = 0.8
"""Seconds between a change and its being saved."""
UNSAVED = frozenset({"modals", "log"})


class Store:
    """One folder with one file."""

    def __init__(self, folder: Path, service: Service) -> None:
        self._file = folder / "workspace.json"
        self._service = service
        self._timer: asyncio.TimerHandle | None = None
        folder.mkdir(parents=True, exist_ok=True)
        self._load()
        service.workspace.listeners.append(self._changed)

    def _load(self) -> None:
        if not self._file.exists():
            return
        try:
            saved: dict[str, Any] = json.loads(self._file.read_bytes())
            restore(self._service.workspace, saved["workspace"])
            self._service.clock.advance(float(saved["ahead"]))
        except (ValueError, KeyError, TypeError, AttributeError) as problem:
            self._set_aside(problem)

    def _set_aside(self, problem: Exception) -> None:
        kept = self._file.with_suffix(f".broken-{int(time.time())}.json")
        self._file.replace(kept)
        log.warning(
            "%s cannot be read (%s: %s). A saved workspace was expected. "
            "It was moved to %s and the playground starts with its sample.",
            self._file, type(problem).__name__, problem, kept,
        )  # fmt: skip
        self._service.start_over()

    def _changed(self, change: Change) -> None:
        if change.what in UNSAVED or self._timer is not None:
            return
        try:
            loop = asyncio.get_running_loop()
        except RuntimeError:
            return
        self._timer = loop.call_later(SAVE_WITHIN, self.save)

    def save(self) -> None:
        """Write everything in one atomic step."""
        self._timer = None
        saved = {
            "ahead": self._service.clock.ahead,
            "workspace": snapshot(self._service.workspace),
        }
        fresh = self._file.with_suffix(".new")
        with fresh.open("w", encoding="utf-8") as out:
            json.dump(saved, out, ensure_ascii=False)
            out.flush()
            os.fsync(out.fileno())
        fresh.replace(self._file)

    def close(self) -> None:
        """Save for the last time."""
        if self._timer is not None:
            self._timer.cancel()
        self.save()
