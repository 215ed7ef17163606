"""How a build shares its work among processes, and remembers it: the bytes are those of a build that does neither."""
