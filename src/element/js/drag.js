// Puts an entry of a list somewhere else by a finger, a pen or a mouse.
//
// While it is held nothing is another way in the document: entries are only painted elsewhere, so whoever has made them (wasm,
// or nobody) is not disturbed. By keyboard there are buttons.

const EDGE = 64; // How near to the window's edge the page scrolls, in pixels.
const STEP = 12; // How far at a time.

// Listens in `root` for holds of `[data-drag]` inside of an entry (`li`) until `signal` aborts. Calls back with the entry and its
// new number among all of them, the first of which is 0.
export function dragging(root, dropped, signal) {
  root.addEventListener(
    'pointerdown',
    (event) => {
      const handle = event.target.closest?.('[data-drag]');
      if (!handle || event.button || !event.isPrimary) return;
      event.preventDefault();
      hold(handle, event, dropped);
    },
    { signal },
  );
}

function hold(handle, { pointerId, clientY }, dropped) {
  const entry = handle.closest('li');
  const entries = [...entry.parentElement.children];
  const from = entries.indexOf(entry);
  const boxes = entries.map((one) => one.getBoundingClientRect());
  const height = boxes[from].height;
  const began = scrollY;
  const ended = new AbortController();
  const asides = entries.map(() => 0); // How far each has made room.
  let [to, at, frame] = [from, clientY];

  const paint = () => {
    const moved = at - clientY + scrollY - began;
    const middle = boxes[from].top + height / 2 + moved;
    // How many others have their middle above it.
    to = boxes.filter((box, place) => place != from && box.top + box.height / 2 < middle).length;
    entry.style.transform = `translateY(${moved}px)`;
    entries.forEach((one, place) => {
      const aside = place > from && place <= to ? -height : place < from && place >= to ? height : 0;
      // Most stay where they are.
      if (aside == asides[place]) return;
      asides[place] = aside;
      // For its looks. By what is held they would be found out anew for all of 2,000 whenever one is moved.
      one.setAttribute('data-aside', '');
      one.style.transform = aside ? `translateY(${aside}px)` : '';
    });
  };
  const scroll = () => {
    const way = at < EDGE ? -STEP : at > innerHeight - EDGE ? STEP : 0;
    if (way) {
      scrollBy(0, way);
      paint();
    }
    frame = requestAnimationFrame(scroll);
  };
  const end = (done) => {
    ended.abort();
    cancelAnimationFrame(frame);
    for (const one of entries) {
      one.style.transform = '';
      one.removeAttribute('data-aside');
    }
    entry.removeAttribute('data-held');
    if (done && to != from) dropped(entry, to);
  };

  handle.setPointerCapture(pointerId);
  entry.setAttribute('data-held', '');
  frame = requestAnimationFrame(scroll);
  const on = (target, name, listener) => target.addEventListener(name, listener, { signal: ended.signal });
  on(handle, 'pointermove', (event) => {
    at = event.clientY;
    paint();
  });
  on(handle, 'pointerup', () => end(true));
  on(handle, 'pointercancel', () => end());
  on(window, 'keydown', ({ key }) => key == 'Escape' && end());
}
