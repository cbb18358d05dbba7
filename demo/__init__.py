"""A demo company and a portal that serves it over Bitrix24's own REST protocol, for a trial and for tests.

`demo.company` says what a portal needs of a company; `demo.portal` speaks the protocol over loopback HTTP;
`demo.story` holds the freight company of the demo, `demo.plan` its sales plan as a file. Nothing here imports the
client that pulls, the inputs or the reports.
"""

from demo.company import Company, Row, Span, Table, TableCompany
from demo.faults import Faults
from demo.portal import DemoPortal

__all__ = ["Company", "DemoPortal", "Faults", "Row", "Span", "Table", "TableCompany"]
