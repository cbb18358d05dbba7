// What a table shows for a payload and after each act of a reader, without a page.
import assert from "node:assert/strict";
import { test } from "node:test";
import {
  cellView,
  descendingOnClick,
  expandAll,
  followServer,
  groupByParent,
  headingKeyAction,
  initialState,
  isTarget,
  rowAttributes,
  rowKeyAction,
  safeUrl,
  setExpanded,
  sortBy,
  sortIndicator,
  tooltipPosition,
  unpack,
  visibleRows,
} from "../../../ui/tree_table/view_model.js";

const ORIGIN = "https://portal.example";

function row(id, sort, parent = null) {
  return {
    id,
    parent,
    pick: id,
    muted: false,
    cells: [{ t: id, s: id }, sort === null ? { t: "—" } : { t: "", s: sort }],
  };
}

function payload(rows, fields = {}) {
  const opens = { sort: 1, descending: true, open: [], first: 25, children_in_order: false };
  return { rows, ...opens, clickable: true, language: "ru", picked: [], ...fields };
}

function shown(data, state = initialState(data)) {
  return visibleRows(data, groupByParent(data.rows), state).map((item) => item.row.id);
}

const MONTHS = [row("Б", 1), row("А", 2), row("А/1", 5, "А"), row("А/2", 9, "А"), row("А/3", 7, "А")];

test("figures are sorted by value, the largest first, and rows without one stand last either way", () => {
  const data = payload([row("a", 9), row("b", null), row("c", 10), row("d", -1)]);
  assert.deepEqual(shown(data), ["c", "a", "d", "b"]);
  assert.deepEqual(shown({ ...data, descending: false }), ["d", "a", "c", "b"]);
});

test("texts are sorted as the language does, with numbers in them by value", () => {
  const data = payload([row("Этап 10"), row("ёлка"), row("Этап 9"), row("жук"), row("Ель")], {
    sort: 0,
    descending: false,
  });
  assert.deepEqual(shown(data), ["ёлка", "Ель", "жук", "Этап 9", "Этап 10"]);
});

test("rows of one value keep their order in both directions", () => {
  const data = payload([row("b", 1), row("a", 1), row("c", 1)]);
  assert.deepEqual(shown(data), ["b", "a", "c"]);
  assert.deepEqual(shown({ ...data, descending: false }), ["b", "a", "c"]);
});

test("a table without a sorted column keeps the order of the payload", () => {
  assert.deepEqual(shown(payload([row("b", 1), row("a", 2)], { sort: null })), ["b", "a"]);
});

test("a sorted column that rows have no cell in leaves their order", () => {
  assert.deepEqual(shown(payload([row("b", 1), row("a", 2)], { sort: 7 })), ["b", "a"]);
});

test("sorting leaves the payload as it is: the next state starts from its order", () => {
  const data = payload([row("b", 1), row("a", 2)]);
  shown(data);
  assert.deepEqual(
    data.rows.map(({ id }) => id),
    ["b", "a"],
  );
});

test("children stand below their parent while it is expanded", () => {
  const data = payload(MONTHS, { open: ["А"] });
  const visible = visibleRows(data, groupByParent(data.rows), initialState(data));
  assert.deepEqual(
    visible.map(({ row: { id }, level }) => [id, level]),
    [
      ["А", 0],
      ["А/2", 1],
      ["А/3", 1],
      ["А/1", 1],
      ["Б", 0],
    ],
  );
  assert.deepEqual(shown(payload(MONTHS)), ["А", "Б"]);
});

test("a child that is expanded under a collapsed parent is not shown", () => {
  const data = payload([row("a", 1), row("b", 1, "a"), row("c", 1, "b")], { open: ["b"] });
  assert.deepEqual(shown(data), ["a"]);
  assert.deepEqual(shown({ ...data, open: ["a", "b"] }), ["a", "b", "c"]);
});

test("children keep the order of time until the reader sorts", () => {
  const data = payload(MONTHS, { open: ["А"], children_in_order: true });
  const state = initialState(data);
  assert.deepEqual(shown(data, state), ["А", "А/1", "А/2", "А/3", "Б"]);
  sortBy(state, 1, true);
  assert.deepEqual(shown(data, state), ["А", "А/2", "А/3", "А/1", "Б"]);
});

test("the first rows are those of the order on the screen, and children are not counted", () => {
  const data = payload(MONTHS, { open: ["А"], first: 1 });
  const state = initialState(data);
  assert.deepEqual(shown(data, state), ["А", "А/2", "А/3", "А/1"]);
  state.all = true;
  assert.equal(shown(data, state).length, MONTHS.length);
});

test("expanding changes the state once and only for rows with children", () => {
  const children = groupByParent(MONTHS);
  const state = initialState(payload(MONTHS));
  assert.equal(setExpanded(state, children, "Б", true), false);
  assert.equal(setExpanded(state, children, "А", false), false);
  assert.equal(setExpanded(state, children, "А", true), true);
  assert.equal(setExpanded(state, children, "А", true), false);
  assert.deepEqual([...state.open], ["А"]);
  assert.equal(setExpanded(state, children, "А", false), true);
  assert.deepEqual([...state.open], []);
});

test("everything expanded are the rows with children", () => {
  const state = initialState(payload(MONTHS));
  expandAll(state, groupByParent(MONTHS), MONTHS);
  assert.deepEqual([...state.open], ["А"]);
});

test("a table without rows shows none", () => {
  assert.deepEqual(shown(payload([])), []);
});

test("a click on a heading starts figures with the largest and texts with the first letter, then turns round", () => {
  const state = initialState(payload([]));
  assert.equal(descendingOnClick(state, 2, { align: "end" }), true);
  assert.equal(descendingOnClick(state, 0, { align: "start" }), false);
  assert.equal(descendingOnClick(state, 1, { align: "end" }), false);
  sortBy(state, 1, false);
  assert.equal(descendingOnClick(state, 1, { align: "end" }), true);
});

test("a heading shows the direction it is sorted in", () => {
  const state = initialState(payload([]));
  assert.deepEqual(sortIndicator(state, 0), { ariaSort: "none", arrow: "" });
  assert.deepEqual(sortIndicator(state, 1), { ariaSort: "descending", arrow: "↓" });
  sortBy(state, 1, false);
  assert.deepEqual(sortIndicator(state, 1), { ariaSort: "ascending", arrow: "↑" });
});

test("arrows on a heading move to its neighbours and sort; at an edge and by other keys nothing happens", () => {
  assert.deepEqual(headingKeyAction("ArrowRight", 0, 2), { focus: 1 });
  assert.deepEqual(headingKeyAction("ArrowLeft", 1, 2), { focus: 0 });
  assert.equal(headingKeyAction("ArrowRight", 1, 2), null);
  assert.equal(headingKeyAction("ArrowLeft", 0, 2), null);
  assert.deepEqual(headingKeyAction("ArrowDown", 0, 2), { descending: true });
  assert.deepEqual(headingKeyAction("ArrowUp", 0, 2), { descending: false });
  assert.equal(headingKeyAction("Tab", 0, 2), null);
});

test("keys on a row move within the table, expand, collapse and pick", () => {
  assert.deepEqual(rowKeyAction("ArrowDown", 0, 3), { focus: 1 });
  assert.deepEqual(rowKeyAction("ArrowDown", 2, 3), { focus: 2 });
  assert.deepEqual(rowKeyAction("ArrowUp", 2, 3), { focus: 1 });
  assert.deepEqual(rowKeyAction("ArrowUp", 0, 3), { focus: 0 });
  assert.deepEqual(rowKeyAction("Home", 2, 3), { focus: 0 });
  assert.deepEqual(rowKeyAction("End", 0, 3), { focus: 2 });
  assert.deepEqual(rowKeyAction("ArrowRight", 0, 3), { expand: true });
  assert.deepEqual(rowKeyAction("ArrowLeft", 0, 3), { expand: false });
  assert.deepEqual(rowKeyAction("Enter", 0, 3), { pick: true });
  assert.deepEqual(rowKeyAction(" ", 0, 3), { pick: true });
  assert.equal(rowKeyAction("Tab", 0, 3), null);
});

test("a row without a pick, and any row of a table without clicks, is no target", () => {
  const data = payload(MONTHS);
  assert.equal(isTarget(data, MONTHS[0]), true);
  assert.equal(isTarget(data, { ...MONTHS[0], pick: null }), false);
  assert.equal(isTarget({ ...data, clickable: false }, MONTHS[0]), false);
});

test("a row says its level, whether it is expanded and whether it is picked", () => {
  const data = payload(MONTHS, { open: ["А"] });
  const table = { children: groupByParent(MONTHS), isTree: true, picked: new Set(["А"]) };
  const attributes = (each, level) => rowAttributes(data, table, initialState(data), { row: each, level });
  assert.deepEqual(attributes(MONTHS[1], 0), {
    classes: ["level0", "picked", "clickable"],
    aria: { "aria-level": "1", "aria-expanded": "true", "aria-selected": "true" },
  });
  assert.deepEqual(attributes({ ...MONTHS[2], muted: true, pick: null }, 5), {
    classes: ["level3", "muted"],
    aria: { "aria-level": "6", "aria-selected": "false" },
  });
});

test("a row of a plain table without clicks has no ARIA attributes", () => {
  const data = payload([row("a", 1)], { clickable: false });
  const table = { children: groupByParent(data.rows), isTree: false, picked: new Set() };
  const { classes, aria } = rowAttributes(data, table, initialState(data), { row: data.rows[0], level: 0 });
  assert.deepEqual(classes, ["level0"]);
  assert.deepEqual(aria, {});
});

test("only web addresses of the portal are linked", () => {
  assert.equal(safeUrl(`${ORIGIN}/crm/deal/details/1/`, ORIGIN), `${ORIGIN}/crm/deal/details/1/`);
  for (const url of [
    "https://portal.example.evil.example/",
    "https://evil.example/https://portal.example",
    "https://portal.example@evil.example/",
    "http://portal.example/",
    "https://portal.example:8443/",
    "javascript:alert(1)",
    "data:text/html,x",
    "/crm/deal/details/1/",
    "",
    undefined,
  ]) {
    assert.equal(safeUrl(url, ORIGIN), null, url);
  }
  assert.equal(safeUrl(`${ORIGIN}/`, null), null);
  assert.equal(safeUrl("file:///etc/passwd", "null"), null); // the origin of every file is the text "null"
});

test("a cell of text alone draws nothing else", () => {
  const plain = { textClass: "text", url: null, isTextLink: false, badge: null, tooltip: null, shade: null, bar: null };
  assert.deepEqual(cellView({ t: "5", s: 5 }, {}, ORIGIN), { text: "5", ...plain });
});

test("a bar keeps within its track, and its tone colours the bar instead of the text", () => {
  const view = cellView({ t: "7", b: 0.25, tone: "good" }, { mark: 0.5 }, null);
  assert.deepEqual(view.bar, { className: "fill good", width: "25%", mark: "50%" });
  assert.equal(view.textClass, "text");
  assert.equal(cellView({ t: "7", tone: "bad" }, {}, null).textClass, "text bad");
  assert.deepEqual(cellView({ t: "7", b: 1.4 }, { mark: null }, null).bar, {
    className: "fill",
    width: "100%",
    mark: null,
  });
  assert.equal(cellView({ t: "0", b: 0 }, {}, null).bar.width, "0%");
  assert.equal(cellView({ t: "-7", b: -1 }, { mark: 2 }, null).bar.width, "0%");
  assert.equal(cellView({ t: "-7", b: -1 }, { mark: 2 }, null).bar.mark, "100%");
});

test("a text is the link where the payload says so and the address is safe", () => {
  const cell = { t: "Сделка", u: `${ORIGIN}/deal/1/`, ut: true };
  assert.equal(cellView(cell, {}, ORIGIN).isTextLink, true);
  assert.equal(cellView({ ...cell, ut: undefined }, {}, ORIGIN).isTextLink, false);
  assert.equal(cellView({ ...cell, ut: undefined }, {}, ORIGIN).url, cell.u);
  assert.equal(cellView({ ...cell, u: "javascript:alert(1)" }, {}, ORIGIN).isTextLink, false);
});

test("a text that may be cut is repeated in the tooltip, unless the cell has one of its own", () => {
  const long = "Сотрудников Пётр Ильич";
  assert.equal(cellView({ t: long }, {}, null).tooltip, long);
  assert.equal(cellView({ t: long, h: "отдел" }, {}, null).tooltip, "отдел");
  assert.equal(cellView({ t: "Пётр", h: "отдел" }, {}, null).tooltip, "отдел");
  assert.equal(cellView({ t: "a".repeat(18) }, {}, null).tooltip, null);
});

test("a fill is a whole percentage, and none is drawn for zero", () => {
  assert.equal(cellView({ t: "3", sh: 0.256 }, {}, null).shade, "26%");
  assert.equal(cellView({ t: "0", sh: 0 }, {}, null).shade, null);
});

test("a tooltip stands below its row beside the name, and stays in the window", () => {
  const table = { left: 100, width: 800 };
  const size = { width: 300, height: 120 };
  const viewport = { width: 1000, height: 700 };
  const at = (top, left = 0, nameWidth = 200) =>
    tooltipPosition({ top, bottom: top + 32 }, nameWidth, { ...table, left: table.left + left }, size, viewport);
  assert.deepEqual(at(100), { left: 308, top: 136 });
  assert.deepEqual(at(100, 0, 700), { left: 500, top: 136 }); // not beyond the middle of the table
  assert.deepEqual(at(600), { left: 308, top: 476 }); // above where there is no room below
  assert.deepEqual(at(100, 600), { left: 692, top: 136 });
  assert.deepEqual(at(100, -500), { left: 8, top: 136 });
  const low = { width: 1000, height: 150 };
  assert.equal(tooltipPosition({ top: 60, bottom: 92 }, 200, table, size, low).top, 8);
});

// A list: rows that the server has sorted, packed

const PACKED = {
  columns: [{}, {}],
  sort: 1,
  descending: false,
  ordered: "stage false 0",
  packed: {
    ids: ["7", "8"],
    texts: ["Лид", "Новый", "—"],
    cells: [
      [0, 0],
      [1, 2],
    ],
    links: [`${ORIGIN}/crm/lead/details/7/`, null],
    nothing: "—",
  },
};
const UNPACKED = [
  {
    id: "7",
    parent: null,
    pick: null,
    muted: false,
    cells: [{ t: "Лид", u: PACKED.packed.links[0], ut: true }, { t: "Новый" }],
  },
  { id: "8", parent: null, pick: null, muted: false, cells: [{ t: "Лид" }, { t: "—", tone: "quiet" }] },
];

test("a packed list is unpacked into rows, as JSON in UTF-8 or as an object", () => {
  assert.deepEqual(unpack(PACKED).rows, UNPACKED);
  assert.deepEqual(unpack(new TextEncoder().encode(JSON.stringify(PACKED))).rows, UNPACKED);
});

test("a payload of rows is taken as it is", () => {
  const data = payload([row("a", 1)]);
  assert.equal(unpack(data), data);
});

test("rows that the server has sorted keep their order, whatever column is named as sorted", () => {
  const rows = [row("b", 1), row("a", 2), row("c", null)];
  assert.deepEqual(shown(payload(rows, { ordered: "x" })), ["b", "a", "c"]);
});

test("the order of the server is followed, and other rows begin at their top", () => {
  const state = { ...initialState(payload([], { sort: 0 })), top: 300, left: 40 };
  followServer(state, { ordered: "amount true 0", sort: 3, descending: true });
  assert.deepEqual([state.sort, state.descending, state.top, state.left], [3, true, 0, 40]);
  state.top = 120;
  followServer(state, { ordered: "amount true 0", sort: 3, descending: true });
  assert.equal(state.top, 120);
  followServer(state, { ordered: "amount true 100", sort: 3, descending: true });
  assert.equal(state.top, 0);
});

test("a table that sorts itself follows nobody", () => {
  const state = { ...initialState(payload([], { sort: 0 })), top: 300 };
  followServer(state, { ordered: null, sort: 3, descending: true });
  assert.deepEqual([state.sort, state.top], [0, 300]);
});
