"""Pages of the platform's site and of the studio's Theme and Settings, one topic a file."""
