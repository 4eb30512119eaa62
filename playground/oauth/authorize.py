"""What the consent page checks, and where it sends the person who allows or cancels."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from urllib.parse import urlencode, urlsplit

from playground.errors import NotThere
from playground.oauth.codes import Grant
from playground.person.desk import Desk
from playground.service import Service, Shared


class Refused(ValueError):
    """The consent page refuses what the app asks for; `code` is Slack's name for it."""

    def __init__(self, code: str, words: str) -> None:
        super().__init__(words)
        self.code = code


@dataclass(frozen=True, slots=True)
class Ask:
    """What an app asks for with the address of the consent page."""

    client_id: str
    scopes: tuple[str, ...]
    user_scopes: tuple[str, ...]
    redirect_uri: str
    state: str
    team: str | None = None

    @property
    def query(self) -> dict[str, str]:
        """Return it as the address had it."""
        return {
            "client_id": self.client_id,
            "scope": ",".join(self.scopes),
            "user_scope": ",".join(self.user_scopes),
            "redirect_uri": self.redirect_uri,
            "state": self.state,
        }


def read_ask(shared: Shared, query: Mapping[str, str]) -> Ask:
    """Return what an app asks for, or refuse it as Slack's page does."""
    ask = Ask(
        query.get("client_id", ""),
        _split(query.get("scope", "")),
        _split(query.get("user_scope", "")),
        query.get("redirect_uri", ""),
        query.get("state", ""),
        query.get("team") or None,
    )
    if ask.client_id != shared.credentials.client_id:
        raise Refused("invalid_client_id", "Invalid client_id parameter.")
    _check_redirect(shared, ask.redirect_uri)
    _check_scopes(ask.scopes, shared.manifest.scopes)
    _check_scopes(ask.user_scopes, shared.manifest.user_scopes)
    if not ask.scopes and not ask.user_scopes:
        raise Refused("no_scopes", "No scopes requested.")
    return ask


def _split(scopes: str) -> tuple[str, ...]:
    return tuple(one for one in scopes.replace(" ", ",").split(",") if one)


def _check_redirect(shared: Shared, wanted: str) -> None:
    known = shared.manifest.redirect_urls
    if known is None:
        is_fine = urlsplit(wanted).scheme in ("http", "https")
    else:
        is_fine = any(not wanted or is_within(wanted, one) for one in known)
    if not is_fine:
        raise Refused(
            "bad_redirect_uri",
            f"redirect_uri did not match any configured URIs. Passed URI: {wanted or 'none'}.",
        )


def is_within(wanted: str, known: str) -> bool:
    """Return whether an address is a configured one, or lies below it."""
    if wanted == known:
        return True
    one, other = urlsplit(wanted), urlsplit(known)
    same_place = (one.scheme, one.netloc) == (other.scheme, other.netloc)
    below = one.path.startswith(f"{other.path.rstrip('/')}/") and "/../" not in f"{one.path}/"
    return same_place and not other.query and (below or one.path == other.path)


def _check_scopes(asked: Iterable[str], known: frozenset[str] | None) -> None:
    beyond = [one for one in asked if known is not None and one not in known]
    if beyond:
        raise Refused("invalid_scope", f"Invalid permissions requested: {', '.join(beyond)}.")


def allowed(
    shared: Shared, ask: Ask, *, team: str, user: str, for_organization: bool = False
) -> str:
    """Let a person allow what was asked; return where they are sent. Refused says why they may not."""
    service = shared.at(team)
    _check_person(service, user, for_organization=for_organization)
    organization = service.workspace.organization
    holder = organization if for_organization and organization is not None else team
    grant = Grant(holder, user, frozenset(ask.scopes), ask.redirect_uri, shared.clock.now())
    return address(shared, ask, code=shared.codes.issue(grant))


def _check_person(service: Service, user: str, *, for_organization: bool) -> None:
    try:
        person = Desk(service, user).person
    except NotThere as problem:
        raise Refused("user_not_found", str(problem)) from None
    if person.stranger is not None:
        raise Refused("not_a_member", f"{person.name} is not a member of this workspace.")
    if person.guest:
        raise Refused("restricted_action", "Guests can't install apps.")
    if for_organization:
        _check_organization(service, is_admin=person.org_admin)
    elif service.workspace.needs_approval and not (person.is_admin or person.org_admin):
        raise Refused(
            "app_approval_required",
            f"{service.workspace.name} needs an admin to approve apps. Ask one of its admins.",
        )


def _check_organization(service: Service, *, is_admin: bool) -> None:
    if service.workspace.organization is None:
        raise Refused("not_an_enterprise", "This workspace is not in an organization.")
    if not service.manifest.is_for_organizations:
        raise Refused("org_login_required", "This app can't be installed in a whole organization.")
    if not is_admin:
        raise Refused(
            "not_an_admin", "Only an admin of the organization installs an app in all of it."
        )


def address(shared: Shared, ask: Ask, **answer: str) -> str:
    """Return where the person is sent back to, with this answer and the app's state."""
    known = shared.manifest.redirect_urls
    target = ask.redirect_uri or (known[0] if known else "")
    joint = "&" if urlsplit(target).query else "?"
    return f"{target}{joint}{urlencode({**answer, 'state': ask.state})}"
