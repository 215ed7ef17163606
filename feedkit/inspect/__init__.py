"""What a build would do, and why: plan, explain, next_change. Writes nothing."""
