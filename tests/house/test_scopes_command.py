"""`rungs scopes` and the playground's option --reasons, which takes what it prints."""

from pathlib import Path

import pytest

from bot.slack.installation import OPTIONAL_SCOPES, SCOPES
from playground.__main__ import read_arguments
from tests.house.in_process import Run, run

__all__ = ["run"]


def test_the_playground_takes_the_reasons_that_the_command_prints(run: Run, tmp_path: Path) -> None:
    printed = run("scopes", {})
    file = tmp_path / "reasons.json"
    file.write_text(printed.out)
    assert printed.code == 0
    assert read_arguments(["--many", "--reasons", str(file)]).reasons == SCOPES | OPTIONAL_SCOPES


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (None, "reasons.json cannot be read (No such file or directory)."),
        ("{", "is not a JSON object with a reason in words for each scope."),
        ('["commands"]', "is not a JSON object with a reason in words for each scope."),
        ('{"commands": 1}', "is not a JSON object with a reason in words for each scope."),
    ],
)
def test_a_file_without_reasons_is_refused_in_words(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], text: str | None, said: str
) -> None:
    file = tmp_path / "reasons.json"
    if text is not None:
        file.write_text(text)
    with pytest.raises(SystemExit) as ended:
        read_arguments(["--reasons", str(file)])
    assert ended.value.code == 2
    assert said in capsys.readouterr().err
