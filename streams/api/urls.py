"""The shows' part of /api/v1/."""

from django.urls import path

from streams.api import on_air, plan, prices, shows

urlpatterns = [
    path("shows/", shows.Shows.as_view()),
    path("shows/<str:show>/", shows.OneShow.as_view()),
    path("shows/<str:show>/schedule/", shows.ScheduleShow.as_view()),
    path("shows/<str:show>/reschedule/", shows.RescheduleShow.as_view()),
    path("shows/<str:show>/withdraw/", shows.WithdrawShow.as_view()),
    path("shows/<str:show>/cancel/", shows.CancelShow.as_view()),
    path("shows/<str:show>/open-lobby/", shows.OpenLobby.as_view()),
    path("shows/<str:show>/visibility/", shows.ShowVisibility.as_view()),
    path("shows/<str:show>/replace-link/", shows.ReplaceLink.as_view()),
    path("shows/<str:show>/poster/", shows.ShowPoster.as_view()),
    path("shows/<str:show>/stream-key/", shows.ShowStreamKey.as_view()),
    path("shows/<str:show>/line-up/", plan.LineUp.as_view()),
    path("shows/<str:show>/line-up/<str:variant>/", plan.OneLineUpItem.as_view()),
    path("shows/<str:show>/cues/", plan.Cues.as_view()),
    path("shows/<str:show>/cues/<str:cue>/", plan.OneCue.as_view()),
    path("shows/<str:show>/cues/<str:cue>/fire/", plan.FireCue.as_view()),
    path("shows/<str:show>/cues/<str:cue>/skip/", plan.SkipCue.as_view()),
    path("shows/<str:show>/prices/", prices.ShowPrices.as_view()),
    path("shows/<str:show>/pin/", on_air.Pin.as_view()),
    path("shows/<str:show>/go-live/", on_air.GoLive.as_view()),
    path("shows/<str:show>/end/", on_air.EndShow.as_view()),
    path("shows/<str:show>/publish-replay/", on_air.PublishReplay.as_view()),
    path("shows/<str:show>/health/", on_air.Health.as_view()),
    path("shows/<str:show>/moments/", on_air.Moments.as_view()),
]
