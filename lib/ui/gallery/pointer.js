// Mouse and touch: a click or a tap opens, a long press or Ctrl selects, Shift selects a range.

const LONG_PRESS_MS = 500;
const STILL_PX = 10;

function onClick(view, event) {
  const tile = event.target.closest(".tile");
  if (!tile) return;
  event.preventDefault();
  const id = tile.dataset.id;
  if (view.swallowsClick) {
    view.swallowsClick = false;
    return;
  }
  goToQuietly(view, id, tile, event.shiftKey);
  const button = event.target.closest("button");
  if (button) onButton(view, id, button, event);
  else if (event.shiftKey && can(view, "select")) selectRange(view, id);
  else if ((event.ctrlKey || event.metaKey) && can(view, "select")) toggleSelected(view, id);
  else if (event.pointerType === "touch" && selectionOf(view).size) toggleSelected(view, id);
  else open(view, id, numberOf(event.target));
}

function onButton(view, id, button, event) {
  if (button.matches(".select")) {
    if (event.shiftKey) selectRange(view, id);
    else toggleSelected(view, id);
  } else if (button.matches(".favourite")) {
    favourite(view, [id], id);
  } else {
    const rating = Number(button.dataset.rating);
    const isSame = valueOf(view, itemAt(view, id), "rating", "rate") === rating;
    rate(view, [id], isSame ? 0 : rating); // a mouse has no 0
  }
}

/** The tile under the pointer is current, without the page moving under it. */
function goToQuietly(view, id, tile, isRange) {
  if (!isRange) startRangesAt(view, id);
  goTo(view, id, { focus: false });
  tile.focus({ preventScroll: true });
}

function numberOf(target) {
  const number = target.dataset?.number;
  return number === undefined ? null : Number(number);
}

function onPointerDown(view, event) {
  endPress(view);
  view.isPressed = true;
  view.swallowsClick = false;
  if (event.target.closest(".tile button")) event.preventDefault(); // the focus stays on the tile
  const tile = event.target.closest(".tile");
  if (!tile || event.pointerType !== "touch" || !can(view, "select")) return;
  view.pressedAt = [event.clientX, event.clientY];
  view.pressTimer = setTimeout(() => onLongPress(view, tile.dataset.id), LONG_PRESS_MS);
}

function onLongPress(view, id) {
  view.swallowsClick = true;
  toggleSelected(view, id);
}

function onPointerMove(view, event) {
  if (!view.pressedAt) return;
  const [x, y] = view.pressedAt;
  if (Math.hypot(event.clientX - x, event.clientY - y) > STILL_PX) endPress(view);
}

function endPress(view) {
  clearTimeout(view.pressTimer);
  view.pressedAt = null;
  view.isPressed = false;
}

/** A long press on a link would open the browser's own menu above what it has selected. */
function onContextMenu(view, event) {
  if (view.pressedAt || event.pointerType === "touch") event.preventDefault();
}
