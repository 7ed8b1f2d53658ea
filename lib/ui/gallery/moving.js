// Where the arrows lead in rows that are as wide as the page, and going there.

const ARROWS = { ArrowLeft: -1, ArrowRight: 1 };

function move(view, key, isRange) {
  const target = view.data.items[placeAfter(view, key)].id;
  if (isRange && can(view, "select")) selectRange(view, target);
  else startRangesAt(view, target);
  goTo(view, target);
}

/** Where a key leads: left and right go on in the next row, up and down stay in the column. */
function placeAfter(view, key) {
  const place = view.places.get(view.current);
  const last = view.data.items.length - 1;
  const columns = view.columns;
  switch (key) {
    case "Home":
      return 0;
    case "End":
      return last;
    case "ArrowUp":
      return place < columns ? place : place - columns;
    case "ArrowDown":
      if (place + columns <= last) return place + columns;
      return Math.floor(place / columns) < Math.floor(last / columns) ? last : place;
    default:
      return Math.min(last, Math.max(0, place + ARROWS[key]));
  }
}

/** Make a tile the current one. */
function goTo(view, id, { focus = true } = {}) {
  view.current = id;
  repaint(view);
  const tile = tileOf(view, id);
  if (!focus) return;
  tile.focus({ preventScroll: true });
  tile.scrollIntoView({ block: "nearest" });
}
