// Where the arrows lead: along rows and columns, past places that have no cell.

function move(view, key, isRange) {
  const target = itemAfter(view, key);
  if (isRange && can(view, "select")) selectRange(view, target.id);
  else startRangesAt(view, target.id);
  goTo(view, target.id);
}

function itemAfter(view, key) {
  const { items } = view.data;
  const here = currentItem(view);
  const at = view.places.get(here.id);
  const { isFlow, fit } = view.measures;
  const step = { ArrowLeft: -1, ArrowRight: 1, ArrowUp: -fit, ArrowDown: fit }[key];
  if (key === "Home") return items[0];
  if (key === "End") return items.at(-1);
  if (isFlow) return items[at + step] ?? here;
  if (key === "ArrowUp") return itemAbove(view, here, at) ?? here;
  if (key === "ArrowDown") return itemBelow(view, here, at) ?? here;
  const beside = items[at + step];
  return beside?.row === here.row ? beside : here;
}

function itemBelow(view, here, at) {
  const { items } = view.data;
  for (let next = at + 1; next < items.length; next++)
    if (items[next].row > here.row && items[next].column === here.column) return items[next];
}

function itemAbove(view, here, at) {
  return view.data.items.findLast(
    (item, place) => place < at && item.row < here.row && item.column === here.column,
  );
}

/** Make a cell the current one, and bring it into sight. */
function goTo(view, id, { focus = true } = {}) {
  view.current = id;
  if (focus) bringIntoSight(view, currentItem(view));
  drawWindow(view);
  repaint(view);
  if (focus) tileOf(view, id).focus({ preventScroll: true });
}

function bringIntoSight(view, item) {
  const [line, column] = placeOf(view, item);
  const { stepX, stepY, width, height, headWidth, headHeight } = view.measures;
  const { scroller } = view;
  scroller.scrollLeft = nearest(scroller.scrollLeft, column * stepX, width, scroller.clientWidth - headWidth);
  scroller.scrollTop = nearest(scroller.scrollTop, line * stepY, height, scroller.clientHeight - headHeight);
  const box = scroller.getBoundingClientRect();
  const top = box.top + headHeight + line * stepY - scroller.scrollTop;
  if (top < 0 || top + height > innerHeight) scroller.scrollIntoView({ block: "nearest" });
}

/** The scroll position closest to where it is from which all of the cell is seen. */
function nearest(scrolled, from, size, room) {
  return Math.min(from, Math.max(scrolled, from + size - room));
}
