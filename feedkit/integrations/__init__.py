"""Adapters for site builders and web frameworks, each on the public interface only and imported by its own name."""
