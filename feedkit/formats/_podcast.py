"""A show and its episodes in the itunes and podcast vocabularies, as elements for feedgen's extensions.

feedgen's own podcast extension is not used: it refuses `explicit` true (edge 10) and pictures whose address does not
end in .jpg or .png (edge 18). Refuses elements that Apple has given up: subtitle, summary, keywords.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from feedkit.formats import _xml
from feedkit.formats._elements import named
from feedkit.model import Entry, Feed
from feedkit.podcast_values import Participant, Podcast

# Podcast namespace 1.0 `podcast:guid`: the namespace of UUIDs that are made of a feed's address.
_NAMESPACE = "ead4c236-bf58-58c6-a2c6-a6b28d128cb6"

#: Apple: the most characters of `itunes:author`.
MAX_AUTHOR = 255


def guid(feed: Feed) -> str:
    """The UUID of a show: its own, or version 5 of the feed's address without scheme and slashes at its end.

    An archive belongs to its show, so the address is that of the feed to subscribe to; empty where it is not known.
    """
    own, address = feed.podcast.guid if feed.podcast else "", feed.current or feed.feed_url
    if own or address is None:
        return own
    # Late: most sites are no shows.
    from uuid import UUID, uuid5

    return str(uuid5(UUID(_NAMESPACE), re.sub(r"^https?://", "", address).rstrip("/")))


def add_show(channel: _xml.Element, feed: Feed) -> None:
    """What a channel says of its show."""
    podcast = feed.podcast
    if podcast is None:
        return
    for name, text in _show_texts(feed, podcast):
        if text:
            _xml.add(channel, named("itunes", name), text)
    if podcast.image:
        _xml.add(channel, named("itunes", "image"), href=podcast.image)
    _add_owner(channel, podcast)
    _add_categories(channel, podcast.categories)
    if own := guid(feed):
        _xml.add(channel, named("podcast", "guid"), own)
    if podcast.locked is not None:
        owner = podcast.owner_email or None
        _xml.add(channel, named("podcast", "locked"), "yes" if podcast.locked else "no", owner=owner)
    for funding in podcast.funding:
        _xml.add(channel, named("podcast", "funding"), funding.title or None, url=funding.url)
    _add_persons(channel, podcast.persons)
    for name, text in (("medium", podcast.medium), ("license", podcast.license)):
        if text:
            _xml.add(channel, named("podcast", name), text)


def _show_texts(feed: Feed, podcast: Podcast) -> Iterator[tuple[str, str]]:
    yield "author", (podcast.author or ", ".join(person.name for person in feed.authors))[:MAX_AUTHOR]
    yield "explicit", "true" if podcast.explicit else "false"
    yield "type", podcast.type
    yield "block", "Yes" if podcast.block else ""
    yield "complete", "Yes" if podcast.complete else ""
    yield "new-feed-url", podcast.new_feed_url or ""


def _add_owner(channel: _xml.Element, podcast: Podcast) -> None:
    # Without a mail address an owner says nothing, and is an error (W3C validator: MissingElement).
    if podcast.owner_email:
        owner = _xml.add(channel, named("itunes", "owner"))
        for name, text in (("name", podcast.owner_name), ("email", podcast.owner_email)):
            if text:
                _xml.add(owner, named("itunes", name), text)


def _add_categories(channel: _xml.Element, categories: Iterable[str]) -> None:
    """One element for each main category, with those within it."""
    mains: dict[str, _xml.Element] = {}
    for category in categories:
        main, _, sub = (part.strip() for part in category.partition("/"))
        if main not in mains:
            mains[main] = _xml.add(channel, named("itunes", "category"), text_=main)
        if sub:
            _xml.add(mains[main], named("itunes", "category"), text_=sub)


def add_episode(item: _xml.Element, entry: Entry) -> None:
    """What an item says of its episode."""
    episode = entry.episode
    if episode is None:
        return
    for name, text in _episode_texts(entry):
        if text:
            _xml.add(item, named("itunes", name), text)
    if episode.image:
        _xml.add(item, named("itunes", "image"), href=episode.image)
    if episode.season:
        _xml.add(item, named("podcast", "season"), str(episode.season), name=episode.season_name or None)
    if episode.number:
        _xml.add(item, named("podcast", "episode"), str(episode.number))
    for transcript in episode.transcripts:
        _xml.add(
            item,
            named("podcast", "transcript"),
            url=transcript.url,
            type=transcript.type,
            language=transcript.language,
            rel="captions" if transcript.captions else None,
        )
    if episode.chapters:
        _xml.add(item, named("podcast", "chapters"), url=episode.chapters, type="application/json+chapters")
    _add_persons(item, episode.persons)


def _episode_texts(entry: Entry) -> Iterator[tuple[str, str]]:
    episode = entry.episode
    if episode is None:
        return
    yield "title", episode.title
    yield "author", ", ".join(person.name for person in entry.authors)[:MAX_AUTHOR]
    duration = next((item.duration for item in entry.enclosures[:1]), None)
    yield "duration", str(duration) if duration else ""
    yield "season", str(episode.season or "")
    yield "episode", str(episode.number or "")
    yield "episodeType", episode.type
    yield "explicit", "" if episode.explicit is None else "true" if episode.explicit else "false"
    yield "block", "Yes" if episode.block else ""


def _add_persons(parent: _xml.Element, persons: Iterable[Participant]) -> None:
    for person in persons:
        _xml.add(
            parent,
            named("podcast", "person"),
            person.name,
            role=person.role or None,
            group=person.group or None,
            img=person.image,
            href=person.url,
        )
