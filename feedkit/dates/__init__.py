"""Dates: a value of any kind to one aware instant, and instants to the text that each format wants.

`parse_date` gives the instant, `read_date` the instant with its precision and the rule that gave its zone; `rfc822`,
`rfc3339` and `w3c` write it. Clock, locale and the system's time zone have no influence. A value that is incomplete,
ambiguous, impossible, relative or out of range, or has other text in it, raises `DateError` with the reason and a fix.
"""

from feedkit.dates.formatting import rfc822, rfc3339, w3c
from feedkit.dates.notation import Order
from feedkit.dates.parsing import Moment, parse_date, read_date
from feedkit.dates.zones import zone

__all__ = ["Moment", "Order", "parse_date", "read_date", "rfc822", "rfc3339", "w3c", "zone"]
