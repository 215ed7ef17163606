"""Dates only: read what authors write, refuse what has no certain meaning. Touches no file and loads no XML library."""

from feedkit import DateError, parse_date

VALUES = ["2025-11-21", "Fri, 14 Mar 2025 09:30:00 +0100", "Nov 21st, 2025", "2024", "01/02/2024", "2025-02-30"]


def main() -> None:
    """Print each value with the instant it names, or the reason why it names none."""
    for value in VALUES:
        try:
            print(f"{value}: {parse_date(value, timezone='Europe/Malta').isoformat()}")
        except DateError as error:
            print(f"{error} [{error.code}]")


if __name__ == "__main__":
    main()
