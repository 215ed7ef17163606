"""A module for each library of tags."""
