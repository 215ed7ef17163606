"""What podcast programs want to know of a show and of an episode: frozen values of the itunes and podcast vocabularies.

Refuses relative addresses and numbers that no episode can have. What Apple demands of a show is checked where a feed
is made, since it names the feed.
"""

from __future__ import annotations

from typing import Literal, get_args

from feedkit.checks import require_absolute, require_language, require_text
from feedkit.value import Value

#: Apple Podcasts "A podcaster's guide to RSS".
ITUNES = "http://www.itunes.com/dtds/podcast-1.0.dtd"

ShowType = Literal["episodic", "serial"]
EpisodeType = Literal["full", "trailer", "bonus"]


class Funding(Value, frozen=True, kw_only=True):
    """Where listeners can give. Podcast namespace 1.0 `podcast:funding`."""

    #: The absolute address.
    url: str
    #: What the link says, at most 128 characters.
    title: str = ""


class Participant(Value, frozen=True, kw_only=True):
    """Somebody who is heard or helped. Podcast namespace 1.0 `podcast:person`."""

    #: The name as it should be read.
    name: str
    #: A role of the Podcast Taxonomy, such as `guest`; `host` is the standard's default.
    role: str = ""
    #: A group of the Podcast Taxonomy, such as `writing`.
    group: str = ""
    #: A page about the person, absolute.
    url: str | None = None
    #: A picture of the person, absolute.
    image: str | None = None


class Transcript(Value, frozen=True, kw_only=True):
    """The words of an episode. Podcast namespace 1.0 `podcast:transcript`."""

    #: The absolute address.
    url: str
    #: The media type, such as `text/vtt`.
    type: str
    #: An RFC 5646 tag, where it differs from the feed's.
    language: str | None = None
    #: Whether it has time codes and may be shown as captions.
    captions: bool = False


class Podcast(Value, frozen=True, kw_only=True):
    """A show. Apple Podcasts channel tags and podcast namespace 1.0."""

    #: A square picture of 1400 to 3000 pixels, JPEG or PNG, absolute.
    image: str
    #: Apple's categories, `Society & Culture/Documentary` for one within another.
    categories: tuple[str, ...] = ()
    #: Whether it is for adults only.
    explicit: bool = False
    #: Who makes it, as listeners see it.
    author: str = ""
    #: Whom Apple may write to; neither is shown to listeners.
    owner_name: str = ""
    #: A mail address that the owner wants published.
    owner_email: str = ""
    #: `serial` where episodes are to be heard in order.
    type: ShowType = "episodic"
    #: Whether Apple is to leave it out.
    block: bool = False
    #: Whether there will be no more episodes.
    complete: bool = False
    #: Where the feed has moved to, absolute.
    new_feed_url: str | None = None
    #: The show's UUID; made of the feed's address where it is not given.
    guid: str = ""
    #: Whether other services may import it; None says nothing.
    locked: bool | None = None
    #: Where listeners can give.
    funding: tuple[Funding, ...] = ()
    #: Who is heard in every episode.
    persons: tuple[Participant, ...] = ()
    #: What it is: `podcast`, `music`, `video`, `audiobook` …
    medium: str = ""
    #: An SPDX identifier of its licence, such as `cc-by-4.0`.
    license: str = ""

    def __post_init__(self) -> None:
        if self.type not in get_args(ShowType):
            raise ValueError(f"podcast: type must be one of {', '.join(get_args(ShowType))}, not {self.type!r}")


class Episode(Value, frozen=True, kw_only=True):
    """What makes an entry an episode. Apple Podcasts item tags and podcast namespace 1.0."""

    #: A number from 1.
    season: int | None = None
    #: What the season is called.
    season_name: str = ""
    #: A number from 1.
    number: int | None = None
    #: `trailer` and `bonus` are no full episodes.
    type: EpisodeType = "full"
    #: Whether it is for adults only; None where the show's word counts.
    explicit: bool | None = None
    #: Whether Apple is to leave it out.
    block: bool = False
    #: A square picture of its own, absolute.
    image: str | None = None
    #: Its title without number and show name.
    title: str = ""
    #: Its words.
    transcripts: tuple[Transcript, ...] = ()
    #: The absolute address of its chapters, JSON.
    chapters: str | None = None
    #: Who is heard in it.
    persons: tuple[Participant, ...] = ()

    def __post_init__(self) -> None:
        if self.type not in get_args(EpisodeType):
            raise ValueError(f"episode: type must be one of {', '.join(get_args(EpisodeType))}, not {self.type!r}")
        for name in ("season", "number"):
            if (value := getattr(self, name)) is not None and value < 1:
                raise ValueError(f"episode: {name} must be 1 or more, not {value}")


def require_podcast(podcast: Podcast) -> None:
    """Raises `ValueError` for a relative address in a show: in settings it may be one until the site is known."""
    require_absolute("podcast: image", podcast.image)
    require_absolute("podcast: new_feed_url", podcast.new_feed_url)
    for funding in podcast.funding:
        require_absolute("podcast: funding: url", funding.url)
    _require_participants(podcast.persons)


def require_episode(episode: Episode) -> None:
    """Raises `ValueError` for a relative address in an episode."""
    require_absolute("episode: image", episode.image)
    require_absolute("episode: chapters", episode.chapters)
    for transcript in episode.transcripts:
        require_absolute("episode: transcripts: url", transcript.url)
        require_language(transcript.language)
    _require_participants(episode.persons)


def _require_participants(persons: tuple[Participant, ...]) -> None:
    for person in persons:
        require_text("persons: name", person.name)
        require_absolute("persons: url", person.url)
        require_absolute("persons: image", person.image)
