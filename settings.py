"""The environment, read once into one frozen object; all problems are reported together."""

import os
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

DEFAULT_DATABASE = "sqlite:///rungs.db"
SLACK_API = "https://slack.com/api/"
LOG_LEVELS = ("DEBUG", "INFO", "WARNING", "ERROR")
FEWEST_IN_A_GROUP = 3
MOST_SECRETS = 2
QUOTES = "\"'`“”‘’"
HOST = re.compile(r"[\w.-]*|\[?[0-9a-fA-F:]+(%\w+)?\]?")
METRICS_TOKEN = re.compile(r"[\w.~+/=-]{16,}", re.ASCII)


class SettingsProblem(Exception):
    """The settings cannot be used. Each line names one setting, what was found and what to do."""

    def __init__(self, problems: list[str]) -> None:
        super().__init__("\n".join(problems))
        self.problems = problems


@dataclass(frozen=True)
class Settings:
    """The environment's settings; secrets are kept out of `repr`."""

    bot_token: str
    signing_secret: str
    app_token: str
    slack_api_url: str
    database_url: str
    content: Path | None
    min_group: int
    port: int
    log_level: str
    host: str
    metrics_token: str
    https_proxy: str
    http_proxy: str
    no_proxy: str

    def __repr__(self) -> str:
        return f"Settings(slack_api_url={self.slack_api_url!r}, port={self.port}, …)"


def read(
    environment: Mapping[str, str],
    *,
    port: int = 3000,
    needs: Callable[[Settings], list[str]] = lambda _: [],
) -> Settings:
    """Return the settings; SettingsProblem lists all problems.

    `port` is used when PORT is not set. `needs` returns a line for each setting that is missing.
    """
    problems: list[str] = []
    environment = _Unquoted(environment, problems)
    content = environment.get("RUNGS_CONTENT", "").strip()
    settings = Settings(
        bot_token=_token(environment, "SLACK_BOT_TOKEN", "xoxb-", problems),
        signing_secret=_secrets(environment, problems),
        app_token=_token(environment, "SLACK_APP_TOKEN", "xapp-", problems),
        slack_api_url=_api_url(environment, problems),
        database_url=environment.get("DATABASE_URL", "").strip() or DEFAULT_DATABASE,
        content=Path(content) if content else None,
        min_group=_number(environment, "RUNGS_MIN_GROUP", 5, (FEWEST_IN_A_GROUP, 1000), problems),
        port=_number(environment, "PORT", port, (1, 65535), problems),
        log_level=_log_level(environment, problems),
        host=_host(environment, problems),
        metrics_token=_metrics_token(environment, problems),
        https_proxy=_proxy(environment, "HTTPS_PROXY", problems),
        http_proxy=_proxy(environment, "HTTP_PROXY", problems),
        no_proxy=_either_case(environment, "NO_PROXY"),
    )
    if settings.content and not os.path.isdir(content):  # noqa: PTH112 - is_dir raises on a closed parent
        problems.append(
            f"RUNGS_CONTENT is '{content}', which is not a folder. "
            "Give the path of your content folder, or unset it to use the built-in content."
        )
    problems += needs(settings)
    if problems:
        raise SettingsProblem(problems)
    return settings


def missing_for_slack(settings: Settings, *, http: bool) -> list[str]:
    """Return a line for each setting that Slack needs and that is not set."""
    needed = [
        (
            settings.bot_token,
            "SLACK_BOT_TOKEN",
            "OAuth & Permissions: Bot User OAuth Token (xoxb-…)",
        ),
    ]
    if http:
        needed.append(
            (settings.signing_secret, "SLACK_SIGNING_SECRET", "Basic Information: Signing Secret")
        )
    return [
        f"{name} is not set. Find it on your app's page at api.slack.com/apps, under {where}, and set it."
        for value, name, where in needed
        if not value
    ]


class _Unquoted(Mapping[str, str]):
    """An environment whose values come without spaces around them.

    A value in quotes is added to the problems when it is read: Docker's `--env-file`, for one, takes quotes
    as part of the value, as a shell does not.
    """

    def __init__(self, environment: Mapping[str, str], problems: list[str]) -> None:
        self._environment = environment
        self._problems = problems

    def __iter__(self) -> Iterator[str]:
        return iter(self._environment)

    def __len__(self) -> int:
        return len(self._environment)

    def __getitem__(self, name: str) -> str:
        value = self._environment.get(name, "").strip()
        plain = value.strip(QUOTES).strip()
        if plain != value:
            self._problems.append(
                f"{name} has quotes around its value (the value is not shown). Remove them: they count "
                "as part of the value."
            )
        return plain


def _secrets(environment: Mapping[str, str], problems: list[str]) -> str:
    """Return one secret, or two with a comma between."""
    value = environment.get("SLACK_SIGNING_SECRET", "")
    secrets = [secret.strip() for secret in value.split(",")]
    if value and (len(secrets) > MOST_SECRETS or not all(secrets)):
        problems.append(
            f"SLACK_SIGNING_SECRET has {len(secrets)} parts (the value is not shown). Expected one secret, "
            "or, while you change it, two with a comma between them: the new one, then the old one."
        )
    return value


def _token(environment: Mapping[str, str], name: str, prefix: str, problems: list[str]) -> str:
    value = environment.get(name, "").strip()
    if value and not value.startswith(prefix):
        problems.append(
            f"{name} does not start with '{prefix}' (the value is not shown). "
            f"Copy the token that starts with '{prefix}' from your app's page at api.slack.com/apps."
        )
    return value


def _api_url(environment: Mapping[str, str], problems: list[str]) -> str:
    value = environment.get("SLACK_API_URL", "").strip() or SLACK_API
    parts = urlsplit(value)
    if parts.scheme not in ("http", "https") or not parts.netloc:
        problems.append(
            f"SLACK_API_URL is '{value}'. Expected an address such as {SLACK_API}; "
            "unset it to use Slack's own."
        )
    return value if value.endswith("/") else value + "/"


def _number(
    environment: Mapping[str, str],
    name: str,
    default: int,
    bounds: tuple[int, int],
    problems: list[str],
) -> int:
    value = environment.get(name, "").strip()
    lowest, highest = bounds
    if not value:
        return default
    if value.isdecimal() and lowest <= int(value) <= highest:
        return int(value)
    problems.append(
        f"{name} is '{value}'. Expected a whole number from {lowest} to {highest}; "
        f"unset it to use {default}."
    )
    return default


def _log_level(environment: Mapping[str, str], problems: list[str]) -> str:
    value = environment.get("LOG_LEVEL", "").strip().upper() or "INFO"
    if value not in LOG_LEVELS:
        problems.append(f"LOG_LEVEL is '{value}'. Choose one of {', '.join(LOG_LEVELS)}.")
    return value


def _host(environment: Mapping[str, str], problems: list[str]) -> str:
    value = environment.get("RUNGS_HOST", "").strip()
    if not HOST.fullmatch(value):
        problems.append(
            f"RUNGS_HOST is '{value}'. Expected an address on this machine, without a port, such as 0.0.0.0, "
            "127.0.0.1 or ::1; set the port with PORT."
        )
    return value.strip("[]")


def _metrics_token(environment: Mapping[str, str], problems: list[str]) -> str:
    value = environment.get("RUNGS_METRICS_TOKEN", "").strip()
    if value and not METRICS_TOKEN.fullmatch(value):
        problems.append(
            "RUNGS_METRICS_TOKEN cannot be sent as a bearer token (the value is not shown). Expected at "
            "least 16 letters, digits, or characters from -._~+/=, such as `openssl rand -hex 32` prints."
        )
    return value


def _proxy(environment: Mapping[str, str], name: str, problems: list[str]) -> str:
    """Return the address of a proxy; one without a scheme is an HTTP proxy."""
    value = _either_case(environment, name)
    if not value:
        return ""
    address = value if "://" in value else f"http://{value}"
    scheme = address.partition("://")[0]
    if scheme not in ("http", "https"):
        problems.append(
            f"{name} begins with {scheme}://, which is not supported. Expected an HTTP proxy, such as "
            "http://proxy:3128."
        )
    elif not _has_host_and_port(address):
        problems.append(
            f"{name} is not the address of a proxy (the value is not shown, because it may hold a password). "
            "Expected http://host:port or http://user:password@host:port."
        )
    return address


def _either_case(environment: Mapping[str, str], name: str) -> str:
    """Return a variable that many programs share, and that is written in capitals or small."""
    return (environment.get(name) or environment.get(name.lower()) or "").strip()


def _has_host_and_port(address: str) -> bool:
    try:
        parts = urlsplit(address)
        return bool(parts.hostname) and (parts.port is None or parts.port > 0)
    except ValueError:
        return False
