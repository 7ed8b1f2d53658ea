"""`GET /plantain/health`, for monitors: 200 when runs are made and sent, 503 and the reasons if not."""

from collections.abc import Callable

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Mount, Route

from lib.services.fitness import Fitness

ENDING = {"status": "ending", "executes": False, "problems": []}
NEVER_KEPT = {"Cache-Control": "no-store"}


def health_routes(fitness: Callable[[], Fitness]) -> BaseRoute:
    """The route; `fitness` is asked at each request, since it opens after the route is made."""

    def health(_request: Request) -> Response:
        try:
            asked = fitness()
        except RuntimeError:
            # The services are just being closed.
            return JSONResponse(ENDING, 503, headers=NEVER_KEPT)
        problems = asked.problems()
        told = {
            "status": "unfit" if problems else "ok",
            "executes": asked.executes,
            "problems": [
                {"code": problem.code, "what": problem.what, "remedy": problem.remedy}
                for problem in problems
            ],
        }
        return JSONResponse(told, 503 if problems else 200, headers=NEVER_KEPT)

    return Mount("/plantain", routes=[Route("/health", health)])
