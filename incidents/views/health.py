"""Three questions a machine asks: is the process there, can it work, does the engine run?"""

from django.db import DatabaseError, connection
from django.http import HttpRequest, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from incidents.queries.engine import Engine, pulses

UNAVAILABLE = 503


@require_safe
@never_cache
def live(request: HttpRequest) -> JsonResponse:
    """The process answers."""
    return JsonResponse({"live": True})


@require_safe
@never_cache
def ready(request: HttpRequest) -> JsonResponse:
    """The database answers too; without it nothing can be shown."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except DatabaseError:
        return JsonResponse({"ready": False}, status=UNAVAILABLE)
    return JsonResponse({"ready": True})


@require_safe
@never_cache
def engine(request: HttpRequest) -> JsonResponse:
    """503 once a vital part has had no pulse for 120 s: then nobody is escalated to."""
    try:
        state = Engine(pulses())
    except DatabaseError:
        return JsonResponse({"alive": False, "pulses": {}}, status=UNAVAILABLE)
    ages = {pulse.name: None if pulse.age is None else round(pulse.age.total_seconds(), 1) for pulse in state.pulses}
    return JsonResponse({"alive": state.is_alive, "pulses": ages}, status=200 if state.is_alive else UNAVAILABLE)
