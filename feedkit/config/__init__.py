"""Settings: `Site` and its tables, read from TOML."""
