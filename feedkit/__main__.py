"""`python -m feedkit`: the command line. Refuses nothing that `feedkit` does not."""

import sys

from feedkit.cli import main

if __name__ == "__main__":
    sys.exit(main())
