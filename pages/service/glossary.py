"""The glossary: what every figure of the reports is called and how it is counted."""

from ui.reports.glossary import glossary

glossary()
