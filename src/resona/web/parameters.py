"""Is every parameter of a request one that its operation knows? A wish that is not understood is not passed over."""

import difflib

from fastapi import Request

from resona.web.errors import RequestError


class KnownParameters:
    """A dependency of all operations below a path: refuses what the one that is asked for does not know.

    Raises
    ------
    RequestError
        If there is any, with what may have been meant.
    """

    def __init__(self, prefix: str) -> None:
        self._prefix = prefix

    async def __call__(self, request: Request) -> None:
        """Look at a request."""
        if not request.query_params:
            return
        path = self._prefix + request.scope["route"].path_format.removeprefix(self._prefix)
        operation = request.app.openapi()["paths"].get(path, {}).get(request.method.lower(), {})
        known = [item["name"] for item in operation.get("parameters", []) if item["in"] == "query"]
        for name in request.query_params:
            if name not in known:
                near = difflib.get_close_matches(name, known, n=1)
                hint = f"did you mean {near[0]!r}?" if near else f"known are {', '.join(known) or 'none'}"
                raise RequestError(422, "InvalidRequest", f"there is no parameter {name[:50]!r} here; {hint}")
