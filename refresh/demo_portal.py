"""The demo company's portal for a refresh that was started without a webhook."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime

from pydantic import SecretStr

from crm.settings import Settings
from demo.portal import DEMO_WEBHOOK, PORT, DemoPortal
from demo.story import StoryCompany


@contextmanager
def demo_portal(settings: Settings) -> Iterator[Settings]:
    """Settings whose portal answers: those given, or, for a demo with no webhook yet, with that of a portal which runs
    as long as the context lasts."""
    if not settings.is_demo or (settings.webhook_url and settings.webhook_url.get_secret_value()):
        yield settings
        return
    portal = DemoPortal(StoryCompany(clock=lambda: datetime.now(UTC)), port=PORT)
    try:
        portal.start()
    except OSError:  # the port is taken: the application is serving the same company
        yield _with_webhook(settings, DEMO_WEBHOOK)
        return
    try:
        yield _with_webhook(settings, portal.webhook)
    finally:
        portal.stop()


def _with_webhook(settings: Settings, webhook: str) -> Settings:
    return settings.model_copy(update={"webhook_url": SecretStr(webhook)})
