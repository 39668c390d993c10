"""The rooms' part of /api/v1/."""

from django.urls import path

from chat.api import asked, bans, messages, queue, reports, team

urlpatterns = [
    path("shows/<str:show>/room/", messages.Room.as_view()),
    path("shows/<str:show>/room/pinned-message/", messages.PinnedMessage.as_view()),
    path("shows/<str:show>/messages/", messages.Messages.as_view()),
    path("shows/<str:show>/messages/export/", messages.ChatExport.as_view()),
    path("shows/<str:show>/messages/<str:message>/", messages.OneMessage.as_view()),
    path("shows/<str:show>/reports/", reports.Reports.as_view()),
    path("shows/<str:show>/reports/<str:message>/", reports.OneReported.as_view()),
    path("shows/<str:show>/held/", queue.Held.as_view()),
    path("shows/<str:show>/held/<str:held>/approve/", queue.ApproveHeld.as_view()),
    path("shows/<str:show>/held/<str:held>/decline/", queue.DeclineHeld.as_view()),
    path("shows/<str:show>/held/<str:held>/claim/", queue.ClaimHeld.as_view()),
    path("shows/<str:show>/shift/", team.OwnShift.as_view()),
    path("shows/<str:show>/hand-over/", team.HandOverNote.as_view()),
    path("viewers/<str:viewer>/", team.OneViewer.as_view()),
    path("shows/<str:show>/questions/", asked.Questions.as_view()),
    path("shows/<str:show>/questions/<str:question>/answer/", asked.AnswerQuestion.as_view()),
    path("shows/<str:show>/questions/<str:question>/dismiss/", asked.DismissQuestion.as_view()),
    path("shows/<str:show>/polls/", asked.Polls.as_view()),
    path("shows/<str:show>/polls/<str:poll>/close/", asked.ClosePoll.as_view()),
    path("bans/", bans.Bans.as_view()),
    path("bans/<str:ban>/", bans.OneBan.as_view()),
    path("blocklist/", bans.Words.as_view()),
]
