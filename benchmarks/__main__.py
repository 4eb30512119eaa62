"""`python -m benchmarks`.

Worker processes import this module once more, so everything is imported under the guard: a worker
then loads only what it runs, and its memory can be compared.
"""

if __name__ == "__main__":
    import sys

    from benchmarks.cli import main

    sys.exit(main())
