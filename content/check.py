"""`python -m content.check FOLDER…`: prints the problems of these folders of content, laid over each other.

Ends with 1 when there is one, and when reading takes too long. Rungs runs it before it reads a folder itself.
"""

import sys
from pathlib import Path

from content.loader import check


def main(folders: list[str]) -> int:
    """Print the problems; return 0 without any, else 1."""
    problems, _ = check([Path(folder) for folder in folders])
    for problem in problems:
        sys.stdout.write(f"{problem}\n")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
