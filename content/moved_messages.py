"""Where the text of a message file of an earlier version ("messages/tip.j2") belongs now.

An organization may still have such files. They are refused, and this tells the file and the key that
took their place. Nothing else uses these names.
"""

from collections.abc import Mapping
from pathlib import PurePosixPath

_PREFIXES = (
    ("agent/need_", "required_level/"),
    ("agent/project", "required_level/project"),
    ("agent/", "agents/"),
    ("checkin/", "checkins/"),
    ("ladder/", "assessments/ladder_"),
    ("result/", "self_check/"),
    ("team/", "team_digest/"),
    ("family_", "self_check/family_"),
    ("forget_", "privacy/forget_"),
    ("forgotten", "privacy/forgotten"),
    ("home_", "home/"),
    ("how_", "self_check/how_"),
    ("step_", "steps/"),
)
"""The beginning of an old name, and what stands there now; the first that fits counts."""

_OTHERS: Mapping[str, str] = {
    "agent/more": "slack/more",
    "agent/person_footer": "assessments/criteria_footer",
    "agent/person_promise": "assessments/criteria_promise",
    "agent/result_person": "assessments/criteria_result",
    "chat_answer": "help/chat_answer",
    "ended_card": "assessments/ended",
    "export_ready": "privacy/export_ready",
    "gone_card": "assessments/gone",
    "greeting": "home/greeting",
    "in_your_messages": "slack/in_your_messages",
    "ladder/text": "assessments/ladder_result",
    "map_offer": "map/offer",
    "moved": "assessments/moved",
    "no_other_step": "steps/no_other_step",
    "no_profile": "profile/no_result",
    "no_step": "steps/no_step",
    "not_yours": "slack/not_yours",
    "nothing_to_forget": "privacy/nothing_to_forget",
    "privacy": "privacy/page",
    "restart_note": "assessments/restart_note",
    "result/text": "self_check/result",
    "resume": "assessments/resume",
    "said_line": "profile/said_line",
    "saved": "assessments/saved",
    "self_check_moves": "assessments/moves",
    "self_check_promise": "self_check/promise",
    "team/off": "team_digest/not_followed",
    "team/practised": "team_digest/practiced",
    "tip": "steps/step",
    "too_slow": "slack/too_slow",
    "trouble": "slack/trouble",
    "unknown_check": "self_check/unknown_check",
    "unknown_click": "slack/unknown_click",
    "unknown_command": "help/unknown_command",
    "unknown_family": "self_check/unknown_family",
    "unknown_level": "map/unknown_level",
}


def new_name(old: str) -> str | None:
    """Return the name that took the place of this one, or None where there was no such message."""
    if old in _OTHERS:
        return _OTHERS[old]
    for before, after in _PREFIXES:
        if old.startswith(before):
            return after + old.removeprefix(before)
    return None


def where_it_is_now(relative: str) -> str:
    """Return what to do with a '.j2' file that stands here in a folder of content."""
    name = new_name(relative.removeprefix("messages/").removesuffix(".j2"))
    if name is None:
        key = PurePosixPath(relative).stem
        return f"Messages are now in YAML. Move its text to the key {key} of a file in 'messages'."
    file, _, key = name.partition("/")
    return f"Messages are now in YAML. Move its text to the key {key} in messages/{file}.yaml."
