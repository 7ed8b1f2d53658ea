// The items and which of them is current: the one that the keys are about. By id, never by place.

function itemAt(view, id) {
  return view.data.items[view.places.get(id)];
}

function currentItem(view) {
  return itemAt(view, view.current);
}

/** Take over a new list of items; the current one stays so, or whatever has come to its place. */
function takeItems(view, items) {
  const place = view.places.get(view.current) ?? 0;
  const before = view.places;
  view.places = new Map(items.map((item, at) => [item.id, at]));
  const isOtherPage = before.size > 0 && ![...before.keys()].some((id) => view.places.has(id));
  if (!view.places.has(view.current)) {
    view.current = items[isOtherPage ? 0 : Math.min(place, items.length - 1)]?.id ?? null;
  }
  if (!view.places.has(view.anchor)) view.anchor = view.current;
  return isOtherPage;
}

function can(view, action) {
  return view.data.actions.includes(action);
}

function tileOf(view, id) {
  return view.tiles.get(id);
}

function say(view, words) {
  view.heard.textContent = words;
}
