"""A demo company and a portal that serves it over Bitrix24's own REST protocol, for a trial and for tests.

`crm.demo.company` says what a portal needs of a company; `crm.demo.portal` speaks the protocol over loopback HTTP;
`crm.demo.story` holds the freight company of the demo. Nothing here knows the client that pulls.
"""

from demo.company import Company, Row, Span, Table, TableCompany
from demo.faults import Faults
from demo.portal import DemoPortal

__all__ = ["Company", "DemoPortal", "Faults", "Row", "Span", "Table", "TableCompany"]
