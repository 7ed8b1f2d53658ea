// The keys of the comparison, and its slider.

const DIVIDER_STEP = 2;
const MODE_KEYS = { s: "side", d: "slider", f: "flicker" };

function onCompareKey(view, event) {
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  const isHandled =
    onLookKey(view, view.panes[0], event) ||
    onModeKey(view, event) ||
    (view.mode === "slider" && onDividerKey(view, event)) ||
    (view.mode === "flicker" && onFlickerKey(view, event));
  if (!isHandled) return;
  event.preventDefault();
  event.stopPropagation();
}

function onModeKey(view, event) {
  const mode = MODE_KEYS[event.key.toLowerCase()];
  if (mode) chooseMode(view, mode);
  return Boolean(mode);
}

function onDividerKey(view, event) {
  const steps = { ArrowLeft: -DIVIDER_STEP, ArrowRight: DIVIDER_STEP, Home: -100, End: 100 };
  if (!(event.key in steps)) return false;
  divideAt(view, view.divider + steps[event.key]);
  return true;
}

function onFlickerKey(view, event) {
  const number = Number(event.key);
  if (event.key === " " || event.key === "ArrowRight") showOnly(view, view.shown + 1);
  else if (event.key === "ArrowLeft") showOnly(view, view.shown - 1);
  else if (event.key.toLowerCase() === "p") play(view, !view.timer);
  else if (number >= 1 && number <= view.pictures.length) showOnly(view, number - 1);
  else return false;
  return true;
}

function divideAt(view, percent) {
  view.divider = between(percent, 0, 100);
  paintMode(view);
}

function listenToDivider(view, divider) {
  divider.addEventListener("pointerdown", (event) => {
    if (event.button === 0) divider.setPointerCapture(event.pointerId);
  });
  divider.addEventListener("pointermove", (event) => {
    if (!divider.hasPointerCapture(event.pointerId)) return;
    const box = view.one(".panes").getBoundingClientRect();
    divideAt(view, ((event.clientX - box.left) / box.width) * 100);
  });
}
