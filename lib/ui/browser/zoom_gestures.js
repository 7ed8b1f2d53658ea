// What changes the look: the wheel, fingers, a double click, keys. A view has its `look`, the
// `panes` it is for, and `looked`, which is told of each change.

const WHEEL_ZOOM = 0.0016;
const PINCH_ZOOM = 0.012; // a trackpad's pinch is a wheel with Ctrl, in smaller steps
const LINE_PX = 16;
const PAN_KEYS = { ArrowLeft: [1, 0], ArrowRight: [-1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1] };

function look(view, changed) {
  view.look = changed;
  view.looked();
}

function lookAtAll(view) {
  look(view, newLook());
}

/** From the whole picture to its pixels, and back. */
function toggleWhole(view, pane, left = 0, top = 0) {
  const isWhole = percentOf(pane, view.look) === 100;
  const factor = (isWhole ? 1 : wholeZoom(pane)) / view.look.zoom;
  look(view, zoomedLook(pane, view.look, factor, left, top));
}

function watchGestures(view, pane) {
  const { frame } = pane;
  frame.addEventListener("wheel", (event) => onWheel(view, pane, event), { passive: false });
  frame.addEventListener("pointerdown", (event) => onFinger(pane, event));
  frame.addEventListener("pointermove", (event) => onFingerMoved(view, pane, event));
  for (const end of ["pointerup", "pointercancel"])
    frame.addEventListener(end, (event) => pane.fingers.delete(event.pointerId));
  frame.addEventListener("dblclick", (event) => toggleWhole(view, pane, ...fromMiddle(pane, event)));
}

/** Where a pointer is, from the middle of the pane. */
function fromMiddle(pane, event) {
  const box = pane.frame.getBoundingClientRect();
  return [event.clientX - box.left - box.width / 2, event.clientY - box.top - box.height / 2];
}

function onWheel(view, pane, event) {
  event.preventDefault();
  const lines = event.deltaMode === WheelEvent.DOM_DELTA_LINE ? LINE_PX : 1;
  const factor = Math.exp(-event.deltaY * lines * (event.ctrlKey ? PINCH_ZOOM : WHEEL_ZOOM));
  look(view, zoomedLook(pane, view.look, factor, ...fromMiddle(pane, event)));
}

function onFinger(pane, event) {
  if (event.button !== 0) return;
  pane.frame.setPointerCapture(event.pointerId);
  pane.fingers.set(event.pointerId, fromMiddle(pane, event));
}

/** One finger moves the picture, two also stretch it. */
function onFingerMoved(view, pane, event) {
  if (!pane.fingers.has(event.pointerId)) return;
  const before = spanOf(pane.fingers);
  pane.fingers.set(event.pointerId, fromMiddle(pane, event));
  const now = spanOf(pane.fingers);
  const moved = movedLook(pane, view.look, now.left - before.left, now.top - before.top);
  const stretch = before.width && now.width ? now.width / before.width : 1;
  look(view, zoomedLook(pane, moved, stretch, now.left, now.top));
}

/** The middle of all fingers, and how far apart the first two are. */
function spanOf(fingers) {
  const all = [...fingers.values()];
  const middle = (axis) => all.reduce((sum, one) => sum + one[axis], 0) / all.length;
  const width = all[1] ? Math.hypot(all[0][0] - all[1][0], all[0][1] - all[1][1]) : 0;
  return { left: middle(0), top: middle(1), width };
}

/** Do what a key says about the look; false for any other key. */
function onLookKey(view, pane, event) {
  if (event.ctrlKey || event.metaKey || event.altKey) return false;
  const pan = event.shiftKey && PAN_KEYS[event.key];
  if (pan) {
    const size = [pane.frame.clientWidth, pane.frame.clientHeight];
    const step = pan.map((way, axis) => way * size[axis] * PAN_STEP);
    look(view, movedLook(pane, view.look, ...step));
  } else if (event.key === "+" || event.key === "=") {
    look(view, zoomedLook(pane, view.look, ZOOM_STEP));
  } else if (event.key === "-" || event.key === "_") {
    look(view, zoomedLook(pane, view.look, 1 / ZOOM_STEP));
  } else if (event.key === "0") {
    lookAtAll(view);
  } else if (event.key.toLowerCase() === "z") {
    toggleWhole(view, pane);
  } else {
    return false;
  }
  return true;
}
