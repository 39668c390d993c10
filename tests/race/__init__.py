"""Many at once: each test first shows the race, then that it is gone."""
