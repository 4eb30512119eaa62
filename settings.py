"""The environment, read once into one frozen object; all problems are reported together."""

import os
import re
from base64 import urlsafe_b64decode
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
TOKEN_KEY = re.compile(r"[\w-]{43}=", re.ASCII)
TOKEN_KEY_BYTES = 32
LOOPBACK_HOSTS = ("localhost", "127.0.0.1", "::1")
METRICS_TOKEN = re.compile(r"[\w.~+/=-]{16,}", re.ASCII)


class SettingsProblem(Exception):
    """The settings cannot be used. Each line names one setting, what was found and what to do."""

    def __init__(self, problems: list[str]) -> None:
        super().__init__("\n".join(problems))
        self.problems = problems


@dataclass(frozen=True)
class Settings:
    """The environment's settings; secrets are kept out of `repr`.

    `token_keys` encrypt the tokens of installed workspaces: the first encrypts, the others still decrypt.
    `public_url` is where people and Slack reach Rungs, without a slash at the end; empty when nowhere.
    `inner_hosts` are those beside public ones that may be told of changes.
    """

    bot_token: str
    signing_secret: str
    app_token: str
    client_id: str
    client_secret: str
    token_keys: tuple[str, ...]
    public_url: str
    keep_days: int
    slack_api_url: str
    database_url: str
    content: Path | None
    min_group: int
    port: int
    log_level: str
    host: str
    metrics_token: str
    inner_hosts: frozenset[str]
    https_proxy: str
    http_proxy: str
    no_proxy: str

    @property
    def is_many(self) -> bool:
        """Whether one service serves every workspace that installs the app, instead of one with a token."""
        return bool(self.client_id or self.client_secret)

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
        client_id=environment.get("SLACK_CLIENT_ID", ""),
        client_secret=environment.get("SLACK_CLIENT_SECRET", ""),
        token_keys=_token_keys(environment, problems),
        public_url=_public_url(environment, problems),
        keep_days=_number(environment, "RUNGS_KEEP_DAYS", 30, (1, 365), problems),
        slack_api_url=_api_url(environment, problems),
        database_url=environment.get("DATABASE_URL", "").strip() or DEFAULT_DATABASE,
        content=Path(content) if content else None,
        min_group=_number(environment, "RUNGS_MIN_GROUP", 5, (FEWEST_IN_A_GROUP, 1000), problems),
        port=_number(environment, "PORT", port, (1, 65535), problems),
        log_level=_log_level(environment, problems),
        host=_host(environment, problems),
        metrics_token=_metrics_token(environment, problems),
        inner_hosts=_inner_hosts(environment, problems),
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


PAGE = "Find it on your app's page at api.slack.com/apps, under"
WHERE = {
    "SLACK_BOT_TOKEN": f"{PAGE} OAuth & Permissions: Bot User OAuth Token (xoxb-…)",
    "SLACK_SIGNING_SECRET": f"{PAGE} Basic Information: Signing Secret",
    "SLACK_CLIENT_ID": f"{PAGE} Basic Information: Client ID",
    "SLACK_CLIENT_SECRET": f"{PAGE} Basic Information: Client Secret",
    "RUNGS_TOKEN_KEYS": "Make one with `rungs keys new`",
    "RUNGS_PUBLIC_URL": "Take the address of Rungs on the internet, such as https://rungs.example.org",
}


def slack_problems(settings: Settings, *, http: bool) -> list[str]:
    """Return a line for each setting that Slack needs and that is not set, or that must not be set.

    `http` says whether Slack's requests come over HTTP to this process, when it serves one workspace.
    """
    if settings.is_many:
        return [*_missing(_of_many(settings)), *_superfluous(settings)]
    needed = {"SLACK_BOT_TOKEN": settings.bot_token}
    if http:
        needed["SLACK_SIGNING_SECRET"] = settings.signing_secret
    return _missing(needed)


def _of_many(settings: Settings) -> dict[str, str]:
    """Return the settings that a service for many workspaces needs, in each of its processes."""
    return {
        "SLACK_CLIENT_ID": settings.client_id,
        "SLACK_CLIENT_SECRET": settings.client_secret,
        "SLACK_SIGNING_SECRET": settings.signing_secret,
        "RUNGS_TOKEN_KEYS": ",".join(settings.token_keys),
        "RUNGS_PUBLIC_URL": settings.public_url,
    }


def _missing(needed: Mapping[str, str]) -> list[str]:
    return [f"{name} is not set. {WHERE[name]}, and set it." for name in needed if not needed[name]]


def _superfluous(settings: Settings) -> list[str]:
    """Return a line for each token that serves one workspace, set beside the settings for many."""
    chosen = "SLACK_CLIENT_ID" if settings.client_id else "SLACK_CLIENT_SECRET"
    of_one = (
        (
            "SLACK_BOT_TOKEN",
            settings.bot_token,
            "Each workspace that installs the app has its own.",
        ),
        ("SLACK_APP_TOKEN", settings.app_token, "Many workspaces are served over HTTP only."),
    )
    return [
        f"{name} is set beside {chosen}. {why} Unset it, or unset SLACK_CLIENT_ID and SLACK_CLIENT_SECRET "
        "to serve one workspace."
        for name, value, why in of_one
        if value
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


def _token_keys(environment: Mapping[str, str], problems: list[str]) -> tuple[str, ...]:
    """Return the keys that encrypt tokens, of which the first encrypts."""
    value = environment.get("RUNGS_TOKEN_KEYS", "")
    keys = tuple(key.strip() for key in value.split(",")) if value else ()
    wrong = [str(place) for place, key in enumerate(keys, 1) if not _is_token_key(key)]
    if wrong:
        problems.append(
            f"RUNGS_TOKEN_KEYS has something that is not a key (number {', '.join(wrong)} of {len(keys)}; "
            "the value is not shown). Expected what `rungs keys new` prints, with commas between several."
        )
    return keys


def _is_token_key(key: str) -> bool:
    return bool(TOKEN_KEY.fullmatch(key)) and len(urlsafe_b64decode(key)) == TOKEN_KEY_BYTES


def _public_url(environment: Mapping[str, str], problems: list[str]) -> str:
    """Return the address at which the internet reaches Rungs; http only on this machine."""
    value = environment.get("RUNGS_PUBLIC_URL", "")
    if not value or _is_public_url(value):
        return value.rstrip("/")
    problems.append(
        f"RUNGS_PUBLIC_URL is '{value}'. Expected https:// and a host, without a path, such as "
        "https://rungs.example.org; http:// only for this machine, such as http://localhost:3000."
    )
    return ""


def _is_public_url(value: str) -> bool:
    try:
        parts = urlsplit(value)
        host, _ = parts.hostname, parts.port
    except ValueError:
        return False
    is_safe = parts.scheme == "https" or (parts.scheme == "http" and host in LOOPBACK_HOSTS)
    has_more = parts.path.strip("/") or parts.query or parts.fragment or "@" in parts.netloc
    return bool(is_safe and host and HOST.fullmatch(host) and not has_more)


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


def _inner_hosts(environment: Mapping[str, str], problems: list[str]) -> frozenset[str]:
    """Return the hosts of the organization's own network that may be told of changes."""
    value = environment.get("RUNGS_INNER_HOSTS", "").strip()
    hosts = [host.strip().lower() for host in value.split(",")] if value else []
    wrong = [host for host in hosts if not host or not HOST.fullmatch(host)]
    if wrong:
        problems.append(
            f"RUNGS_INNER_HOSTS has '{wrong[0]}'. Expected names of hosts with commas between, without "
            "https:// and without a port, such as gateway.example.org,10.0.0.7."
        )
    return frozenset(host.strip("[]") for host in hosts)


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
