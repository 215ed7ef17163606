"""`python -m feedkit`: the command line. Refuses nothing that `feedkit` does not."""

from feedkit.cli import ended

if __name__ == "__main__":
    ended()
