"""The glossary: what every figure of the reports is called and how it is counted."""

from ui.glossary import glossary

glossary()
