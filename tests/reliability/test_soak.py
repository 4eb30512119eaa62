"""The runner of the long runs."""

from tests.reliability.soak_report import BEGIN, END, LIMIT, PAGE, told
from tests.reliability.soak_runs import RUNS, Result


def test_the_runs_take_less_than_half_an_hour() -> None:
    assert sum(run.seconds for run in RUNS) < LIMIT


def test_the_page_has_a_place_for_the_table_and_keeps_the_rest() -> None:
    page = PAGE.read_text()
    rows = [
        (RUNS[0], Result("6 messages; 0 lost", holds=True)),
        (RUNS[1], Result("?", holds=False)),
    ]
    new = told(told(page, rows, about="Yesterday."), rows, about="Today.")
    assert new.count(BEGIN) == new.count(END) == 1
    assert "Yesterday." not in new
    assert "| 6 messages; 0 lost | yes |" in new
    assert "| ? | **no** |" in new
    assert new.startswith(page[: page.index(BEGIN)])
    assert new.endswith(page[page.index(END) :])
