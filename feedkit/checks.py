"""For rooms that still have the old name of the module."""

from feedkit.model import require_absolute as require_absolute
from feedkit.model import require_aware as require_aware
from feedkit.model import require_text as require_text
