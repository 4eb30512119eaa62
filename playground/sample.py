"""Harbor & Pine: a fictional company that makes outdoor furniture and sells it online."""

from dataclasses import dataclass

from playground.clock import Clock
from playground.state.messages import Message
from playground.state.people import COLORS, Person
from playground.state.workspace import Workspace

HOUR = 3600


@dataclass(frozen=True, slots=True)
class Colleague:
    """A sample person and the channels they are in."""

    id: str
    handle: str
    name: str
    title: str
    tz: str | None
    locale: str | None
    channels: tuple[str, ...]
    guest: bool = False


GROWTH = ("growth",)
PRODUCT = ("product",)
BOTH = GROWTH + PRODUCT
COLLEAGUES = (
    Colleague("U0ADAOKAFOR", "ada", "Ada Okafor", "Backend engineer", "Africa/Lagos", "en-GB", PRODUCT),
    Colleague("U0KENJISATO", "kenji", "Kenji Sato", "Frontend engineer", "Asia/Tokyo", "ja-JP", PRODUCT),
    Colleague("U0LUCIAVEGA", "lucia", "Lucía Vega", "Content marketer", "Europe/Madrid", "es-ES", GROWTH),
    Colleague("U0NOAHBERG0", "noah", "Noah Berg", "Marketing lead", "Europe/Berlin", "de-DE", BOTH),
    Colleague("U0PRIYARAO0", "priya", "Priya Rao", "Customer service lead", "Asia/Kolkata", "en-IN", BOTH),
    Colleague("U0TOMASSILV", "tomas", "Tomás Silva", "Support agent", "America/Sao_Paulo", "pt-BR", GROWTH),
    Colleague("U0GRACELEE0", "grace", "Grace Lee", "Account manager", "America/Los_Angeles", "en-US", GROWTH),
    Colleague("U0OMARHADDA", "omar", "Omar Haddad", "Sales development", "Africa/Cairo", "en-US", GROWTH),
    Colleague("U0MEILIN000", "mei", "Mei Lin", "Product designer", "Asia/Taipei", "zh-TW", PRODUCT),
    Colleague("U0SOFIAROSS", "sofia", "Sofia Rossi", "Brand designer", "Europe/Rome", "it-IT", BOTH),
    Colleague("U0SAMGUEST0", "sam", "Sam", "", None, None, PRODUCT, guest=True),
)  # fmt: skip
ADMIN, OWNER = "U0NOAHBERG0", "U0PRIYARAO0"
USER_GROUPS = {
    "leads": ("Leads", "S0LEADS0000", (ADMIN, OWNER)),
    "design": ("Design", "S0DESIGN000", ("U0MEILIN000", "U0SOFIAROSS")),
}

TOPICS = {
    "growth": "Campaigns, customers and the pipeline",
    "product": "What we build and how it looks",
}
CHANNEL_IDS = {"growth": "C0GROWTH000", "product": "C0PRODUCT00"}

SMALL_TALK = (
    ("growth", "U0NOAHBERG0", 26, "The garden bench campaign goes out on Thursday."),
    ("growth", "U0GRACELEE0", 25, "Good timing. Two hotels asked about the bench this week."),
    ("growth", "U0PRIYARAO0", 4, "Delivery questions are down by a third since the new order page."),
    ("product", "U0MEILIN000", 28, "New sketches for the size guide are up. Comments welcome until Friday."),
    ("product", "U0ADAOKAFOR", 27, "Nice. The stock service has the sizes. I'll add an endpoint."),
    ("product", "U0KENJISATO", 3, "The order page is live for everyone now."),
)  # fmt: skip


def sample_workspace(clock: Clock) -> Workspace:
    """Return a fresh workspace: eleven people, two channels, two user groups, a little small talk."""
    workspace = Workspace(clock)
    for number, colleague in enumerate(COLLEAGUES):
        workspace.add_person(_person(colleague, color=COLORS[number % len(COLORS)]))
    for name, topic in TOPICS.items():
        members = {who.id for who in COLLEAGUES if name in who.channels}
        workspace.add_channel(name, topic=topic, members=members, channel_id=CHANNEL_IDS[name])
    workspace.channel("growth").members.add(workspace.app.user_id)
    for handle, (name, group_id, group) in USER_GROUPS.items():
        workspace.add_usergroup(handle, name, members=set(group), group_id=group_id)
    _talk(workspace)
    return workspace


def _person(colleague: Colleague, *, color: str) -> Person:
    return Person(
        colleague.id,
        colleague.handle,
        colleague.name,
        title=colleague.title,
        tz=colleague.tz,
        locale=colleague.locale,
        guest=colleague.guest,
        admin=colleague.id == ADMIN,
        primary_owner=colleague.id == OWNER,
        color=color,
    )


def _talk(workspace: Workspace) -> None:
    now = workspace.clock.now()
    for name, user, hours_ago, text in sorted(SMALL_TALK, key=lambda line: -line[2]):
        channel = workspace.channel(name)
        ts = workspace.new_ts(now - hours_ago * HOUR)
        workspace.add_message(Message(ts, channel.id, text, user=user))
        channel.read = dict.fromkeys(channel.members, ts)
