"""A comparison, calculated and opened as a study is: the studies of the project and published ones, side by side."""

from starlette.requests import Request
from starlette.responses import Response

from diagnostic.desk import calculate, page
from diagnostic.running import apart
from diagnostic.study import comparisons


def screen(request: Request) -> Response:
    """What is set side by side, how far the calculation is, the documents. Raises ConfigError."""
    name = page.study(request).rpartition("/")[2]
    return calculate.screen(request, compared=comparisons.read(page.root(request), name), moved=False)


def begin(request: Request) -> Response:
    """Calculate it, with what its studies lack, as the command does."""
    name = page.study(request)
    apart.start(page.root(request), name, ("rapprocher", name.rpartition("/")[2]))
    return page.back(request, "calculer")


ROUTES = page.routes(
    "/comparaison/{comparison}/calculer",
    {"": screen, "/suivi": calculate.follow, calculate.DOCUMENT: calculate.document},
    {"": begin, "/arreter": calculate.stop, calculate.DOCUMENT: calculate.opened},
)
