"""The front door: a request for the first page by an address of its own is redirected to "/", which opens it."""

from starlette.responses import RedirectResponse
from starlette.types import ASGIApp, Receive, Scope, Send

from ui.shell.navigation import first_address


class FrontDoor:
    """ASGI middleware that redirects; without it Streamlit opens the first page and says that there is no such page."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app
        self.address = f"/{first_address()}"

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Redirect a request for the first page's own address with its query; pass on any other."""
        if scope["type"] == "http" and scope["path"].rstrip("/").endswith(self.address):
            query = scope["query_string"].decode("latin-1")
            upwards = "../" if scope["path"].endswith("/") else "./"  # relative: a proxy may serve it below a path
            await RedirectResponse(f"{upwards}?{query}")(scope, receive, send)
        else:
            await self.app(scope, receive, send)
