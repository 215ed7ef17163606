"""Writing documents to a folder: the only writer of documents."""
