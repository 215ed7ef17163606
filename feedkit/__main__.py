"""`python -m feedkit`: the command line."""

import sys

from feedkit.cli import main

if __name__ == "__main__":
    sys.exit(main())
