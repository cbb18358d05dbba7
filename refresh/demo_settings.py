"""The demo company of an installation: when it stands in for a portal, and under which settings it is pulled and shown.

A class of its own says that settings are the demo's: whoever has them needs no second word for it, and no setting can.
"""

from typing import ClassVar

from pydantic import SecretStr

from crm.settings import Settings, load_settings
from demo.portal import DEMO_WEBHOOK

NOWHERE = ""  # the webhook of a demo company whose portal is not known to run


class DemoSettings(Settings):
    """Settings of the demo company, made by `for_demo`."""

    is_demo: ClassVar[bool] = True


def for_demo(settings: Settings, webhook: str = NOWHERE) -> DemoSettings:
    """The same settings over the demo company: its own folder, its portal at ``webhook``, and no need to spare it."""
    return DemoSettings.model_construct(
        **{
            **dict(settings),
            "webhook_url": SecretStr(webhook),
            "data_dir": settings.data_dir / "demo",
            "requests_per_second": 1000.0,
            "request_burst": 10000,
        }
    )


def settings_of_app() -> Settings:
    """What the application runs under: the settings; without a webhook those of the demo, whose portal it starts.

    Raises:
        SettingsError: one of them cannot be used; the sentence names it.
    """
    settings = load_settings()
    return settings if settings.webhook_url is not None else for_demo(settings, DEMO_WEBHOOK)


def with_data(settings: Settings) -> Settings:
    """What a command that needs no portal runs under: these settings; those of the demo where neither a webhook nor
    rows of a portal are. Rows that were pulled once can be asked about after the webhook was taken away."""
    if settings.webhook_url is None and not (settings.snapshots_dir / "manifest.json").exists():
        return for_demo(settings)
    return settings
