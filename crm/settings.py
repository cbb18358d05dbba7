"""Every setting of the product, in one class.

Settings come from the environment and from ``.env`` (prefix ``VITRINA_``). An empty value means the default. A wrong
one stops the start with one sentence that names the setting and never repeats the value: it may be the webhook.
"""

import re
from collections.abc import Mapping
from decimal import Decimal
from pathlib import Path
from typing import Annotated, Any, ClassVar
from zoneinfo import ZoneInfo

import holidays as public_holidays
from pydantic import Field, SecretStr, ValidationError, field_validator, model_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from crm.portal.errors import WebhookMalformed
from crm.portal.webhook import read_webhook
from language import LANGUAGES, ExplainedError

PREFIX = "VITRINA_"
ENV_FILE = Path(".env")

GOOGLE_SHEET = re.compile(
    r"https://docs\.google\.com/(?:a/[\w.-]+/)?spreadsheets/(?:u/\d+/)?d/(?P<key>[\w-]{20,})(?=[/?#]|$)"
)

Fraction = Annotated[Decimal, Field(ge=0, le=10)]
Weight = Annotated[Decimal, Field(ge=0, le=1000)]
Days = Annotated[int, Field(ge=0, le=3650)]
UserField = Annotated[str, Field(pattern=r"^UF_[A-Z0-9_]+$", max_length=64)]


class _LanguageAlone(BaseSettings):
    """The one setting that says in which language the others are complained of."""

    model_config = SettingsConfigDict(env_prefix=PREFIX, env_file=ENV_FILE, extra="ignore")
    language: str = ""


class SettingsError(ExplainedError):
    """A setting has a value that cannot be used; the sentence names the setting, never its value."""


class Settings(BaseSettings):
    """What an installation may choose. Made by `load_settings`; frozen."""

    model_config = SettingsConfigDict(
        env_prefix=PREFIX, env_file=ENV_FILE, extra="ignore", frozen=True, hide_input_in_errors=True
    )

    webhook_url: SecretStr | None = None
    data_dir: Path = Path("data")
    timezone: str = "Europe/Moscow"
    requests_per_second: Annotated[float, Field(gt=0, le=1000)] = 2.0
    request_burst: Annotated[int, Field(ge=1, le=10000)] = 50
    in_flight: Annotated[int, Field(ge=1, le=16)] = 2
    refresh_minutes: Annotated[int, Field(ge=0, le=10080)] = 10
    history_months: Annotated[int, Field(ge=1, le=600)] | None = None
    comments: bool = True
    plan_sheet_url: str = ""
    google_service_account_file: Path | None = None
    language: str = ""
    sales_funnels: Annotated[tuple[int, ...], NoDecode] = ()
    deal_fields: Annotated[tuple[UserField, ...], NoDecode] = ()
    lead_fields: Annotated[tuple[UserField, ...], NoDecode] = ()
    min_completion: Fraction = Decimal(1)
    lead_days: Days = 3
    deal_days: Days = 14
    long_cycle_target: Fraction = Decimal("0.10")
    holidays: str = "RU"
    weight_meeting: Weight = Decimal(5)
    weight_call: Weight = Decimal(3)
    weight_email: Weight = Decimal(2)
    weight_task: Weight = Decimal(2)
    weight_comment: Weight = Decimal(1)
    weight_other: Weight = Decimal(1)
    is_demo: ClassVar[bool] = False  # no setting: see refresh/demo_settings.py

    @model_validator(mode="before")
    @classmethod
    def _empty_means_default(cls, given: dict[str, Any]) -> dict[str, Any]:
        # HOLIDAYS is the exception: left empty it says that there are none.
        return {name: value for name, value in given.items() if value != "" or name == "holidays"}

    @field_validator("sales_funnels", "deal_fields", "lead_fields", mode="before")
    @classmethod
    def _listed(cls, value: object) -> object:
        return [part for part in value.replace(" ", "").split(",") if part] if isinstance(value, str) else value

    @field_validator("deal_fields", "lead_fields")
    @classmethod
    def _each_once(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(dict.fromkeys(value))

    @field_validator("webhook_url")
    @classmethod
    def _secure_webhook(cls, value: SecretStr | None) -> SecretStr | None:
        if value is not None:
            try:
                read_webhook(value)
            except WebhookMalformed:
                raise ValueError("webhook") from None
        return value

    @field_validator("timezone")
    @classmethod
    def _known_zone(cls, value: str) -> str:
        try:
            ZoneInfo(value)
        except (KeyError, OSError, ValueError) as error:
            raise ValueError("timezone") from error
        return value

    @field_validator("language")
    @classmethod
    def _known_language(cls, value: str) -> str:
        if value and value not in LANGUAGES:
            raise ValueError("language")
        return value

    @field_validator("plan_sheet_url")
    @classmethod
    def _address_of_a_sheet(cls, value: str) -> str:
        if value and not GOOGLE_SHEET.match(value.strip()):
            raise ValueError("plan_sheet_url")
        return value.strip()

    @field_validator("holidays", mode="after")
    @classmethod
    def _known_country(cls, value: str) -> str:
        if value and value.upper() not in public_holidays.list_supported_countries():
            raise ValueError("holidays")
        return value.upper()

    @property
    def snapshots_dir(self) -> Path:
        """Where pulled rows lie."""
        return self.data_dir / "snapshots"

    @property
    def warehouse_dir(self) -> Path:
        """Where built warehouses lie."""
        return self.data_dir / "warehouse"

    @property
    def plan_sheet_key(self) -> str:
        """What Google knows the linked sheet by; "" when none is linked."""
        found = GOOGLE_SHEET.match(self.plan_sheet_url)
        return found["key"] if found else ""

    @property
    def progress_file(self) -> Path:
        """What a running refresh says of itself."""
        return self.data_dir / "progress.json"


def load_settings(**overrides: Any) -> Settings:
    """The settings in force; ``overrides`` (field names) win over the environment and ``.env``.

    Raises:
        SettingsError: a value cannot be used. The sentence names the setting.
    """
    try:
        return Settings(**overrides)
    except ValidationError as error:
        first = error.errors(include_url=False, include_context=False, include_input=False)[0]
        name = str(first["loc"][0]) if first["loc"] else "webhook_url"
        raise _explained(name, str(first["type"])) from None
    except (UnicodeDecodeError, OSError):
        raise SettingsError("settings.unreadable") from None


def stated_language() -> str:
    """The language that the settings state, "" where they state none; also where another of them cannot be used."""
    try:
        language = _LanguageAlone().language
    except (ValidationError, UnicodeDecodeError, OSError):
        return ""
    return language if language in LANGUAGES else ""


def _explained(name: str, kind: str) -> SettingsError:
    key = EXPLAINED.get(name) or ("settings.number" if kind in NUMBER_FAULTS else "settings.wrong")
    return SettingsError(key, name=PREFIX + name.upper())


EXPLAINED: Mapping[str, str] = {
    "webhook_url": "settings.webhook",
    "timezone": "settings.timezone",
    "plan_sheet_url": "settings.sheet",
    "language": "settings.language",
    "holidays": "settings.holidays",
    "sales_funnels": "settings.list",
    "deal_fields": "settings.fields",
    "lead_fields": "settings.fields",
    "comments": "settings.switch",
}
NUMBER_FAULTS = {
    "int_parsing",
    "int_from_float",
    "float_parsing",
    "decimal_parsing",
    "decimal_max_digits",
    "finite_number",
    "greater_than",
    "greater_than_equal",
    "less_than",
    "less_than_equal",
}
