"""Settings: read once, every problem named at once, no secret shown."""

from pathlib import Path

import pytest

from process import access
from settings import Settings, SettingsProblem, read, slack_problems

KEY, OLD_KEY = "bmV3" * 10 + "bmU=", "b2xk" * 10 + "b2w="
MANY = {
    "SLACK_CLIENT_ID": "1.2",
    "SLACK_CLIENT_SECRET": "hunter2",
    "SLACK_SIGNING_SECRET": "s",
    "RUNGS_TOKEN_KEYS": KEY,
    "RUNGS_PUBLIC_URL": "https://rungs.example.org/",
}
TOKENS = {"SLACK_BOT_TOKEN": "xoxb-1", "SLACK_SIGNING_SECRET": "s", "SLACK_APP_TOKEN": "xapp-1"}


def problems(environment: dict[str, str]) -> list[str]:
    with pytest.raises(SettingsProblem) as caught:
        read(environment)
    return caught.value.problems


def test_an_empty_environment_has_defaults() -> None:
    settings = read({})
    assert settings.database_url == "sqlite:///rungs.db"
    assert settings.slack_api_url == "https://slack.com/api/"
    assert (settings.port, settings.min_group, settings.log_level) == (3000, 5, "INFO")
    assert settings.content is None


def test_every_problem_is_named_at_once() -> None:
    found = problems(
        {
            "SLACK_BOT_TOKEN": "xapp-wrong",
            "PORT": "eighty",
            "RUNGS_MIN_GROUP": "2",
            "LOG_LEVEL": "chatty",
            "SLACK_API_URL": "slack",
            "RUNGS_CONTENT": "nowhere",
            "RUNGS_HOST": "0.0.0.0:3000",
            "RUNGS_METRICS_TOKEN": "short",
            "RUNGS_TOKEN_KEYS": "short",
            "RUNGS_PUBLIC_URL": "rungs.example.org",
            "RUNGS_KEEP_DAYS": "never",
            "HTTPS_PROXY": "socks5://proxy:1080",
            "http_proxy": "http://:3128",
        }
    )
    named = [line.split()[0] for line in found]
    expected = ["SLACK_BOT_TOKEN", "RUNGS_TOKEN_KEYS", "RUNGS_PUBLIC_URL", "RUNGS_KEEP_DAYS"]
    expected += ["SLACK_API_URL", "RUNGS_MIN_GROUP", "PORT", "LOG_LEVEL"]
    expected += ["RUNGS_HOST", "RUNGS_METRICS_TOKEN", "HTTPS_PROXY", "HTTP_PROXY"]
    assert named == [*expected, "RUNGS_CONTENT"]


def test_a_problem_says_what_was_found_and_what_to_do() -> None:
    (found,) = problems({"RUNGS_MIN_GROUP": "2"})
    assert found == (
        "RUNGS_MIN_GROUP is '2'. Expected a whole number from 3 to 1000; unset it to use 5."
    )


def test_a_secret_is_never_shown() -> None:
    (found,) = problems({"SLACK_BOT_TOKEN": "hunter2"})
    assert "hunter2" not in found
    settings = read(TOKENS)
    assert all(value not in repr(settings) for value in ("xoxb-1", "xapp-1"))
    shown = repr(read(MANY))
    assert not [value for value in MANY.values() if len(value) > 1 and value in shown]
    (found,) = problems({"RUNGS_TOKEN_KEYS": "hunter2"})
    assert "hunter2" not in found


@pytest.mark.parametrize(
    "host", ["", "0.0.0.0", "::", "::1", "[::1]", "fe80::1%eth0", "web-1.intra"]
)
def test_an_address_to_listen_on_is_taken_without_brackets(host: str) -> None:
    assert read({"RUNGS_HOST": host}).host == host.strip("[]")


def test_a_proxy_may_be_written_as_other_programs_take_it() -> None:
    settings = read({"https_proxy": "proxy:3128", "NO_PROXY": "a.test", "HTTPS_PROXY": ""})
    assert (settings.https_proxy, settings.no_proxy) == ("http://proxy:3128", "a.test")
    (found,) = problems({"HTTPS_PROXY": "http://user:hunter2@proxy:port"})
    assert "hunter2" not in found


def test_settings_cannot_be_changed() -> None:
    settings = read({})
    with pytest.raises(AttributeError):
        settings.port = 1  # type: ignore[misc]


def test_an_address_gets_its_last_slash() -> None:
    assert read({"SLACK_API_URL": "http://localhost:1/api"}).slack_api_url.endswith("/api/")


def test_a_content_folder_is_taken(tmp_path: Path) -> None:
    assert read({"RUNGS_CONTENT": str(tmp_path)}).content == tmp_path


def test_a_path_that_no_folder_can_have_is_a_problem() -> None:
    (found,) = problems({"RUNGS_CONTENT": "a" * 5000})
    assert found.endswith("or unset it to use the built-in content.")


@pytest.mark.parametrize(
    ("http", "missing"),
    [(True, ["SLACK_BOT_TOKEN", "SLACK_SIGNING_SECRET"]), (False, ["SLACK_BOT_TOKEN"])],
)
def test_what_slack_needs_is_named_with_where_to_find_it(http: bool, missing: list[str]) -> None:
    settings: Settings = read({})
    lines = slack_problems(settings, http=http)
    assert [line.split()[0] for line in lines] == missing
    assert all("api.slack.com/apps" in line for line in lines)
    assert slack_problems(read(TOKENS), http=http) == []


@pytest.mark.parametrize("quoted", ['"s"', "'s'", "\u201cs\u201d", '"s', ' "s" ', '"new","old"'])
def test_quotes_around_a_value_are_named(quoted: str) -> None:
    (found,) = problems({"SLACK_SIGNING_SECRET": quoted})
    assert found.startswith("SLACK_SIGNING_SECRET has quotes around its value")


def test_quotes_are_named_for_every_setting() -> None:
    found = problems(
        {"SLACK_BOT_TOKEN": "'xoxb-1'", "PORT": '"3000"', "DATABASE_URL": '"sqlite:///a"'}
    )
    assert [line.split()[0] for line in found] == ["SLACK_BOT_TOKEN", "DATABASE_URL", "PORT"]
    assert all("quotes" in line and "xoxb" not in line for line in found)


@pytest.mark.parametrize(
    ("value", "secrets"),
    [("one", ("one",)), ("new,old", ("new", "old")), (" new , old ", ("new", "old"))],
)
def test_there_may_be_two_signing_secrets(value: str, secrets: tuple[str, ...]) -> None:
    settings = read(TOKENS | {"SLACK_SIGNING_SECRET": value})
    assert access(settings).signing_secrets == secrets


@pytest.mark.parametrize("value", ["new,", ",old", "a,b,c", ",", "a,,b"])
def test_an_empty_or_third_secret_is_refused(value: str) -> None:
    (found,) = problems({"SLACK_SIGNING_SECRET": value})
    assert found.startswith("SLACK_SIGNING_SECRET has ")
    assert "Expected one secret, or, while you change it, two with a comma between them" in found


def test_many_workspaces_need_five_settings_and_no_token() -> None:
    settings = read(MANY)
    assert settings.is_many
    assert settings.public_url == "https://rungs.example.org"
    assert slack_problems(settings, http=True) == []
    assert not read(TOKENS).is_many


@pytest.mark.parametrize("half", ["SLACK_CLIENT_ID", "SLACK_CLIENT_SECRET"])
def test_half_of_many_beside_tokens_is_named_in_one_answer(half: str) -> None:
    of_one = {name: TOKENS[name] for name in ("SLACK_BOT_TOKEN", "SLACK_APP_TOKEN")}
    lines = slack_problems(read(of_one | {half: MANY[half]}), http=False)
    named = {line.split()[0]: line for line in lines}
    assert set(named) == {*MANY, *of_one} - {half}
    assert f"SLACK_BOT_TOKEN is set beside {half}." in named["SLACK_BOT_TOKEN"]
    assert "Make one with `rungs keys new`" in named["RUNGS_TOKEN_KEYS"]
    assert not [line for line in lines if any(value in line for value in of_one.values())]


def test_one_workspace_may_have_a_public_address_and_keys() -> None:
    both = {name: MANY[name] for name in ("RUNGS_PUBLIC_URL", "RUNGS_TOKEN_KEYS")}
    settings = read(TOKENS | both)
    assert (settings.is_many, slack_problems(settings, http=False)) == (False, [])


@pytest.mark.parametrize(
    ("value", "wrong"),
    [(f"{KEY}, {OLD_KEY}", None), (f"{KEY},", "2 of 2"), ("a,b", "1, 2 of 2"), (KEY[1:], "1 of 1")],
)
def test_keys_are_told_by_their_place(value: str, wrong: str | None) -> None:
    if wrong is None:
        assert read({"RUNGS_TOKEN_KEYS": value}).token_keys == (KEY, OLD_KEY)
        return
    (found,) = problems({"RUNGS_TOKEN_KEYS": value})
    assert f"(number {wrong}; the value is not shown)" in found


@pytest.mark.parametrize(
    "url", ["http://localhost:3000", "https://a.test:8443", "http://[::1]:3000"]
)
def test_a_public_address_is_https_or_of_this_machine(url: str) -> None:
    assert read({"RUNGS_PUBLIC_URL": url}).public_url == url


@pytest.mark.parametrize(
    "url",
    ["http://a.test", "https://a.test/rungs", "https://a.test?b", "https://u:p@a.test", "https://"],
)
def test_other_public_addresses_are_refused(url: str) -> None:
    (found,) = problems({"RUNGS_PUBLIC_URL": url})
    assert found.startswith(f"RUNGS_PUBLIC_URL is '{url}'. Expected https:// and a host")
