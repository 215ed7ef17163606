"""For rooms that still have the old name of the module."""

from feedkit.model import DAYS as DAYS
from feedkit.model import Element as Element
from feedkit.model import Schedule as Schedule
from feedkit.model import Tombstone as Tombstone
