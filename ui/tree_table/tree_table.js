// The component: draws the view model of a payload and passes on what the reader does to it. Every text goes in by
// textContent, and a link is drawn only to the origin the payload names: names come from a portal where anybody may
// have typed them.
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
  setExpanded,
  sortBy,
  sortIndicator,
  tooltipPosition,
  unpack,
  visibleRows,
} from "./view_model.js";

// By the element a table is mounted in.
const states = new WeakMap(); // what the reader did outlives reruns
const calls = new WeakMap(); // the last call: the payload's text, and how to send the `pick` of a clicked row to Python

const INDENT = 18; // pixels a level
const HOVER_DELAY = 200; // milliseconds before a tooltip shows

function make(tag, className, text) {
  const node = document.createElement(tag);
  if (className) node.className = className;
  if (text !== undefined && text !== null) node.textContent = text;
  return node;
}

function makeBar(bar) {
  const track = make("span", "bar");
  const fill = make("i", bar.className);
  fill.style.width = bar.width;
  track.append(fill);
  if (bar.mark !== null) {
    const tick = make("i", "tick");
    tick.style.left = bar.mark;
    track.append(tick);
  }
  return track;
}

function fillCell(cell, view, openCardLabel) {
  const box = make("div", "box");
  if (view.bar) box.append(makeBar(view.bar));
  const text = make(view.isTextLink ? "a" : "span", view.textClass, view.text);
  box.append(text);
  if (view.url) {
    const link = view.isTextLink ? text : make("a", "card", "↗");
    link.href = view.url;
    link.target = "_blank";
    link.rel = "noopener noreferrer";
    if (!view.isTextLink) {
      link.title = openCardLabel;
      link.setAttribute("aria-label", `${openCardLabel}: ${view.text}`);
      box.append(link);
    }
    for (const kind of ["click", "keydown"]) link.addEventListener(kind, (event) => event.stopPropagation());
  }
  if (view.badge) box.append(make("span", "badge", view.badge));
  if (view.tooltip !== null) cell.title = view.tooltip;
  if (view.shade) {
    cell.classList.add("shaded");
    cell.style.setProperty("--shade", view.shade);
  }
  cell.append(box);
  return box;
}

function makeTooltip(tip) {
  const box = make("div", "tip");
  box.setAttribute("role", "tooltip");
  const table = make("table");
  const head = make("tr");
  for (const text of tip.head) head.append(make("th", null, text));
  table.append(head);
  tip.lines.forEach((texts, index) => {
    const tr = make("tr", tip.strong.includes(index) ? "strong" : null);
    for (const text of texts) tr.append(make("td", null, text));
    table.append(tr);
  });
  box.append(table);
  if (tip.foot) box.append(make("div", "foot", tip.foot));
  return box;
}

// A tooltip is placed in the window, so that the edges of the table do not cut it.
function placeTooltip(box, tr, wrap) {
  const { left, top } = tooltipPosition(
    tr.getBoundingClientRect(),
    tr.cells[0].getBoundingClientRect().width,
    wrap.getBoundingClientRect(),
    box.getBoundingClientRect(),
    { width: window.innerWidth, height: window.innerHeight },
  );
  box.style.left = `${left}px`;
  box.style.top = `${top}px`;
}

/**
 * Entry point, called by Streamlit on every run of the page. A run that changes nothing leaves the table alone.
 *
 * @param {Object} component
 * @param {Uint8Array} component.data a `Payload` of view_model.js as JSON
 * @param {ShadowRoot} component.parentElement
 * @param {(name: "row"|"order", value: string|{column: number, descending: boolean}) => void} component.setTriggerValue
 *   sends the `pick` of a clicked row, or the order a heading asks for, to Python, which finds it as
 *   `st.session_state[key].row` or `.order` and calls `on_row_change` or `on_order_change`
 */
export default function ({ data, parentElement, setTriggerValue }) {
  const text = new TextDecoder().decode(data);
  const isDrawn = calls.get(parentElement)?.text === text;
  calls.set(parentElement, { text, setTriggerValue });
  if (!isDrawn) drawTable(unpack(JSON.parse(text)), parentElement);
}

/**
 * @param {import("./view_model.js").Payload} data
 * @param {ShadowRoot} parentElement
 */
function drawTable(data, parentElement) {
  const root = parentElement.querySelector("#table");
  const state = states.get(parentElement) ?? initialState(data);
  states.set(parentElement, state);
  followServer(state, data);
  const children = groupByParent(data.rows);
  const isTree = data.rows.some((row) => row.parent);
  const table = { children, isTree, picked: new Set(data.picked) };

  function toggle(row, expanded) {
    if (setExpanded(state, children, row.id, expanded)) draw(row.id);
  }

  function pick(row) {
    if (isTarget(data, row)) calls.get(parentElement).setTriggerValue("row", row.pick);
  }

  function headerCell(column, index) {
    const cell = make("th", column.align);
    cell.scope = "col";
    const { ariaSort, arrow } = sortIndicator(state, index);
    cell.setAttribute("aria-sort", ariaSort);
    const button = make("button", "sort");
    button.append(make("span", null, column.label), make("span", "arrow", arrow));
    if (column.help) button.title = column.help;
    const sort = (descending) => {
      sortBy(state, index, descending);
      if (data.ordered) calls.get(parentElement).setTriggerValue("order", { column: index, descending });
      draw();
      root.querySelectorAll("button.sort")[index].focus({ preventScroll: true });
    };
    button.addEventListener("click", () => sort(descendingOnClick(state, index, column)));
    button.addEventListener("keydown", (event) => {
      const action = headingKeyAction(event.key, index, data.columns.length);
      if (!action) return;
      if ("focus" in action) root.querySelectorAll("button.sort")[action.focus].focus();
      else sort(action.descending);
      event.preventDefault();
    });
    cell.append(button);
    return cell;
  }

  function onRowKey(event, row) {
    const lines = [...root.querySelectorAll("tbody tr")];
    const action = rowKeyAction(event.key, lines.indexOf(event.currentTarget), lines.length);
    if (!action) return;
    if ("focus" in action) lines[action.focus].focus();
    else if ("expand" in action) toggle(row, action.expand);
    else if (isTarget(data, row)) pick(row);
    else event.currentTarget.querySelector("a")?.click();
    event.preventDefault();
  }

  function expandButton(row) {
    const expanded = state.open.has(row.id);
    const button = make("button", "toggle", expanded ? "−" : "+");
    button.tabIndex = -1; // by keyboard the row itself is expanded
    button.setAttribute("aria-label", expanded ? data.words.collapse : data.words.expand);
    button.addEventListener("click", (event) => {
      event.stopPropagation();
      toggle(row, !state.open.has(row.id));
    });
    return button;
  }

  function addTooltip(tr, row) {
    let timer = null;
    const hide = () => {
      clearTimeout(timer);
      root.querySelector(".tip")?.remove();
      tr.removeAttribute("aria-describedby");
    };
    const show = () => {
      hide();
      const box = makeTooltip(row.tip);
      box.id = "tip";
      tr.setAttribute("aria-describedby", box.id);
      root.append(box);
      placeTooltip(box, tr, root.querySelector(".wrap"));
    };
    tr.addEventListener("mouseenter", () => {
      clearTimeout(timer);
      timer = setTimeout(show, HOVER_DELAY);
    });
    tr.addEventListener("focus", () => tr.matches(":focus-visible") && show());
    for (const kind of ["mouseleave", "blur", "mousedown"]) tr.addEventListener(kind, hide);
    tr.addEventListener("keydown", (event) => event.key === "Escape" && hide());
  }

  function bodyRow(item, index) {
    const { row, level } = item;
    const { classes, aria } = rowAttributes(data, table, state, item);
    const tr = make("tr", classes.join(" "));
    tr.dataset.id = row.id;
    tr.tabIndex = index === 0 ? 0 : -1;
    for (const [name, value] of Object.entries(aria)) tr.setAttribute(name, value);
    row.cells.forEach((value, place) => {
      const column = data.columns[place];
      const cell = make("td", column.align);
      const box = fillCell(cell, cellView(value, column, data.origin), data.words.open_card);
      if (place === 0 && isTree) {
        box.style.paddingInlineStart = `${level * INDENT}px`;
        box.prepend(children.has(row.id) ? expandButton(row) : make("span", "gap"));
      }
      tr.append(cell);
    });
    if (isTarget(data, row)) tr.addEventListener("click", () => pick(row));
    if (row.tip) addTooltip(tr, row);
    tr.addEventListener("keydown", (event) => event.target === tr && onRowKey(event, row));
    tr.addEventListener("focus", () => {
      for (const other of root.querySelectorAll("tbody tr[tabindex='0']")) other.tabIndex = -1;
      tr.tabIndex = 0;
      state.row = row.id;
    });
    return tr;
  }

  function totalRow() {
    const tr = make("tr");
    data.total.forEach((value, place) => {
      const column = data.columns[place];
      const cell = make("td", column.align);
      const box = fillCell(cell, cellView(value, column, null), null);
      if (place === 0 && isTree) box.prepend(make("span", "gap"));
      tr.append(cell);
    });
    return tr;
  }

  function toolbar() {
    const bar = make("div", "tools");
    const addButton = (text, act) => {
      const button = make("button", "tool", text);
      button.addEventListener("click", () => {
        act();
        draw();
      });
      bar.append(button);
    };
    if (isTree) {
      addButton(data.words.expand_all, () => expandAll(state, children, data.rows));
      addButton(data.words.collapse_all, () => state.open.clear());
    }
    if ((children.get("") ?? []).length > data.first) {
      addButton(state.all ? data.words.show_first : data.words.show_all, () => {
        state.all = !state.all;
      });
    }
    return bar;
  }

  function draw(focusedId) {
    const wrap = make("div", "wrap");
    wrap.style.maxHeight = `${data.height}px`;
    const grid = make("table");
    grid.setAttribute("role", isTree ? "treegrid" : "grid");
    grid.setAttribute("aria-label", data.label);
    const head = make("thead");
    const headRow = make("tr");
    headRow.append(...data.columns.map(headerCell));
    head.append(headRow);
    const body = make("tbody");
    visibleRows(data, children, state).forEach((item, index) => {
      body.append(bodyRow(item, index));
    });
    grid.append(head, body);
    if (data.total) {
      const foot = make("tfoot");
      foot.append(totalRow());
      grid.append(foot);
    }
    wrap.append(grid);
    const bar = toolbar();
    root.replaceChildren(wrap, ...(bar.childElementCount ? [bar] : []));
    wrap.scrollTop = state.top;
    wrap.scrollLeft = state.left;
    wrap.addEventListener("scroll", () => {
      state.top = wrap.scrollTop;
      state.left = wrap.scrollLeft;
      root.querySelector(".tip")?.remove();
    });
    const target = focusedId && [...body.children].find((tr) => tr.dataset.id === focusedId);
    if (target) target.focus();
  }

  const active = root.getRootNode().activeElement ?? null;
  const heading = [...root.querySelectorAll("button.sort")].indexOf(active);
  draw(root.contains(active) && active?.tagName === "TR" ? state.row : undefined);
  if (heading >= 0) root.querySelectorAll("button.sort")[heading]?.focus({ preventScroll: true });
}
