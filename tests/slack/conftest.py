"""The fixtures of other folders whose forms and clicks are repeated here."""

from tests.agents.conftest import desk as desk
from tests.team_digest.conftest import growth as growth
