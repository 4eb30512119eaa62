"""All capabilities, lowest first; a capability imports only those before it."""

from bot.feature import Feature
from bot.features.access.feature import FEATURE as ACCESS
from bot.features.access.feature import GRANTS as ACCESS_GRANTS
from bot.features.admin.feature import FEATURE as ADMIN
from bot.features.adoption.feature import FEATURE as ADOPTION
from bot.features.agents.feature import FEATURE as AGENTS
from bot.features.badges.feature import FEATURE as BADGES
from bot.features.changes.feature import ADMIN as SERVERS
from bot.features.changes.feature import FEATURE as CHANGES
from bot.features.checkins.feature import FEATURE as CHECKINS
from bot.features.clients.feature import FEATURE as CLIENTS
from bot.features.clients.feature import LOG as CLIENTS_LOG
from bot.features.evidence.feature import FEATURE as EVIDENCE
from bot.features.help.feature import FEATURE as HELP
from bot.features.holders.feature import FEATURE as HOLDERS
from bot.features.home.feature import FEATURE as HOME
from bot.features.installs.feature import FEATURE as INSTALLS
from bot.features.knowledge.feature import FEATURE as KNOWLEDGE
from bot.features.ledger.feature import FEATURE as LEDGER
from bot.features.map.feature import FEATURE as MAP
from bot.features.notices.feature import FEATURE as NOTICES
from bot.features.privacy.feature import FEATURE as PRIVACY
from bot.features.profile.feature import FEATURE as PROFILE
from bot.features.required_level.feature import FEATURE as REQUIRED_LEVEL
from bot.features.reviews.feature import FEATURE as REVIEWS
from bot.features.rules.feature import FEATURE as RULES
from bot.features.rules.feature import FORM as RULES_FORM
from bot.features.safeguards.feature import FEATURE as SAFEGUARDS
from bot.features.sandbox.feature import FEATURE as SANDBOX
from bot.features.sandbox.feature import PLANS as SANDBOX_PLANS
from bot.features.self_check.feature import FEATURE as SELF_CHECK
from bot.features.steps.feature import FEATURE as STEPS
from bot.features.team_digest.feature import FEATURE as TEAM_DIGEST
from bot.features.verifiers.feature import FEATURE as VERIFIERS

FEATURES: tuple[Feature, ...] = (
    *(ADMIN, HELP, RULES_FORM, RULES, SELF_CHECK, STEPS, CHECKINS, TEAM_DIGEST, AGENTS),
    *(REQUIRED_LEVEL, HOLDERS, SAFEGUARDS, ADOPTION, INSTALLS),
    *(NOTICES, KNOWLEDGE, LEDGER, EVIDENCE, VERIFIERS, REVIEWS, BADGES),
    *(ACCESS_GRANTS, ACCESS, CLIENTS_LOG, CLIENTS, CHANGES, SERVERS),
    *(SANDBOX_PLANS, SANDBOX),
    *(MAP, PROFILE, PRIVACY, HOME),
)
