"""Keeps the workspaces in a file, saved soon after every change."""

import asyncio
import json
import logging
import os
import time
from pathlib import Path
from typing import Any

from playground.oauth.kept import Installs, restored
from playground.service import Service, Shared
from playground.state.snapshot import restore, snapshot
from playground.state.workspace import Change

log = logging.getLogger("playground")
SAVE_WITHIN = 0.8
"""Seconds between a change and its being saved."""
UNSAVED = frozenset({"modals", "log"})
NAME = "workspace.json"


def seconds_ahead(folder: Path) -> float:
    """Return how far the saved clock of this folder is ahead; 0 when nothing was saved there."""
    file = folder / NAME
    return float(json.loads(file.read_bytes())["ahead"]) if file.exists() else 0.0


class Store:
    """One folder with one file."""

    def __init__(self, folder: Path, shared: Shared) -> None:
        self._file = folder / NAME
        self._shared = shared
        self._timer: asyncio.TimerHandle | None = None
        self._others: dict[str, Any] = {}
        """What was saved of workspaces beside the first, until they are added again."""
        self._installs = Installs()
        folder.mkdir(parents=True, exist_ok=True)
        self._load()
        shared.first.workspace.listeners.append(self._changed)

    def _load(self) -> None:
        if not self._file.exists():
            return
        try:
            saved: dict[str, Any] = json.loads(self._file.read_bytes())
            restore(self._shared.first.workspace, saved["workspace"])
            self._shared.clock.advance(float(saved["ahead"]))
            self._others = dict(saved.get("others", {}))
            self._installs = restored(self._shared, saved.get("installs"))
            self._installs.put_into(self._shared.first)
        except (ValueError, KeyError, TypeError, AttributeError) as problem:
            self._set_aside(problem)

    def take_in(self, service: Service) -> None:
        """Put what was saved of a workspace that was added into it, and save its changes."""
        saved = self._others.get(service.workspace.id)
        if saved is not None:
            restore(service.workspace, saved)
        self._installs.put_into(service)
        service.workspace.listeners.append(self._changed)

    def _set_aside(self, problem: Exception) -> None:
        kept = self._file.with_suffix(f".broken-{int(time.time())}.json")
        self._file.replace(kept)
        log.warning(
            "%s cannot be read (%s: %s). A saved workspace was expected. "
            "It was moved to %s and the playground starts with its sample.",
            self._file, type(problem).__name__, problem, kept,
        )  # fmt: skip
        self._shared.first.start_over()

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
        first, *others = (service.workspace for service in self._shared.services.values())
        self._others |= {one.id: snapshot(one) for one in others}
        saved = {
            "ahead": self._shared.clock.ahead,
            "workspace": snapshot(first),
            "others": self._others,
            "installs": self._installs.snapshot(self._shared),
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
