"""What a permission takes, part by part, and the next step for what is missing, in words."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

from slack_sdk.models.blocks import ButtonElement

from bot.buttons import PROVE
from bot.features.access.member_access import Around, Standing
from bot.features.evidence.service import NOTICE_LEVEL, ladder_value
from bot.features.rules.views import RULES
from bot.slack.blocks import button
from bot.slack.phrases import number, person, who_first
from coaching.access.facts import Facts
from coaching.access.policy import (
    ANY_FAMILY,
    All,
    AnyOf,
    Approval,
    Part,
    Permission,
    Requirement,
    RulesRead,
    TrainingDone,
    VerifiedLevel,
)
from coaching.access.requirements import ALWAYS, Missing, end_of
from coaching.safe_text import Render, SafeText, escape
from content.evidence import ladder_title, level_name

ASK = "access_ask_opened"
WITHDRAW = "access_request_withdrawn"

MOST_PEOPLE = 5
"""How many people a sentence names."""

YEAR = 365


def days_words(days: int) -> SafeText:
    """Return so many days in words, in years where they are whole."""
    if days % YEAR == 0 and days:
        years = days // YEAR
        return SafeText("year" if years == 1 else f"{number(years)} years")
    return SafeText("day" if days == 1 else f"{number(days)} days")


def span_words(days: int) -> SafeText:
    """Return a time of so many days, such as "one year"."""
    words = days_words(days)
    return SafeText(f"one {words}") if words in ("year", "day") else words


def people_words(user_ids: list[str]) -> SafeText | None:
    """Return these people in a sentence with "or", at most a few; None for nobody."""
    if not user_ids:
        return None
    shown = [person(one) for one in user_ids[:MOST_PEOPLE]]
    if len(user_ids) > MOST_PEOPLE:
        return SafeText(f"{', '.join(shown)}, or others")
    return SafeText(" or ".join(shown))


@dataclass(frozen=True)
class Words:
    """Writes the requirements of a permission."""

    render: Render
    around: Around

    def kind(self, part: Part, permission: Permission) -> dict[str, object]:
        """Return what the texts about a part need to name it."""
        policy = self.around.policy
        match part:
            case RulesRead(days):
                return {"kind": "rules", "days": days_words(days)}
            case TrainingDone(training, days):
                found = policy.trainings.get(training)
                title = found.title if found else training
                return {"kind": "training", "title": title, "days": days_words(days)}
            case VerifiedLevel():
                return {"kind": "level", "what": self.level(part)}
            case Approval():
                approver = policy.approvers.get(permission.approver)
                return {
                    "kind": "approval",
                    "title": approver.title if approver else permission.approver,
                }

    def level(self, part: VerifiedLevel) -> SafeText:
        """Return a level of a ladder, such as "AI coding, level 1"."""
        if part.ladder == ANY_FAMILY:
            return SafeText(f"Tier {part.level} in any role family")
        library = self.around.library.everything
        name = level_name(library, part.ladder, part.level).partition(",")[0]
        return SafeText(f"{escape(ladder_title(library, part.ladder))}, {escape(name)}")

    def next_line(self, standing: Standing, missing: Missing) -> SafeText:
        """Return the next step for a part that is missing."""
        around, part = self.around, missing.part
        values: dict[str, object] = {
            "state": "",
            "people": None,
            "is_ready": True,
            "has_level": None,
            "is_only": standing.asks_approval,
            "ended": around.clock.day(missing.ended_at) if missing.ended_at else None,
            **self.kind(part, standing.permission),
        }
        if isinstance(part, RulesRead):
            values["is_ready"] = around.has_rules
        elif isinstance(part, TrainingDone):
            values["people"] = people_words(list(around.coordinators))
        elif isinstance(part, VerifiedLevel):
            values["is_ready"] = around.has_evidence
            if missing.has_level:
                has = replace(part, level=missing.has_level)
                values["has_level"] = self.level(has).rpartition(", ")[2]
        else:
            values |= self._approval(standing)
        return SafeText(self.render("access/next", **values).strip())

    def _approval(self, standing: Standing) -> dict[str, object]:
        request = standing.request
        found: dict[str, object] = {
            "people": people_words(list(self.around.approvers(standing.permission.approver)))
        }
        is_told = standing.is_open or (request and request.state in ("returned", "declined"))
        if request is None or not is_told:
            return found
        at = request.decided_at or request.asked_at
        return found | {
            "state": request.state,
            "day": self.around.clock.day(at),
            "who": who_first(request.decided_by),
            "words": request.answer,
        }

    def next_button(self, standing: Standing) -> ButtonElement | None:
        """Return the button for the first step that has one; None where there is nothing to click."""
        if standing.missing and standing.is_open:
            return button("Withdraw the request", action=WITHDRAW, value=standing.permission.id)
        made = (self._button(standing, one) for one in standing.missing)
        return next((one for one in made if one is not None), None)

    def _button(self, standing: Standing, missing: Missing) -> ButtonElement | None:
        permission, around = standing.permission, self.around
        match missing.part:
            case RulesRead() if around.has_rules:
                return button("Read it", action=RULES, spoken="Read how we use AI here")
            case VerifiedLevel(ladder) if around.has_evidence and ladder == ANY_FAMILY:
                return button("Have a tier verified", action=PROVE)
            case VerifiedLevel(ladder) if around.has_evidence:
                value = ladder_value(ladder, missing.has_level + 1)
                return button("Have it verified", action=NOTICE_LEVEL, value=value)
            case Approval() if standing.asks_approval and around.approvers(permission.approver):
                return button(
                    "Ask for approval",
                    action=ASK,
                    value=permission.id,
                    style="primary",
                    spoken=f"Ask for approval: {permission.title}",
                )
        return None

    def parts(self, permission: Permission, facts: Facts) -> list[SafeText]:
        """Return what a permission takes as lines, with what is met, for its page."""
        return list(self._lines(permission.requires, permission, facts, ""))

    def _lines(
        self, requirement: Requirement, permission: Permission, facts: Facts, indent: str
    ) -> Iterator[SafeText]:
        if isinstance(requirement, All) and not indent:
            for one in requirement.of:
                yield from self._lines(one, permission, facts, indent)
        elif isinstance(requirement, All | AnyOf):
            name = "access/all" if isinstance(requirement, All) else "access/any"
            yield SafeText(f"{indent}• {self.render(name).strip()}:")
            for one in requirement.of:
                yield from self._lines(one, permission, facts, f"{indent}      ")
        else:
            yield SafeText(f"{indent}• {self._part(requirement, permission, facts)}")

    def _part(self, part: Part, permission: Permission, facts: Facts) -> str:
        now = self.around.clock.now
        end = end_of(replace(permission, requires=part), facts, now)
        until = None if end == ALWAYS else self.around.clock.day(end) if now < end else None
        values = self.kind(part, permission)
        return self.render("access/part", met=now < end, until=until, **values).strip()

    def takes(self, requirement: Requirement, permission: Permission) -> SafeText:
        """Return what a permission takes as one sentence, for admins."""
        if isinstance(requirement, All | AnyOf):
            parts = [self.takes(one, permission) for one in requirement.of]
            if isinstance(requirement, All):
                return SafeText("; ".join(parts))
            return SafeText(f"either {' or '.join(parts)}")
        values = self.kind(requirement, permission)
        return SafeText(self.render("access/takes", **values).strip())
