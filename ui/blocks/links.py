"""Addresses of the portal's own pages that no view holds."""

from ui.state.page_context import PageContext


def employee_card(context: PageContext, employee_id: int | None) -> str | None:
    """The employee's card in the portal; None for nobody and where there is no portal to open."""
    if not employee_id or not context.origin:
        return None
    return f"{context.origin}/company/personal/user/{employee_id}/"
