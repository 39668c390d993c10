"""Pages and hooks of the app. Not here: the API (api)."""
