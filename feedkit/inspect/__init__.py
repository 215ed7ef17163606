"""What a build would do, and why: plan, explain, upcoming. Writes nothing."""
