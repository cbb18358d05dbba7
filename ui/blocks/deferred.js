// The watcher of a page's slots: reports which of them are near the window, so that their blocks are drawn. A slot whose
// block is not drawn holds a placeholder, which takes the height the block had when it was last seen: nothing jumps.
const MARGIN = 500; // pixels above and below the window that are near
const SOON = 40; // milliseconds until a placeholder that came near is asked for: several come at once
const REST = 300; // milliseconds of rest until a change that asks for nothing is reported
const AGAIN = 10000; // milliseconds after which a placeholder that stays is asked for once more
const SLOT = "st-key-slot_";

const heights = new Map(); // slot's name → pixels, of all pages
let number = 0; // of the report, so that one like the last is one more

const nameOf = (slot) => [...slot.classList].find((name) => name.startsWith(SLOT)).slice(SLOT.length);
const placeholderIn = (slot) => slot.querySelector(".waiting");

function keepHeights(scroller) {
  for (const placeholder of scroller.querySelectorAll(".waiting")) {
    const slot = placeholder.closest(`[class*="${SLOT}"]`);
    const height = slot && heights.get(nameOf(slot));
    if (height) placeholder.style.height = `${height}px`;
  }
}

export default ({ setStateValue }) => {
  const scroller = document.querySelector('[data-testid="stMain"]');
  const slots = new Set();
  const near = new Set();
  let reported = "";
  let asked = new Set(); // the placeholders that the last report asked for
  let askedAt = 0;
  let timer = 0;
  let due = Infinity; // when the timer is up
  let frame = 0;

  const report = (all = false) => {
    due = Infinity;
    const seen = [...(all ? slots : near)].filter((slot) => slot.isConnected);
    const names = seen.map(nameOf).sort();
    const waiting = seen.filter(placeholderIn).map(nameOf);
    const isNew = waiting.some((name) => !asked.has(name)) || performance.now() - askedAt >= AGAIN;
    if (waiting.length ? isNew : names.join() !== reported) {
      [reported, asked, askedAt] = [names.join(), new Set(waiting), performance.now()];
      number += 1;
      setStateValue("near", { names, number });
    }
    if (waiting.length) plan(AGAIN);
  };
  const plan = (delay) => {
    const moment = performance.now() + delay;
    if (delay < REST && due <= moment) return; // a report that is due does not wait for what comes after it
    clearTimeout(timer);
    due = moment;
    timer = setTimeout(() => report(), delay);
  };
  const planSoon = () => plan([...near].some((slot) => placeholderIn(slot) && !asked.has(nameOf(slot))) ? SOON : REST);
  const approach = new IntersectionObserver(
    (entries) => {
      for (const { target, isIntersecting } of entries) isIntersecting ? near.add(target) : near.delete(target);
      planSoon();
    },
    { root: scroller, rootMargin: `${MARGIN}px 0px` },
  );
  const size = new ResizeObserver((entries) => {
    for (const { target, contentRect } of entries)
      if (target.isConnected && contentRect.height && !placeholderIn(target))
        heights.set(nameOf(target), Math.round(contentRect.height));
  });
  const look = () => {
    frame = 0;
    const present = new Set(scroller.querySelectorAll(`[class*="${SLOT}"]`));
    for (const slot of slots) {
      if (present.has(slot)) continue;
      for (const each of [slots, near]) each.delete(slot);
      approach.unobserve(slot);
      size.unobserve(slot);
    }
    for (const slot of present) {
      if (slots.has(slot)) continue;
      slots.add(slot);
      approach.observe(slot);
      size.observe(slot);
    }
    if ([...near].some(placeholderIn)) planSoon();
  };
  const changed = new MutationObserver(() => {
    keepHeights(scroller); // before the browser paints
    frame ||= requestAnimationFrame(look);
  });
  // Printing takes the page as it stands: all of it is drawn first.
  const print = (event) => {
    if (!(event.ctrlKey || event.metaKey) || event.code !== "KeyP" || !scroller.querySelector(".waiting")) return;
    event.preventDefault();
    report(true);
    const wait = () => (scroller.querySelector(".waiting") ? setTimeout(wait, 100) : window.print());
    wait();
  };
  changed.observe(scroller, { childList: true, subtree: true });
  window.addEventListener("keydown", print);
  look();
  return () => {
    clearTimeout(timer);
    cancelAnimationFrame(frame);
    for (const observer of [approach, size, changed]) observer.disconnect();
    window.removeEventListener("keydown", print);
  };
};
