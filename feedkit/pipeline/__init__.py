"""The pipeline from a folder of articles to a folder of documents."""
