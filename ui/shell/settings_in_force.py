"""The settings this process runs under: those of the portal, or of the demo company where no webhook is set."""

from crm.settings import Settings, load_settings
from demo.portal import DEMO_KEY, PORT

DEMO_WEBHOOK = f"http://127.0.0.1:{PORT}/rest/1/{DEMO_KEY}/"


def settings_in_force() -> Settings:
    """The settings of the environment and ``.env``; without a webhook those of the demo.

    Raises:
        SettingsError: one of them cannot be used; the sentence names it.
    """
    settings = load_settings()
    return settings if settings.webhook_url is not None else settings.for_demo(DEMO_WEBHOOK)
