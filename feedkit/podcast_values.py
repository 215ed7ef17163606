"""For rooms that still have the old name of the module."""

from feedkit.model import ITUNES as ITUNES
from feedkit.model import Episode as Episode
from feedkit.model import EpisodeType as EpisodeType
from feedkit.model import Funding as Funding
from feedkit.model import Participant as Participant
from feedkit.model import Podcast as Podcast
from feedkit.model import Transcript as Transcript
