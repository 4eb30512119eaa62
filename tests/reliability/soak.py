"""`make soak`: the long runs.

Every process of a drill imports this module first, so it imports nothing by itself.
"""

import sys

if __name__ == "__main__":
    from tests.reliability.soak_report import main

    sys.exit(main())
