"""An application of Django with articles."""
