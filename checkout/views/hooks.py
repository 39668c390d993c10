"""Where the payment provider tells us of events, on the platform's own host.

Not here: what they mean (services/hooks.py). Answers come fast: stored, then 200.
"""

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from checkout.errors import WebhookRefused
from checkout.gateway.stripe import SignatureWrong, read_notice
from checkout.services.hooks import receive_notice


@csrf_exempt
@require_POST
def provider_hook(request: HttpRequest) -> HttpResponse:
    """Verify the raw body, store the event once. A wrong signature is a 400 without any effect."""
    try:
        notice = read_notice(body=request.body, signature=request.headers.get("Stripe-Signature", ""))
    except SignatureWrong as error:
        raise WebhookRefused from error
    receive_notice(notice=notice)
    return JsonResponse({"received": True})
