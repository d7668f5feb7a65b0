# SPDX-License-Identifier: Apache-2.0
"""How long and how often Azure Storage is asked."""

from __future__ import annotations

from typing import Any

from azure.storage.blob.aio import ExponentialRetry

LIMITS: dict[str, Any] = {"connection_timeout": 3, "read_timeout": 60}
_TRIES: dict[str, Any] = {
    "retry_total": 3,
    "retry_connect": 1,
    "initial_backoff": 0,
    "increment_base": 2,
    "random_jitter_range": 1,
}
_LONGEST = 60.0
_THROTTLED = 429


class Patience(ExponentialRetry):
    """Waits as long as a busy store asks for.

    The storage client's own policies, of which this is one, do not read ``Retry-After``, and take
    429 for final.
    """

    def __init__(self) -> None:
        super().__init__(**_TRIES)

    async def send(self, request: Any) -> Any:  # type: ignore[override]
        """Sends a request, again after 429."""
        once: Any = super().send
        response = await once(request)
        for _ in range(_TRIES["retry_total"]):
            if response.http_response.status_code != _THROTTLED:
                break
            seconds = _stated(response.http_response)
            await request.context.transport.sleep(1 if seconds is None else seconds)
            response = await once(request)
        return response

    def increment(
        self, settings: dict[str, Any], request: Any, response: Any = None, error: Any = None
    ) -> bool:
        """Counts a try that failed, and notes how long its answer asks to wait."""
        settings["stated"] = _stated(response)
        return bool(super().increment(settings, request, response, error))

    def get_backoff_time(self, settings: dict[str, Any]) -> float:
        """The seconds until the next try."""
        stated: float | None = settings.get("stated")
        return float(super().get_backoff_time(settings)) if stated is None else stated


def _stated(response: Any) -> float | None:
    """The seconds of ``Retry-After``, which Azure Storage writes as a number; at most a minute."""
    text = response.headers.get("Retry-After", "") if response is not None else ""
    return min(float(text), _LONGEST) if text.isdigit() else None
