"""Jobs with their schedules, and assets."""
