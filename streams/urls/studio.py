"""Studio pages of shows. Not here: products and orders; their apps bring them."""

from django.urls import path

from streams.views import studio_desk, studio_drops, studio_plan, studio_prices, studio_shows

urlpatterns = [
    path("shows/", studio_shows.show_list, name="studio-shows"),
    path("shows/new/", studio_shows.new_show, name="studio-show-new"),
    path("shows/<str:show>/", studio_shows.edit_show, name="studio-show"),
    *(
        path(f"shows/<str:show>/{step}/", studio_shows.move_show, {"step": step}, name=f"studio-show-{step}")
        for step in ("schedule", "withdraw", "cancel", "open-lobby", "replace-link")
    ),
    path("shows/<str:show>/line-up/", studio_plan.change_line_up, name="studio-show-line-up"),
    path("shows/<str:show>/cues/", studio_plan.new_cue, name="studio-show-cues"),
    path("shows/<str:show>/cues/<str:cue>/", studio_plan.change_one_cue, name="studio-show-cue"),
    path("shows/<str:show>/drops/", studio_drops.new_drop, name="studio-show-drops"),
    path("shows/<str:show>/drops/<str:drop>/", studio_drops.change_one_drop, name="studio-show-drop"),
    path("shows/<str:show>/prices/", studio_prices.new_price, name="studio-show-prices"),
    path("shows/<str:show>/prices/<str:price>/", studio_prices.change_one_price, name="studio-show-price"),
    path("shows/<str:show>/key/", studio_plan.new_stream_key, name="studio-show-key"),
    path("shows/<str:show>/desk/", studio_desk.desk, name="studio-desk"),
    path("shows/<str:show>/sales/", studio_desk.sales, name="studio-show-sales"),
    path("shows/<str:show>/health/", studio_desk.health, name="studio-show-health"),
]
