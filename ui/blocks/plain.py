"""Text of the portal on its way into Streamlit's Markdown: anybody may have typed it."""

import re

_SPECIAL = re.compile(r"([\\`*_{}\[\]()#+\-.!|<>~$:&=^\"'])")


def plain(text: str) -> str:
    """The text so that Markdown shows it as it is: no link, no image, no heading, no icon, no formula."""
    one_line = " ".join(text.split())
    return _SPECIAL.sub(r"\\\1", one_line)
