// Which runs are selected: by id, those of other pages too.

function select(view, ids) {
  const before = selectionOf(view);
  const now = [...new Set(ids)];
  if (now.length === before.size && now.every((id) => before.has(id))) return;
  post(view, "select", now);
  say(view, now.length === 1 ? "1 selected" : `${now.length} selected`);
  repaint(view);
}

function toggleSelected(view, id) {
  const selection = selectionOf(view);
  if (!selection.delete(id)) selection.add(id);
  startRangesAt(view, id);
  select(view, selection);
}

function startRangesAt(view, id) {
  view.anchor = id;
  view.range = null;
}

/** Select from the anchor to a tile, in place of what the range before it had added. */
function selectRange(view, id) {
  const places = [view.places.get(view.anchor) ?? 0, view.places.get(id)].sort((a, b) => a - b);
  const inRange = view.data.items.slice(places[0], places[1] + 1).map((item) => item.id);
  view.range ??= selectionOf(view);
  select(view, [...view.range, ...inRange]);
}

function selectAll(view) {
  select(view, [...selectionOf(view), ...view.places.keys()]);
}

function paintBar(view, selection) {
  const isAnything = selection.size > 0 && can(view, "select");
  view.chosen.hidden = !isAnything;
  view.section.classList.toggle("choosing", isAnything);
  const here = view.data.items.filter((item) => selection.has(item.id)).length;
  const elsewhere = selection.size - here;
  view.count.textContent =
    `${selection.size} selected` + (elsewhere ? `, ${elsewhere} on other pages` : "");
  const remove = view.section.querySelector(".chosen .delete");
  if (remove) remove.hidden = !can(view, "delete");
}
