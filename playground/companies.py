"""More workspaces beside Harbor & Pine: two that stand alone, and two of one organization."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import NamedTuple

from playground.clock import Clock
from playground.service import Sample
from playground.state.messages import Message
from playground.state.people import COLORS, Person
from playground.state.workspace import Workspace

DAY = 86_400


class Colleague(NamedTuple):
    """A person of a company; `standing` is what they are beside a member."""

    name: str
    title: str
    tz: str
    standing: str = ""


@dataclass(frozen=True, slots=True)
class Company:
    """A workspace, with one channel that everybody is in."""

    team: str
    name: str
    channel: str
    topic: str
    greeting: str
    colleagues: tuple[Colleague, ...]
    organization: str | None = None


MILL = "E0MILLGROUP"
ORGANIZATIONS = {MILL: "Mill Group"}
COMPANIES = (
    Company(
        *("T0LARKSONS0", "Lark & Sons", "bakery", "Orders, ovens and deliveries"),
        greeting="The rye order for the station goes out at five.",
        colleagues=(
            Colleague("Ida Lark", "Owner", "Europe/Copenhagen", "primary_owner"),
            Colleague("Mads Friis", "Shop lead", "Europe/Copenhagen", "admin"),
            Colleague("Zeynep Arslan", "Baker", "Europe/Istanbul"),
            Colleague("Paolo Greco", "Deliveries", "Europe/Rome"),
            Colleague("Aiko Mori", "Accounts", "Asia/Tokyo"),
        ),
    ),
    Company(
        *("T0NORTHLAB0", "North Lab", "lab", "Samples, results and the rota"),
        greeting="The water samples of this week are in.",
        colleagues=(
            Colleague("Freya Lund", "Head of the lab", "Europe/Oslo", "primary_owner"),
            Colleague("Tendai Moyo", "Chemist", "Africa/Harare", "admin"),
            Colleague("Lena Fischer", "Quality lead", "Europe/Vienna"),
            Colleague("Diego Luna", "Technician", "America/Mexico_City"),
            Colleague("Rina Shah", "Data analyst", "Asia/Kolkata"),
            Colleague("Ben Okoro", "Technician", "Africa/Lagos", "guest"),
        ),
    ),
    Company(
        *("T0MILLNORTH", "Mill North", "north", "What happens in the north"),
        greeting="The new loom runs on Monday.",
        organization=MILL,
        colleagues=(
            Colleague("Vera Mill", "Managing director", "Europe/London", "org_admin"),
            Colleague("Callum Reid", "Plant lead", "Europe/London", "admin"),
            Colleague("Nadia Haddad", "Designer", "Africa/Tunis"),
            Colleague("Jun Park", "Engineer", "Asia/Seoul"),
        ),
    ),
    Company(
        *("T0MILLSOUTH", "Mill South", "south", "What happens in the south"),
        greeting="The cotton of this month has arrived.",
        organization=MILL,
        colleagues=(
            Colleague("Rosa Campos", "Plant lead", "America/Sao_Paulo", "primary_owner"),
            Colleague("Marco Dias", "Buyer", "America/Sao_Paulo", "admin"),
            Colleague("Elif Kaya", "Customer service", "Europe/Istanbul"),
            Colleague("Tom Baker", "Sales", "America/New_York"),
        ),
    ),
)


def sample_of(company: Company) -> Sample:
    """Return what makes the workspace of a company."""

    def sample(clock: Clock) -> Workspace:
        workspace = Workspace(clock, team_id=company.team, name=company.name)
        for number, colleague in enumerate(company.colleagues):
            workspace.add_person(_person(colleague, color=COLORS[number % len(COLORS)]))
        members = {person.id for person in workspace.members()} | {workspace.app.user_id}
        channel = workspace.add_channel(
            company.channel,
            topic=company.topic,
            members=members,
            channel_id=_id("C", company.channel + company.name),
        )
        admins = {person.id for person in workspace.members() if person.is_admin}
        workspace.add_usergroup(
            "leads", "Leads", members=admins, group_id=_id("S", "LEADS" + company.name)
        )
        author = workspace.members()[1].id
        ts = workspace.new_ts(clock.now() - DAY)
        workspace.add_message(Message(ts, channel.id, company.greeting, user=author))
        return workspace

    return sample


def _person(colleague: Colleague, *, color: str) -> Person:
    person = Person(
        _id("U", colleague.name),
        colleague.name.partition(" ")[0].lower(),
        colleague.name,
        title=colleague.title,
        tz=colleague.tz,
        color=color,
    )
    if colleague.standing == "org_admin":
        person.primary_owner = True
    if colleague.standing:
        setattr(person, colleague.standing, True)
    return person


def _id(prefix: str, words: str) -> str:
    letters = "".join(one for one in words.upper() if one.isalnum())
    return f"{prefix}0{letters[:9]:0<9}"


def add_companies(add: Callable[..., Workspace], name: Callable[[str, str], None]) -> None:
    """Add all of them with a playground's `add_workspace` and `add_organization`."""
    for organization, called in ORGANIZATIONS.items():
        name(organization, called)
    for one in COMPANIES:
        add(one.team, one.name, sample=sample_of(one), organization=one.organization)
