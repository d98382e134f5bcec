"""What a request tells: which languages its reader prefers, from where it comes, and from where a form was sent."""

from collections.abc import Collection

from starlette.requests import Request


def best_language(accepted: str, languages: Collection[str], otherwise: str) -> str:
    """Of an ``Accept-Language`` header, the language that is preferred among ours."""
    found = otherwise, 0.0
    for part in accepted[:200].split(","):
        tag, _, quality = part.partition(";")
        language, weight = tag.strip().lower().partition("-")[0], _weight(quality)
        if language in languages and weight > found[1]:
            found = language, weight
    return found[0]


def client_of(request: Request) -> str:
    """The network address, as the socket tells it, or a proxy that is trusted; "" if it is none."""
    return request.client.host if request.client else ""


def is_same_origin(request: Request, origin: str) -> bool:
    """Our pages ask for no referrer, so that a browser may say ``null`` of a form of ours.

    origin: scheme and host of our public address.
    """
    site, said = request.headers.get("sec-fetch-site"), request.headers.get("origin", "null")
    own = (origin, f"{request.url.scheme}://{request.url.netloc}", "null")
    return site in (None, "same-origin") and said in own


def _weight(quality: str) -> float:
    try:
        return float(quality.partition("=")[2]) if quality else 1.0
    except ValueError:
        return 0.0
