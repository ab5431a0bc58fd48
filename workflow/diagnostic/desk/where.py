"""« Où nous en sommes »: what `diagnostic suivre` says, by part."""

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from diagnostic.desk import page
from diagnostic.study import config


def home(request: Request) -> Response:
    """The studies of the project."""
    return page.render(request, "home.html", studies=config.known(page.root(request)))


ROUTES = (Route("/", home),)
