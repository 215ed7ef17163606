"""The ledger of ids, and matching articles with it."""
