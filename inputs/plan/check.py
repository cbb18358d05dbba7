"""The part of ``python -m crm check`` about the linked Google Sheet: can it be opened and added to?"""

import sys

from crm.settings import Settings
from inputs.plan.errors import PlanError
from inputs.plan.sync import check_access
from language import words
from language.clean import clean_text

WELL, USABLE = 0, 1  # without the sheet the plan that was read last stands


def command(settings: Settings) -> int:
    """Print one sentence of the sheet, none where no sheet is linked; the exit code."""
    if not settings.plan_sheet_url:
        return WELL
    say = words(settings.language or "ru")
    try:
        text, code = say("plan.sheet.checked", title=clean_text(check_access(settings))), WELL
    except PlanError as error:
        text, code = error.text(say.language), USABLE
    sys.stdout.write(text + "\n")
    return code
