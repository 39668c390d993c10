from django.apps import AppConfig


class StreamsConfig(AppConfig):
    name = "streams"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from kernel.eventlog.store import use_media_clock  # models: only once the apps are loaded
        from streams.services.show_log import media_time_in

        use_media_clock(media_time_in)
