// A table or a tree of rows: expands, sorts and scrolls in the browser; a click on a row is told to Python.
// Every text goes in by textContent, and a link is drawn only to the origin that the page names: names come from a
// portal where anybody may have typed them.

const memory = new WeakMap(); // what the reader did to one table: it outlives reruns

const CUT = 18; // letters that surely fit their column; longer texts are told whole under the pointer

function make(tag, className, text) {
  const node = document.createElement(tag);
  if (className) node.className = className;
  if (text !== undefined && text !== null) node.textContent = text;
  return node;
}

function safeUrl(url, origin) {
  if (!url || !origin) return null;
  try {
    const parsed = new URL(url);
    const web = parsed.protocol === "https:" || parsed.protocol === "http:";
    return web && parsed.origin === origin ? parsed.href : null;
  } catch {
    return null;
  }
}

function families(rows) {
  const kids = new Map();
  for (const row of rows) {
    const parent = row.parent ?? "";
    if (!kids.has(parent)) kids.set(parent, []);
    kids.get(parent).push(row);
  }
  return kids;
}

function comparison(state, language) {
  const collator = new Intl.Collator(language, { numeric: true });
  return (a, b) => {
    const x = a.cells[state.sort]?.s ?? null;
    const y = b.cells[state.sort]?.s ?? null;
    if (x === null || y === null) return (x === null) - (y === null); // what has no figure stands last either way
    const order = typeof x === "string" ? collator.compare(x, String(y)) : x - y;
    return state.descending ? -order : order;
  };
}

function fillCell(cell, value, column, origin, openCard) {
  const box = make("div", "box");
  if (value.b !== undefined && value.b !== null) {
    const track = make("span", "bar");
    const fill = make("i", value.tone ? "fill " + value.tone : "fill");
    fill.style.width = Math.max(0, Math.min(100, value.b * 100)) + "%";
    track.append(fill);
    if (column.mark !== undefined && column.mark !== null) {
      const tick = make("i", "tick");
      tick.style.left = Math.max(0, Math.min(100, column.mark * 100)) + "%";
      track.append(tick);
    }
    box.append(track);
  }
  const url = safeUrl(value.u, origin);
  const tone = value.tone && value.b === undefined ? "text " + value.tone : "text";
  const text = make(url && value.ut ? "a" : "span", tone, value.t);
  box.append(text);
  if (url) {
    const link = value.ut ? text : make("a", "card", "↗");
    link.href = url;
    link.target = "_blank";
    link.rel = "noopener noreferrer";
    if (!value.ut) {
      link.title = openCard;
      link.setAttribute("aria-label", openCard + ": " + value.t);
      box.append(link);
    }
    for (const kind of ["click", "keydown"]) link.addEventListener(kind, (event) => event.stopPropagation());
  }
  if (value.bg) box.append(make("span", "badge", value.bg));
  if (value.h || value.t?.length > CUT) cell.title = value.h ?? value.t;
  if (value.sh) {
    cell.classList.add("shaded");
    cell.style.setProperty("--shade", Math.round(value.sh * 100) + "%");
  }
  cell.append(box);
  return box;
}

// The small table beside a row. It stands in the window, so that the table's own edges do not cut it.
function tipOf(told) {
  const box = make("div", "tip");
  box.setAttribute("role", "tooltip");
  const table = make("table"), head = make("tr");
  told.head.forEach((text) => head.append(make("th", null, text)));
  table.append(head);
  told.lines.forEach((texts, place) => {
    const tr = make("tr", told.strong.includes(place) ? "strong" : null);
    texts.forEach((text) => tr.append(make("td", null, text)));
    table.append(tr);
  });
  box.append(table);
  if (told.foot) box.append(make("div", "foot", told.foot));
  return box;
}

function besides(box, row, wrap) {
  const line = row.getBoundingClientRect(), edge = wrap.getBoundingClientRect(), size = box.getBoundingClientRect();
  const left = edge.left + Math.min(row.cells[0].getBoundingClientRect().width + 8, edge.width / 2);
  box.style.left = Math.max(8, Math.min(left, window.innerWidth - size.width - 8)) + "px";
  const below = line.bottom + 4, above = line.top - size.height - 4;
  box.style.top = Math.max(8, below + size.height > window.innerHeight ? above : below) + "px";
}

export default function ({ data, parentElement, setTriggerValue }) {
  const root = parentElement.querySelector("#table");
  const state = memory.get(parentElement) ?? {
    open: new Set(data.open), sort: data.sort, descending: data.descending, all: false, row: null, top: 0, left: 0,
  };
  memory.set(parentElement, state);
  const kids = families(data.rows);
  const isTree = data.rows.some((row) => row.parent);
  const picked = new Set(data.picked);

  function visible() {
    const compare = comparison(state, data.language);
    const found = [];
    const walk = (parent, level) => {
      let rows = [...(kids.get(parent) ?? [])];
      // Months behind a plus stand in the order of time until the reader asks for another.
      if (state.sort !== null && (level === 0 || state.touched || !data.children_in_order)) rows.sort(compare);
      if (level === 0 && !state.all) rows = rows.slice(0, data.first);
      for (const row of rows) {
        found.push({ row, level });
        if (state.open.has(row.id)) walk(row.id, level + 1);
      }
    };
    walk("", 0);
    return found;
  }

  function toggle(row, open) {
    if (!kids.has(row.id) || open === state.open.has(row.id)) return;
    if (state.open.has(row.id)) state.open.delete(row.id);
    else state.open.add(row.id);
    draw(row.id);
  }

  function pick(row) {
    if (data.clickable && row.pick !== null) setTriggerValue("row", row.pick);
  }

  function headerCell(column, index) {
    const cell = make("th", column.align);
    cell.scope = "col";
    const sorted = state.sort === index;
    cell.setAttribute("aria-sort", !sorted ? "none" : state.descending ? "descending" : "ascending");
    const button = make("button", "sort");
    button.append(make("span", null, column.label), make("span", "arrow", sorted ? (state.descending ? "↓" : "↑") : ""));
    if (column.help) button.title = column.help;
    const sortBy = (descending) => {
      Object.assign(state, { sort: index, descending, touched: true });
      draw();
      root.querySelectorAll("button.sort")[index].focus();
    };
    const first = column.align === "end"; // figures open with the largest, names with the first letter
    button.addEventListener("click", () => sortBy(sorted ? !state.descending : first));
    button.addEventListener("keydown", (event) => {
      const buttons = [...root.querySelectorAll("button.sort")];
      const next = { ArrowLeft: index - 1, ArrowRight: index + 1 }[event.key];
      if (next !== undefined && buttons[next]) buttons[next].focus();
      else if (event.key === "ArrowDown") sortBy(true);
      else if (event.key === "ArrowUp") sortBy(false);
      else return;
      event.preventDefault();
    });
    cell.append(button);
    return cell;
  }

  function onRowKey(event, row) {
    const lines = [...root.querySelectorAll("tbody tr")];
    const at = lines.indexOf(event.currentTarget);
    const to = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: lines.length - 1 }[event.key];
    if (to !== undefined) lines[Math.max(0, Math.min(lines.length - 1, to))].focus();
    else if (event.key === "ArrowRight") toggle(row, true);
    else if (event.key === "ArrowLeft") toggle(row, false);
    else if (event.key === "Enter" || event.key === " ") pick(row);
    else return;
    event.preventDefault();
  }

  function opener(row) {
    const button = make("button", "toggle", state.open.has(row.id) ? "−" : "+");
    button.tabIndex = -1; // the row itself is the keyboard's way
    button.setAttribute("aria-label", state.open.has(row.id) ? data.words.collapse : data.words.expand);
    button.addEventListener("click", (event) => {
      event.stopPropagation();
      toggle(row, !state.open.has(row.id));
    });
    return button;
  }

  function tipFor(tr, row) {
    let waiting = null;
    const hide = () => {
      clearTimeout(waiting);
      root.querySelector(".tip")?.remove();
      tr.removeAttribute("aria-describedby");
    };
    const show = () => {
      hide();
      const box = tipOf(row.tip);
      box.id = "tip";
      tr.setAttribute("aria-describedby", box.id);
      root.append(box);
      besides(box, tr, root.querySelector(".wrap"));
    };
    tr.addEventListener("mouseenter", () => { clearTimeout(waiting); waiting = setTimeout(show, 200); });
    tr.addEventListener("focus", () => tr.matches(":focus-visible") && show());
    for (const kind of ["mouseleave", "blur", "mousedown"]) tr.addEventListener(kind, hide);
    tr.addEventListener("keydown", (event) => event.key === "Escape" && hide());
  }

  function line({ row, level }, index) {
    const tr = make("tr", "level" + Math.min(level, 3));
    tr.dataset.id = row.id;
    const isPicked = row.pick !== null && picked.has(row.pick);
    if (isPicked) tr.classList.add("picked");
    else if (row.muted) tr.classList.add("muted");
    tr.tabIndex = index === 0 ? 0 : -1;
    if (isTree) tr.setAttribute("aria-level", level + 1);
    if (kids.has(row.id)) tr.setAttribute("aria-expanded", state.open.has(row.id));
    if (data.clickable) tr.setAttribute("aria-selected", isPicked);
    row.cells.forEach((value, column) => {
      const cell = make("td", data.columns[column].align);
      const box = fillCell(cell, value, data.columns[column], data.origin, data.words.open_card);
      if (column === 0 && isTree) {
        box.style.paddingInlineStart = level * 18 + "px";
        box.prepend(kids.has(row.id) ? opener(row) : make("span", "gap"));
      }
      tr.append(cell);
    });
    if (data.clickable && row.pick !== null) {
      tr.classList.add("clickable");
      tr.addEventListener("click", () => pick(row));
    }
    if (row.tip) tipFor(tr, row);
    tr.addEventListener("keydown", (event) => event.target === tr && onRowKey(event, row));
    tr.addEventListener("focus", () => {
      root.querySelectorAll("tbody tr[tabindex='0']").forEach((other) => (other.tabIndex = -1));
      tr.tabIndex = 0;
      state.row = row.id;
    });
    return tr;
  }

  function tools(total) {
    const bar = make("div", "tools");
    const button = (text, act) => {
      const node = make("button", "tool", text);
      node.addEventListener("click", act);
      bar.append(node);
    };
    if (isTree) {
      button(data.words.expand_all, () => { data.rows.forEach((row) => kids.has(row.id) && state.open.add(row.id)); draw(); });
      button(data.words.collapse_all, () => { state.open.clear(); draw(); });
    }
    if (total > data.first) button(state.all ? data.words.show_first : data.words.show_all, () => { state.all = !state.all; draw(); });
    return bar;
  }

  function draw(focusRow) {
    const wrap = make("div", "wrap");
    wrap.style.maxHeight = data.height + "px";
    const table = make("table");
    table.setAttribute("role", isTree ? "treegrid" : "grid");
    table.setAttribute("aria-label", data.label);
    const head = make("thead"), headRow = make("tr");
    data.columns.forEach((column, index) => headRow.append(headerCell(column, index)));
    head.append(headRow);
    const body = make("tbody");
    const rows = visible();
    rows.forEach((item, index) => body.append(line(item, index)));
    table.append(head, body);
    if (data.total) {
      const foot = make("tfoot"), tr = make("tr");
      data.total.forEach((value, column) => {
        const cell = make("td", data.columns[column].align);
        const box = fillCell(cell, value, data.columns[column], null, null);
        if (column === 0 && isTree) box.prepend(make("span", "gap"));
        tr.append(cell);
      });
      foot.append(tr);
      table.append(foot);
    }
    wrap.append(table);
    const bar = tools((kids.get("") ?? []).length);
    root.replaceChildren(wrap, ...(bar.childElementCount ? [bar] : []));
    wrap.scrollTop = state.top;
    wrap.scrollLeft = state.left;
    wrap.addEventListener("scroll", () => {
      state.top = wrap.scrollTop;
      state.left = wrap.scrollLeft;
      root.querySelector(".tip")?.remove();
    });
    const target = focusRow && [...body.children].find((tr) => tr.dataset.id === focusRow);
    if (target) target.focus();
  }

  const hadFocus = root.contains((root.getRootNode().activeElement ?? null)) && root.getRootNode().activeElement?.tagName === "TR";
  draw(hadFocus ? state.row : undefined);
}
