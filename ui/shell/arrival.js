// A block moves as long as those above it are being drawn: it is held in view until it rests or the reader acts.
const PATIENCE = 10000; // milliseconds the page is given to draw it
const REST = 1500; // milliseconds without a move that make it rest
const ACTS = ["wheel", "touchstart", "pointerdown", "keydown"];
let shown = 0; // the last link that was followed

export default ({ data }) => {
  if (data.number === shown) return;
  shown = data.number;
  const start = Date.now();
  let block, top;
  let moved = start;
  let waiting = true;
  const stop = () => {
    waiting = false;
    for (const act of ACTS) window.removeEventListener(act, stop);
  };
  for (const act of ACTS) window.addEventListener(act, stop, { passive: true });
  const look = () => {
    if (!waiting) return;
    const found = document.querySelector(
      `.st-key-block_${CSS.escape(data.block)}, .st-key-cards_${CSS.escape(data.block)}`,
    );
    if (found && found !== block) {
      block = found;
      block.tabIndex = -1;
      block.focus({ preventScroll: true });
      block.classList.add("arrived");
    }
    if (block && block.getBoundingClientRect().top !== top) {
      block.scrollIntoView({ block: "start" });
      top = block.getBoundingClientRect().top;
      moved = Date.now();
    }
    if (Date.now() - (block ? moved : start) > (block ? REST : PATIENCE)) return stop();
    setTimeout(look, 100);
  };
  look();
};
