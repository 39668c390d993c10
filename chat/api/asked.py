"""/api/v1/shows/{show}/questions/ and polls/: what the room asks, and what is asked of it.

Not here: votes; people give them over the socket.
"""

from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from chat.api.base import IDEMPOTENCY_KEY, RoomView, body_of, found, show_id
from chat.api.shapes import PollRequest, PollShape, QuestionShape
from chat.models import Poll, Question
from chat.services.polls import close_poll, open_poll
from chat.services.questions import answer_question, dismiss_question
from kernel.errors import InvalidInput
from kernel.idempotency.api import idempotent
from tenants.api.actors import actor_of


class Questions(RoomView):
    serializer_class = QuestionShape

    @extend_schema(
        tags=["rooms"],
        responses=QuestionShape(many=True),
        parameters=[OpenApiParameter("status", enum=Question.Status.values)],
    )
    def get(self, request: Request, show: str) -> Response:
        """The questions of a room, newest first."""
        rows = Question.objects.filter(show_id=show_id(show))
        if status := request.query_params.get("status"):
            if status not in Question.Status.values:
                raise InvalidInput(param="status", reason=f"status is one of {', '.join(Question.Status.values)}.")
            rows = rows.filter(status=status)
        return self.page(rows)


class AnswerQuestion(RoomView):
    serializer_class = QuestionShape

    @extend_schema(tags=["rooms"], request=None, responses=QuestionShape)
    def post(self, request: Request, show: str, question: str) -> Response:
        """Mark a question as answered. Doing it twice changes nothing."""
        room = show_id(show)
        row = found(Question.objects.filter(show_id=room), Question.id_prefix, question, "question")
        answer_question(show_id=room, question_id=row.pk, actor=actor_of(request))
        row.refresh_from_db()
        return Response(QuestionShape(row).data)


class DismissQuestion(RoomView):
    serializer_class = QuestionShape

    @extend_schema(tags=["rooms"], request=None, responses=QuestionShape)
    def post(self, request: Request, show: str, question: str) -> Response:
        """Take a question off the list. Doing it twice changes nothing."""
        room = show_id(show)
        row = found(Question.objects.filter(show_id=room), Question.id_prefix, question, "question")
        dismiss_question(show_id=room, question_id=row.pk, actor=actor_of(request))
        row.refresh_from_db()
        return Response(QuestionShape(row).data)


class Polls(RoomView):
    serializer_class = PollShape

    @extend_schema(tags=["rooms"], responses=PollShape(many=True))
    def get(self, request: Request, show: str) -> Response:
        """The polls of a room, newest first."""
        return self.page(Poll.objects.filter(show_id=show_id(show)))

    @extend_schema(tags=["rooms"], request=PollRequest, responses={201: PollShape}, parameters=[IDEMPOTENCY_KEY])
    @idempotent
    def post(self, request: Request, show: str) -> Response:
        """Ask the room. One poll at a time."""
        poll = open_poll(show_id=show_id(show), actor=actor_of(request), **body_of(request, PollRequest))
        return Response(PollShape(poll).data, status=201)


class ClosePoll(RoomView):
    serializer_class = PollShape

    @extend_schema(tags=["rooms"], request=None, responses=PollShape)
    def post(self, request: Request, show: str, poll: str) -> Response:
        """Close a poll with its final count. Doing it twice changes nothing."""
        room = show_id(show)
        row = found(Poll.objects.filter(show_id=room), Poll.id_prefix, poll, "poll")
        return Response(PollShape(close_poll(show_id=room, poll_id=row.pk, actor=actor_of(request))).data)
