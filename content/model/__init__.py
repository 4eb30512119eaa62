"""What the coach knows, as values: frameworks, families, tips, series, experiments."""

from content.model.crosswalk import (
    Crosswalk,
    CrosswalkRow,
    Relation,
)
from content.model.families import (
    Family,
    Figure,
    Framework,
    HumanFunction,
    Level,
    Operation,
    Skill,
    Tier,
)
from content.model.ladders import (
    Announced,
    CanDo,
    GradingFramework,
    LadderFramework,
    LevelGuide,
    Reference,
    ScaleFramework,
    SelfCheck,
)
from content.model.library import (
    NEED,
    Library,
)
from content.model.series import (
    Capstone,
    Lesson,
    Series,
)

__all__ = [
    "NEED",
    "Announced",
    "CanDo",
    "Capstone",
    "Crosswalk",
    "CrosswalkRow",
    "Family",
    "Figure",
    "Framework",
    "GradingFramework",
    "HumanFunction",
    "LadderFramework",
    "Lesson",
    "Level",
    "LevelGuide",
    "Library",
    "Operation",
    "Reference",
    "Relation",
    "ScaleFramework",
    "SelfCheck",
    "Series",
    "Skill",
    "Tier",
]
