"""The tables, one module for each part of the story; queries are elsewhere, one module per noun."""

from storage.tables.agents import Agent as Agent
from storage.tables.agents import AgentEvent as AgentEvent
from storage.tables.agents import Grade as Grade
from storage.tables.agents import Project as Project
from storage.tables.assessments import Assessment as Assessment
from storage.tables.assessments import GivenAnswer as GivenAnswer
from storage.tables.assessments import Wording as Wording
from storage.tables.messages import Outgoing as Outgoing
from storage.tables.messages import Rate as Rate
from storage.tables.messages import Schedule as Schedule
from storage.tables.notes import Audit as Audit
from storage.tables.notes import Inbound as Inbound
from storage.tables.people import Member as Member
from storage.tables.people import Pace as Pace
from storage.tables.people import Workspace as Workspace
from storage.tables.row import METADATA as METADATA
from storage.tables.steps import Practice as Practice
from storage.tables.steps import Step as Step
from storage.tables.teams import Release as Release
from storage.tables.teams import RosterEntry as RosterEntry
from storage.tables.teams import Team as Team
