"""Run a command of `rungs` in the process of the test, which is quicker than a process of its own."""

import logging
import os
import shlex
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from cli import main


@dataclass(frozen=True)
class Ended:
    """How a command ended, and what it wrote."""

    code: int
    out: str
    err: str


Run = Callable[[str, Mapping[str, str]], Ended]


@contextmanager
def kept_process() -> Iterator[None]:
    """Put back what a command changes in its process: the log, and who may read new files."""
    handlers, level, mask = logging.root.handlers[:], logging.root.level, os.umask(0o022)
    try:
        yield
    finally:
        logging.root.handlers[:] = handlers
        logging.root.setLevel(level)
        os.umask(mask)


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    """A function that runs a command with these settings in the folder of the test."""
    monkeypatch.chdir(tmp_path)

    def call(command: str, settings: Mapping[str, str]) -> Ended:
        for name, value in settings.items():
            monkeypatch.setenv(name, value)
        capsys.readouterr()
        with kept_process():
            code = main(shlex.split(command))
        said = capsys.readouterr()
        return Ended(code, said.out, said.err)

    return call
