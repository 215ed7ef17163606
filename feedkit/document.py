"""For rooms that still have the old name of the module."""

from feedkit.model import Document as Document
from feedkit.model import Kept as Kept
from feedkit.model import Listed as Listed
from feedkit.model import Piece as Piece
