"""Settings on their way to a child process: in its environment, never among its arguments, which anybody may list."""

import os
import traceback
from collections.abc import Mapping
from pathlib import Path
from urllib.parse import urlsplit

from pydantic import SecretStr

from crm.settings import PREFIX, Settings, load_settings
from refresh.demo_settings import for_demo

DEMO_PORTAL = PREFIX + "REFRESH_DEMO_PORTAL"  # the child is to refresh the demo company: the webhook of its portal
PARENT = PREFIX + "REFRESH_PARENT"  # who started the child: its process id and its `birth`
ROOT = Path(__file__).resolve().parents[1]
HIDDEN = "…"


def environment_of(settings: Settings) -> dict[str, str]:
    """The environment under which `settings_of_child` finds these very settings again."""
    environment = {name: value for name, value in os.environ.items() if not name.upper().startswith(PREFIX)}
    environment["PYTHONPATH"] = os.pathsep.join(filter(None, [str(ROOT), os.environ.get("PYTHONPATH")]))
    values = {name: _text(getattr(settings, name)) for name in type(settings).model_fields}
    if settings.is_demo:  # the child turns them into the demo's once more
        values["data_dir"] = str(settings.data_dir.parent.resolve())
        environment[DEMO_PORTAL] = values.pop("webhook_url")
    else:
        values["data_dir"] = str(settings.data_dir.resolve())
    return environment | {PREFIX + name.upper(): value for name, value in values.items()}


def settings_of_child(environment: Mapping[str, str] = os.environ) -> Settings | None:
    """The demo's settings where a parent gave them; None: the ordinary ones hold."""
    webhook = environment.get(DEMO_PORTAL)
    return for_demo(load_settings(webhook_url=None), webhook) if webhook else None


def redacted_trace(error: BaseException, settings: Settings) -> str:
    """The traceback of an error for the log, the webhook and its secret part replaced by "…"."""
    text = "".join(traceback.format_exception(error))
    for secret in secrets_of(settings.webhook_url):
        text = text.replace(secret, HIDDEN)
    return text


def secrets_of(webhook: SecretStr | None) -> list[str]:
    """The webhook and the part of it that is the password, longest first."""
    if webhook is None or not webhook.get_secret_value():
        return []
    address = webhook.get_secret_value()
    parts = [part for part in urlsplit(address).path.split("/") if len(part) >= 8]
    return sorted({address, address.rstrip("/"), *parts}, key=len, reverse=True)


def _text(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, SecretStr):
        return value.get_secret_value()
    if isinstance(value, tuple):
        return ",".join(str(part) for part in value)
    return str(value)
