"""The showrooms of Harbor & Pine: more colleagues in #growth, so that a team is as large as teams are."""

from playground.clock import Clock
from playground.sample import sample_workspace
from playground.state.people import COLORS, Person
from playground.state.workspace import Workspace

CHANNEL = "growth"
SHOPKEEPERS = (
    *(("Amara Eze", "Africa/Lagos"), ("Anouk Visser", "Europe/Amsterdam")),
    *(("Bilal Aydin", "Europe/Istanbul"), ("Clara Nowak", "Europe/Warsaw")),
    *(("Davi Rocha", "America/Sao_Paulo"), ("Elsa Lindqvist", "Europe/Stockholm")),
    *(("Farid Karimi", "Asia/Dubai"), ("Hana Kobayashi", "Asia/Tokyo")),
    *(("Ines Moreau", "Europe/Paris"), ("Jonas Keller", "Europe/Zurich")),
    *(("Leila Haddou", "Africa/Casablanca"), ("Marta Kovac", "Europe/Zagreb")),
    *(("Nuno Alves", "Europe/Lisbon"), ("Olga Petrenko", "Europe/Kyiv")),
    *(("Pablo Reyes", "America/Mexico_City"), ("Quynh Tran", "Asia/Ho_Chi_Minh")),
    *(("Ruth Adler", "America/New_York"), ("Signe Holm", "Europe/Copenhagen")),
    *(("Tariq Mansour", "Africa/Cairo"), ("Una Byrne", "Europe/Dublin")),
    *(("Wanjiru Kamau", "Africa/Nairobi"), ("Yara Cohen", "Asia/Jerusalem")),
)
SHOP_IDS = tuple(f"U0SHOWROO{number:02}" for number in range(1, len(SHOPKEEPERS) + 1))


def with_showrooms(clock: Clock) -> Workspace:
    """Return the sample workspace with the people of the showrooms."""
    workspace = sample_workspace(clock)
    start = len(workspace.people)
    for number, (user_id, (name, zone)) in enumerate(zip(SHOP_IDS, SHOPKEEPERS, strict=True)):
        handle = name.partition(" ")[0].lower()
        color = COLORS[(start + number) % len(COLORS)]
        shopkeeper = Person(user_id, handle, name, title="Showroom", tz=zone, color=color)
        workspace.add_person(shopkeeper)
        workspace.channel(CHANNEL).members.add(user_id)
    return workspace
