"""Other people's feeds, sitemaps, built HTML and address lists."""
