"""Shows what a build would do, and why: plan, explain, preview, next_change. Writes nothing."""
