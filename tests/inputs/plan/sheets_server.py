"""A server on loopback that speaks the Google Sheets v4 protocol as far as the plan uses it, tokens included.

A spreadsheet is rows of cells that tests type into as people do. `faults` are answers given in the place of the next
requests whose method they name; `requests` is what was asked. A batch of updates is done whole or not at all.
"""

import copy
import datetime as dt
import json
import re
import threading
from dataclasses import dataclass, field
from functools import cache
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, unquote, urlsplit

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from openpyxl.utils import get_column_letter
from openpyxl.utils.cell import column_index_from_string as index_of
from openpyxl.utils.cell import coordinate_from_string

KEY = "1aBcDeFgHiJkLmNoPqRsTuVwXyZ0123456789abcdefg"
URL = f"https://docs.google.com/spreadsheets/d/{KEY}/edit?gid=0#gid=0"
EMAIL = "vitrina@plan-project.iam.gserviceaccount.com"
ZERO = dt.date(1899, 12, 30)
IGNORED = ("updateDimensionProperties",)


class Refused(Exception):
    """A request Google would answer with this status and message."""

    def __init__(self, status, message):
        super().__init__(message)
        self.status, self.message = status, message


@dataclass
class Sheet:
    id: int
    title: str
    cells: list = field(default_factory=list)  # rows of {"value", "format", "note"}
    marks: dict = field(default_factory=dict)
    protected: list = field(default_factory=list)
    formats: list = field(default_factory=list)  # number formats of whole columns
    frozen: int = 0
    kind: str = "GRID"

    def cell(self, address):
        letters, row = coordinate_from_string(address)
        column = index_of(letters)
        while len(self.cells) < row:
            self.cells.append([])
        line = self.cells[row - 1]
        while len(line) < column:
            line.append({})
        return line[column - 1]

    def type(self, address, value, shown=None):
        """What a person types: a text, a number, a date; ``shown`` is the number format, such as "0%"."""
        cell = self.cell(address)
        cell.pop("value", None)
        if value is not None:
            cell["value"] = (value - ZERO).days if isinstance(value, dt.date) else value
        if shown:
            cell["format"] = shown

    def rows(self):
        """The plain values, None where nothing stands, nothing at the right left out."""
        width = max((len(row) for row in self.cells), default=0)
        return [[cell.get("value") for cell in row] + [None] * (width - len(row)) for row in self.cells]

    def where(self, column, value):
        """Addresses of the cells of a row: column label → address, for the first row with ``value`` in ``column``."""
        head = [cell.get("value") for cell in self.cells[0]]
        for number, row in enumerate(self.rows()[1:], start=2):
            if row[head.index(column)] == value:
                return {name: f"{get_column_letter(place)}{number}" for place, name in enumerate(head, start=1)}
        raise LookupError(value)


@cache
def _private_key():
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    shape = serialization.PrivateFormat.PKCS8
    return key.private_bytes(serialization.Encoding.PEM, shape, serialization.NoEncryption()).decode()


class SheetsServer:
    """`with SheetsServer() as server:`; `account_file(folder)` writes the service account that leads here."""

    def __init__(self) -> None:
        self.sheets = [Sheet(0, "Лист1")]
        self.faults = []  # (HTTP method or "token", status, message, times)
        self.requests = []
        self.may_write = True
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), type("Handler", (_Handler,), {"google": self}))
        self.origin = f"http://127.0.0.1:{self._server.server_port}"
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True)

    def __enter__(self):
        self._thread.start()
        return self

    def __exit__(self, *_):
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def account(self, **changes):
        told = {
            "type": "service_account",
            "project_id": "plan-project",
            "private_key_id": "1",
            "private_key": _private_key(),
            "client_email": EMAIL,
            "token_uri": "https://oauth2.googleapis.com/token",
            "sheets_api": self.origin,
        }
        return {name: value for name, value in (told | changes).items() if value is not None}

    def account_file(self, folder, **changes):
        path = folder / "account.json"
        path.write_text(json.dumps(self.account(**changes)), "utf-8")
        path.chmod(0o600)
        return path

    def sheet(self, title):
        return next(sheet for sheet in self.sheets if sheet.title == title)

    def asked(self, method):
        return [what for told, what in self.requests if told == method]

    def admit(self, path, authorization):
        if path != "/token" and authorization != "Bearer t0ken":
            raise Refused(401, "Request had invalid authentication credentials.")

    def answer(self, method, path, query, body):
        name = "token" if path == "/token" else method
        self.requests.append((name, path))
        for fault in self.faults:
            if fault[0] == name and fault[3] > 0:
                fault[3] -= 1
                raise Refused(fault[1], fault[2])
        if name == "token":
            return {"access_token": "t0ken", "expires_in": 3600, "token_type": "Bearer"}
        if not path.startswith(f"/v4/spreadsheets/{KEY}"):
            raise Refused(404, "Requested entity was not found.")
        return self._act(method, path.removeprefix(f"/v4/spreadsheets/{KEY}"), query, body)

    def _act(self, method, rest, query, body):
        if (method, rest) == ("GET", ""):
            return {"properties": {"title": "План продаж"}, "sheets": [_described(sheet) for sheet in self.sheets]}
        if (method, rest) == ("GET", "/values:batchGet"):
            plain = query["valueRenderOption"] == ["UNFORMATTED_VALUE"]
            return {"valueRanges": [self._values(name, plain=plain) for name in query["ranges"]]}
        if (method, rest) == ("POST", ":batchUpdate"):
            return self._update(body["requests"])
        raise Refused(400, f"not spoken here: {method} {rest}")

    def _values(self, name, *, plain):
        quoted = re.fullmatch("'((?:[^']|'')*)'", name)
        found = [sheet for sheet in self.sheets if quoted and sheet.title == quoted[1].replace("''", "'")]
        if not found:
            raise Refused(400, f"Unable to parse range: {name}")
        rows = [[_rendered(cell, plain=plain) for cell in row] for row in found[0].cells]
        for row in rows:
            while row and row[-1] == "":
                row.pop()
        while rows and not rows[-1]:
            rows.pop()
        return {"range": name, "majorDimension": "ROWS", **({"values": rows} if rows else {})}

    def _update(self, requests):
        if not self.may_write:
            raise Refused(403, "The caller does not have permission")
        sheets = copy.deepcopy(self.sheets)
        for request in requests:
            ((name, told),) = request.items()
            _Update(sheets).run(name, told)
        self.sheets = sheets
        return {"spreadsheetId": KEY, "replies": [{} for _ in requests]}


class _Update:
    def __init__(self, sheets):
        self.sheets = sheets

    def run(self, name, told):
        if name not in IGNORED:
            getattr(self, f"_{name}")(told)

    def _find(self, number):
        return next(sheet for sheet in self.sheets if sheet.id == number)

    def _addSheet(self, told):
        properties = told["properties"]
        if any(sheet.id == properties["sheetId"] or sheet.title == properties["title"] for sheet in self.sheets):
            raise Refused(400, "A sheet with that name or id exists already.")
        frozen = properties["gridProperties"]["frozenRowCount"]
        self.sheets.append(Sheet(properties["sheetId"], properties["title"], frozen=frozen))

    def _createDeveloperMetadata(self, told):
        mark = told["developerMetadata"]
        if "sheetId" in mark["location"]:
            self._find(mark["location"]["sheetId"]).marks[mark["metadataKey"]] = mark["metadataValue"]

    def _deleteDeveloperMetadata(self, told):
        assert told["dataFilter"]["developerMetadataLookup"]["metadataKey"] == "vitrina_check"

    def _repeatCell(self, told):
        assert told["fields"] == "userEnteredFormat.numberFormat"
        assert told["range"]["startRowIndex"] == 1
        formats = self._find(told["range"]["sheetId"]).formats
        assert told["range"]["startColumnIndex"] == len(formats)
        formats.append(told["cell"]["userEnteredFormat"]["numberFormat"]["pattern"])

    def _addProtectedRange(self, told):
        protected = told["protectedRange"]
        self._find(protected["range"]["sheetId"]).protected.append(protected)

    def _appendCells(self, told):
        sheet = self._find(told["sheetId"])
        while sheet.cells and not any("value" in cell for cell in sheet.cells[-1]):
            sheet.cells.pop()
        fields = told["fields"]
        assert re.fullmatch(r"userEnteredValue,userEnteredFormat\(numberFormat,textFormat\),note", fields)
        rows = [[_entered(cell) for cell in row["values"]] for row in told["rows"]]
        width = max(map(len, [*sheet.cells, *rows]))
        sheet.cells += [[*row, *({} for _ in range(width - len(row)))] for row in rows]


def _entered(cell):
    value = cell.get("userEnteredValue", {})
    told = {"value": next(iter(value.values()))} if value else {}
    if "note" in cell:
        told["note"] = cell["note"]
    if number_format := cell.get("userEnteredFormat", {}).get("numberFormat"):
        told["format"] = number_format["pattern"]
    return told


def _described(sheet):
    marks = [{"metadataKey": key, "metadataValue": value} for key, value in sheet.marks.items()]
    properties = {"sheetId": sheet.id, "title": sheet.title, "sheetType": sheet.kind}
    return {"properties": properties, **({"developerMetadata": marks} if marks else {})}


def _rendered(cell, *, plain):
    value = cell.get("value", "")
    if plain or isinstance(value, str):
        return value
    shown = cell.get("format", "")
    if isinstance(value, bool):
        return str(value).upper()
    if "%" in shown:
        return f"{value * 100:g}%"
    if "yy" in shown:
        return (ZERO + dt.timedelta(days=value)).strftime({"yyyy-mm": "%Y-%m"}.get(shown, "%d.%m.%Y"))
    return f"{value:,}".replace(",", "\u00a0").replace(".", ",") + (" ₽" if "₽" in shown else "")


class _Handler(BaseHTTPRequestHandler):
    google: SheetsServer

    def do_GET(self):
        self._answer("GET", None)

    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self._answer("POST", json.loads(body) if "json" in (self.headers["Content-Type"] or "") else body)

    def _answer(self, method, body):
        parts = urlsplit(self.path)
        try:
            self.google.admit(parts.path, self.headers["Authorization"])
            status, told = 200, self.google.answer(method, unquote(parts.path), parse_qs(parts.query), body)
        except Refused as refused:
            status, told = refused.status, _error(refused, parts.path)
        data = told if isinstance(told, bytes) else json.dumps(told).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def log_message(self, *_):
        """Tests are quiet."""


def _error(refused, path):
    if refused.message.startswith("<"):
        return refused.message.encode()
    if path == "/token":
        return {"error": "invalid_grant", "error_description": refused.message}
    return {"error": {"code": refused.status, "message": refused.message, "status": "FAILED"}}
