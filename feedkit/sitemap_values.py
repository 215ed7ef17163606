"""For rooms that still have the old name of the module."""

from feedkit.model import MAX_VIDEO_DESCRIPTION as MAX_VIDEO_DESCRIPTION
from feedkit.model import MAX_VIDEO_TITLE as MAX_VIDEO_TITLE
from feedkit.model import X_DEFAULT as X_DEFAULT
from feedkit.model import Alternate as Alternate
from feedkit.model import News as News
from feedkit.model import Video as Video
