"""Text that Streamlit's Markdown shows as it is, whoever typed it: names of the portal, addresses, errors."""

import re

_SPECIAL = re.compile(r"([\\`*_{}\[\]()#+\-.!|<>~$:&=^\"'])")


def plain(text: str) -> str:
    """Markdown that shows ``text`` on one line: nothing in it becomes a link, an image, an icon or a formula."""
    one_line = " ".join(text.split())
    return _SPECIAL.sub(r"\\\1", one_line)
