// What a table shows, from its payload and from what the reader did to it; nothing in here touches the page.

/**
 * The payload of one table, `data` of the component as JSON; `payload` in __init__.py builds it.
 *
 * @typedef {Object} Payload
 * @property {string} label name of the table for screen readers
 * @property {Column[]} columns
 * @property {Row[]} rows parents and children in one list, in the order that stands until the reader sorts
 * @property {?Cell[]} total cells of the last row, one a column; it is never sorted, cut or picked
 * @property {string[]} picked the `pick` of the rows the report is filtered by
 * @property {?number} sort index of the column the table opens sorted by; null keeps the order of `rows`
 * @property {boolean} descending direction the table opens sorted in
 * @property {string[]} open ids of the rows that open expanded
 * @property {boolean} children_in_order children keep the order of `rows` until the reader sorts
 * @property {?string} origin the one origin that cells may link to; null draws no link
 * @property {number} height most pixels the table takes before it scrolls
 * @property {number} first number of rows without a parent that are shown until the reader asks for all
 * @property {?string} ordered what stands for the order and the place of rows that the server has sorted: a heading
 *   then asks for another order; null lets the table sort the rows itself
 * @property {boolean} clickable rows with a `pick` can be clicked
 * @property {string} language language tag that texts are sorted by
 * @property {Labels} words labels of the buttons in that language
 */

/**
 * The rows of a list, a text once, however many rows it stands in; takes the place of `rows` in a payload.
 *
 * @typedef {Object} Packed
 * @property {string[]} ids ids of the rows
 * @property {string[]} texts
 * @property {number[][]} cells for each column, the index of the text in each row
 * @property {(string|null)[]} links for each row, the address the text of its first cell links to
 * @property {string} nothing text of a cell without a value, which is drawn quietly
 */

/**
 * @typedef {Object} Column
 * @property {string} label heading
 * @property {string} help tooltip of the heading; empty for none
 * @property {"start"|"end"|"wide"} align "end" for figures, "wide" for text that may break
 * @property {?number} mark 0 … 1: where a line crosses the bars of the column
 */

/**
 * @typedef {Object} Row
 * @property {string} id unique in the table and never empty
 * @property {?string} parent id of the row it is a child of; null on the top level
 * @property {?string} pick value sent back to Python when the row is clicked; null makes it no target
 * @property {boolean} muted drawn pale
 * @property {Cell[]} cells one a column
 * @property {Tooltip} [tip]
 */

/**
 * The names are short because a table has thousands of cells; a property without a value is left out.
 *
 * @typedef {Object} Cell
 * @property {string} t text
 * @property {number|string} [s] value the cell is sorted by
 * @property {number} [b] 0 … 1: length of the bar
 * @property {"good"|"bad"|"quiet"} [tone] colour of the bar, or of the text where there is no bar
 * @property {string} [h] tooltip
 * @property {string} [u] address of a link beside the text
 * @property {boolean} [ut] the text itself is the link
 * @property {number} [sh] 0 … 1: strength of the fill
 * @property {string} [bg] badge behind the text
 */

/**
 * A small table beside a row that is pointed at or focused.
 *
 * @typedef {Object} Tooltip
 * @property {string[]} head headings
 * @property {string[][]} lines texts, one a heading
 * @property {number[]} strong indexes of the lines that are emphasised
 * @property {string} foot line below; empty for none
 */

/**
 * @typedef {Object} Labels
 * @property {string} expand
 * @property {string} collapse
 * @property {string} expand_all
 * @property {string} collapse_all
 * @property {string} show_all
 * @property {string} show_first
 * @property {string} open_card
 */

/**
 * What the reader did to one table.
 *
 * @typedef {Object} State
 * @property {Set<string>} open ids of expanded rows
 * @property {?number} sort index of the sorted column
 * @property {boolean} descending
 * @property {boolean} touched the reader has sorted
 * @property {boolean} all shows more than the first rows
 * @property {?string} row id of the row that was focused last
 * @property {number} top scrolled pixels
 * @property {number} left scrolled pixels
 * @property {?string} ordered `ordered` of the payload that was drawn last
 */

const LONGEST_UNCUT = 18; // letters that surely fit their column; longer texts are repeated in a tooltip
const GAP = 8; // pixels between a tooltip and what it stands beside
const DEEPEST = 3; // levels that have a style of their own

/** @returns {State} state of a table that nobody has touched */
export function initialState({ open, sort, descending }) {
  return {
    open: new Set(open),
    sort,
    descending,
    touched: false,
    all: false,
    row: null,
    top: 0,
    left: 0,
    ordered: null,
  };
}

/** @returns {Payload} payload of what Streamlit passes on: JSON in UTF-8 or an object, its rows packed or not */
export function unpack(received) {
  const data = received instanceof Uint8Array ? JSON.parse(new TextDecoder().decode(received)) : received;
  if (!data.packed) return data;
  const { ids, texts, cells, links, nothing } = data.packed;
  const rows = ids.map((id, place) => ({
    id,
    parent: null,
    pick: null,
    muted: false,
    cells: cells.map((indexes, column) => {
      const text = texts[indexes[place]];
      const cell = text === nothing ? { t: text, tone: "quiet" } : { t: text };
      return column === 0 && links[place] ? { ...cell, u: links[place], ut: true } : cell;
    }),
  }));
  return { ...data, rows };
}

/** Show the order the server has sorted by, and begin other rows than before at their top */
export function followServer(state, { ordered, sort, descending }) {
  if (!ordered) return;
  if (state.ordered !== ordered) state.top = 0;
  Object.assign(state, { ordered, sort, descending });
}

/** @returns {Map<string, Row[]>} children by the id of their parent, rows of the top level under "" */
export function groupByParent(rows) {
  const children = new Map();
  for (const row of rows) {
    const parent = row.parent ?? "";
    if (!children.has(parent)) children.set(parent, []);
    children.get(parent).push(row);
  }
  return children;
}

/**
 * Order of rows by the sorted column: texts as the language sorts them, numbers in them by value. Cells without a value
 * come last in either direction.
 */
export function rowComparator({ sort, descending }, language) {
  const collator = new Intl.Collator(language, { numeric: true });
  return (a, b) => {
    const x = a.cells[sort]?.s ?? null;
    const y = b.cells[sort]?.s ?? null;
    if (x === null || y === null) return (x === null) - (y === null);
    const order = typeof x === "string" ? collator.compare(x, String(y)) : x - y;
    return descending ? -order : order;
  };
}

/** @returns {{row: Row, level: number}[]} rows on the screen from top to bottom; the top level is 0 */
export function visibleRows(payload, children, state) {
  const compare = rowComparator(state, payload.language);
  const visible = [];
  const walk = (parent, level) => {
    let rows = [...(children.get(parent) ?? [])];
    // Children such as months keep the order of time until the reader asks for another.
    const sorted = level === 0 || state.touched || !payload.children_in_order;
    if (state.sort !== null && sorted && !payload.ordered) rows.sort(compare);
    if (level === 0 && !state.all) rows = rows.slice(0, payload.first);
    for (const row of rows) {
      visible.push({ row, level });
      if (state.open.has(row.id)) walk(row.id, level + 1);
    }
  };
  walk("", 0);
  return visible;
}

/** Expand or collapse a row; @returns {boolean} whether that changes the state */
export function setExpanded(state, children, id, expanded) {
  if (!children.has(id) || expanded === state.open.has(id)) return false;
  if (expanded) state.open.add(id);
  else state.open.delete(id);
  return true;
}

/** Expand every row that has children */
export function expandAll(state, children, rows) {
  for (const { id } of rows) if (children.has(id)) state.open.add(id);
}

/** Sort as the reader asked for */
export function sortBy(state, column, descending) {
  Object.assign(state, { sort: column, descending, touched: true });
}

/** @returns {boolean} direction a click on a heading sorts in: figures start with the largest, texts with "A" */
export function descendingOnClick(state, index, column) {
  return state.sort === index ? !state.descending : column.align === "end";
}

/** @returns {{ariaSort: string, arrow: string}} how a heading shows the direction it is sorted in */
export function sortIndicator(state, index) {
  if (state.sort !== index) return { ariaSort: "none", arrow: "" };
  return state.descending ? { ariaSort: "descending", arrow: "↓" } : { ariaSort: "ascending", arrow: "↑" };
}

/** @returns {?({focus: number}|{descending: boolean})} what a key does on the heading `index` of `count` */
export function headingKeyAction(key, index, count) {
  const next = { ArrowLeft: index - 1, ArrowRight: index + 1 }[key];
  if (next !== undefined) return next >= 0 && next < count ? { focus: next } : null;
  if (key === "ArrowDown") return { descending: true };
  if (key === "ArrowUp") return { descending: false };
  return null;
}

/** @returns {?({focus: number}|{expand: boolean}|{pick: true})} what a key does on the row `index` of `count` */
export function rowKeyAction(key, index, count) {
  const next = { ArrowDown: index + 1, ArrowUp: index - 1, Home: 0, End: count - 1 }[key];
  if (next !== undefined) return { focus: clamp(next, 0, count - 1) };
  if (key === "ArrowRight") return { expand: true };
  if (key === "ArrowLeft") return { expand: false };
  if (key === "Enter" || key === " ") return { pick: true };
  return null;
}

/** @returns {boolean} whether a click on a row is sent to Python */
export function isTarget(payload, row) {
  return payload.clickable && row.pick !== null;
}

/**
 * @param {{children: Map<string, Row[]>, isTree: boolean, picked: Set<string>}} table
 * @returns {{classes: string[], aria: Object<string, string>}} classes and ARIA attributes of a row
 */
export function rowAttributes(payload, table, state, { row, level }) {
  const isPicked = row.pick !== null && table.picked.has(row.pick);
  const classes = [`level${Math.min(level, DEEPEST)}`];
  if (isPicked) classes.push("picked");
  else if (row.muted) classes.push("muted");
  if (isTarget(payload, row)) classes.push("clickable");
  const aria = {};
  if (table.isTree) aria["aria-level"] = String(level + 1);
  if (table.children.has(row.id)) aria["aria-expanded"] = String(state.open.has(row.id));
  if (payload.clickable) aria["aria-selected"] = String(isPicked);
  return { classes, aria };
}

/** @returns {?string} the address if it leads to that origin by http(s): anybody may have typed it in the portal */
export function safeUrl(url, origin) {
  if (!url || !origin) return null;
  try {
    const parsed = new URL(url);
    const isWeb = parsed.protocol === "https:" || parsed.protocol === "http:";
    return isWeb && parsed.origin === origin ? parsed.href : null;
  } catch {
    return null;
  }
}

/**
 * A cell as it is drawn; what is null is not drawn, lengths are CSS percentages.
 *
 * @returns {{
 *   text: string, textClass: string, url: ?string, isTextLink: boolean, badge: ?string, tooltip: ?string,
 *   shade: ?string, bar: ?{className: string, width: string, mark: ?string},
 * }}
 */
export function cellView(cell, column, origin) {
  const hasBar = isPresent(cell.b);
  const url = safeUrl(cell.u, origin);
  return {
    text: cell.t,
    textClass: withTone("text", hasBar ? null : cell.tone),
    url,
    isTextLink: url !== null && Boolean(cell.ut),
    badge: cell.bg || null,
    tooltip: cell.h || cell.t?.length > LONGEST_UNCUT ? (cell.h ?? cell.t) : null,
    shade: cell.sh ? `${Math.round(cell.sh * 100)}%` : null,
    bar: hasBar
      ? {
          className: withTone("fill", cell.tone),
          width: percentage(cell.b),
          mark: isPresent(column.mark) ? percentage(column.mark) : null,
        }
      : null,
  };
}

/**
 * Place of a tooltip in the window: below its row where there is room, right of the first cell, never beyond an edge.
 *
 * @param {{top: number, bottom: number}} row rectangle of the row
 * @param {number} nameWidth width of its first cell
 * @param {{left: number, width: number}} table rectangle of the table as far as it is seen
 * @param {{width: number, height: number}} size of the tooltip
 * @param {{width: number, height: number}} viewport size of the window
 * @returns {{left: number, top: number}} pixels
 */
export function tooltipPosition(row, nameWidth, table, size, viewport) {
  const left = table.left + Math.min(nameWidth + GAP, table.width / 2);
  const below = row.bottom + GAP / 2;
  const above = row.top - size.height - GAP / 2;
  return {
    left: Math.max(GAP, Math.min(left, viewport.width - size.width - GAP)),
    top: Math.max(GAP, below + size.height > viewport.height ? above : below),
  };
}

function clamp(value, least, most) {
  return Math.max(least, Math.min(most, value));
}

function percentage(part) {
  return `${clamp(part * 100, 0, 100)}%`;
}

function isPresent(value) {
  return value !== undefined && value !== null;
}

function withTone(className, tone) {
  return tone ? `${className} ${tone}` : className;
}
