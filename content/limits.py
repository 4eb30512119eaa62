"""The longest texts and lists that content files may have.

A docstring that starts with "Slack" gives a limit of Slack's, for everything shown in that place. One that
starts with "Ours" gives a limit of Rungs.
"""

ANSWER = 150
"""Ours: an answer is read at a glance among five, and must not stand out by its length."""

KEEP = 90
"""Ours: one line on the result card."""

QUESTION = 200
"""Ours: the question stands in one paragraph above the answers on a phone."""

TOPIC = 40
"""Ours: the topic is named in passing, inside another sentence."""

TITLE = 60
"""Ours: a step's title fits a button's 75 characters with room for its minutes."""

FAMILY_NAME = 24
"""Slack: a modal's title; the map opens under the family's name."""

BUTTON = 75
"""Slack: the text of a button and of an option in a menu."""

HEADLINE = 150
"""Slack: a header block; names of series, skills and tiers stand there."""

LINE = 300
"""Ours: one sentence or two, one sign of the map, a source with its year."""

PARAGRAPH = 1000
"""Ours: a few sentences; three of them fit a section."""

SECTION = 3000
"""Slack: the text of a section block."""

VIEW_TEXT = 12000
"""Slack: all texts of one message together; a level of the map is one screen and stays under it."""

SIGNS = 40
"""Ours: the entries of one list, such as the signs of a level, so that a level fits one screen."""

TITLES = 60
"""Ours: the words of job titles that suggest one family."""

STEP_WORDS = 80
"""Ours: a whole step, read in half a minute."""

EXAMPLE_LINES = 4
"""Ours: an example is read at a glance: a weak line and a better one, or one good text."""

EXAMPLE = 600
"""Ours: the characters of an example in all its lines."""

LEARNED_FROM = 200
"""Ours: a publisher, a title, and a year."""

TITLE_WORDS = 6
"""Ours: a verb and its object."""

SENTENCE_WORDS = 25
"""Ours: longer sentences are read twice."""

MINUTES = (2, 15)
"""Ours: what fits between two meetings."""

SITTING = (5, 30)
"""Ours: the minutes of a team experiment, inside a meeting that is planned already."""

EXPERIMENT_TITLE = BUTTON
"""Ours: what a team does, in one line of a digest."""

QUESTIONS = (2, 6)
"""Ours: one question gives no spread, and seven take too long."""

ID = 100
"""Slack: the value of an option has 150 characters, and carries an id with that of the self-check."""

LADDER_LEVELS = (2, 6)
"""Ours: one level is no ladder, and people cannot tell more than six levels apart."""

BEHAVIORS = (2, 6)
"""Ours: the behaviors of a level are answered on one card."""

EVIDENCE = (2, 3)
"""Ours: examples of what a reviewer could check, enough to see what is meant."""

CHOICES = 4
"""Not yet, with help, on my own, teaching it: the rule of a ladder is written for these four."""

CRITERIA = (2, 10)
"""Ours: a card each; a grading stays within one sitting."""

NEED_QUESTIONS = 8
"""Ours: people answer them in a few minutes."""

NEEDS = (2, 6)
"""Ours: the answers to one question are seen at once."""

CASE = 600
"""Ours: two to four sentences with the material in them, read in half a minute on a phone."""

ITEM_QUESTION = 150
"""Ours: one line below the case."""

OPTIONS = (3, 4)
"""Ours: two are a coin, and a fifth that somebody could honestly choose is rarely found."""

OPTION = 150
"""Ours: the options of an item are compared at a glance."""

WHY = 200
"""Ours: one sentence below the option that it explains."""

SAYS = (4, 25)
"""Ours: the words that an item quotes from the content, enough to find them and no paragraph."""

PERMISSIONS = 40
"""Ours: an admin ticks them in one form, ten to a group."""

TOOLS = (1, 8)
"""Ours: the tools of a permission stand in one line."""

REQUIREMENTS = (2, 8)
"""Ours: one requirement needs no list, and more than eight are not read to the end."""

REQUIREMENT_PARTS = 12
"""Ours: so many parts one permission requires at most; the ways to meet them stay a few dozen."""

WITHIN_DAYS = (1, 3650)
"""Ours: a reading or a training counts for a day at least, and for ten years at most."""

VALID_FOR = (1, 1095)
"""Ours: nobody has a permission for more than three years without another look."""

GRACE = (0, 60)
"""Ours: enough to renew what ended, and too short to go on without it."""

LEVEL_NAME = 40
"""Ours: it stands in a row of others, and inside a sentence."""

SIGN = 12
"""Ours: "L1"; it stands in front of the name and on the axis of a chart."""

SUMMARY = HEADLINE
"""Ours: one line in a list of what can be taken."""

FILE_BYTES = 1_000_000
"""Ours: a content file is a few pages of text."""

FILE_VALUES = 10_000
"""Ours: twenty times as many as in the longest built-in file."""

ENTRIES = 500
"""Ours: the longest list of the built-in files has 36 entries."""

FILE_PROBLEMS = 100
"""Ours: so many problems of one file are told at once; nobody mends more in one go."""

RULE_PROBLEMS = 1000
"""Ours: so many problems are looked for by one rule; each may search all words for a similar one."""

FOLDER_BYTES = 5_000_000
"""Ours: all files of an organization together; the built-in ones have a twentieth of it."""

FOLDER_ENTRIES = 1_000
"""Ours: files and folders of an organization; of the built-in ones there are 40."""

FOLDERS_DEEP = 8
"""Ours: content is at most three folders deep, and a link to a folder can add some."""

CHECK_SECONDS = 30
"""Ours: reading and checking an organization's folder takes about one second."""

MESSAGE = VIEW_TEXT
"""Ours: the text of a message and what becomes of it; the longest built-in text has 1,600 characters."""

VALUE = LINE
"""Ours: so long is each value when the length of a message is judged."""

VALUES_IN_LIST = 20
"""Ours: so many entries has each list when the length of a message is judged."""

TEMPLATE_DEPTH = 30
"""Ours: tags and expressions inside each other; the built-in messages need nine."""

INCLUDES = 100
"""Ours: messages included in one, at any depth, counted once for each place; the built-in ones need three."""

INCLUDES_DEEP = 5
"""Ours: messages inside each other; the built-in ones need one."""

FIGURE_YEARS = (2000, 2100)
"""Ours: outside of this a year is a slip of the keyboard."""


def length(text: str) -> int:
    """The length as Slack counts it, in UTF-16 units: most emoji count as two."""
    return len(text.encode("utf-16-le")) // 2


RISKS = 30
"""Ours: the risks that a plan chooses from, read to the end before one is chosen."""

NEVERS = 10
"""Ours: what no plan ever does; each is read before a plan is sent."""
