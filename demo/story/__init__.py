"""The story of the demo company: a forwarder of freight with a warehouse, told by rules and by hand."""

from demo.story.company import StoryCompany

__all__ = ["StoryCompany"]
