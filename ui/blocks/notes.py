"""Notes that several reports put under their blocks: what bends the figures above them."""

from ui.state.page_context import PageContext


def won_zero_sum(context: PageContext) -> str | None:
    """How many won deals have the sum 0, where they are many enough to bend the figures of money; else None."""
    records = context.table("won_zero_sum").records()
    if not records or not records[0]["is_notable"]:
        return None
    row = records[0]
    share = context.words.percent(row["zero_share"])
    return context.words("ui.zero_sum", count=row["zero_count"], all=row["won_count"], share=share)
