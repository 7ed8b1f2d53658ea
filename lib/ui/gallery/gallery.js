// The gallery: what Python says becomes tiles, and what is done to them becomes events.

const views = new WeakMap();

export default function (component) {
  const root = component.parentElement;
  // Streamlit puts the markup in anew when it has changed, as after an update.
  if (!root.contains(views.get(root)?.section)) views.set(root, newView(root));
  const view = views.get(root);
  view.component = component;
  show(view, component.data);
  return () => close(view);
}

function newView(root) {
  const section = root.querySelector(".gallery");
  const one = (selector) => section.querySelector(selector);
  const view = {
    section,
    ...{ grid: one(".grid"), template: one("template"), heard: one(".heard"), keys: one(".keys") },
    ...{ chosen: one(".chosen"), count: one(".count"), slider: one(".size input") },
    outbox: newOutbox(),
    giveUp: () => giveUp(view),
    ...{ tiles: new Map(), places: new Map(), current: null, anchor: null, range: null },
    ...{ size: null, columns: 2, pressTimer: 0, pressedAt: null, isPressed: false, swallowsClick: false },
  };
  listen(view, one);
  return view;
}

function listen(view, one) {
  const { grid } = view;
  grid.addEventListener("keydown", (event) => onKey(view, event));
  grid.addEventListener("click", (event) => onClick(view, event));
  grid.addEventListener("pointerdown", (event) => onPointerDown(view, event));
  grid.addEventListener("pointermove", (event) => onPointerMove(view, event));
  for (const end of ["pointerup", "pointercancel", "pointerleave"])
    grid.addEventListener(end, () => endPress(view));
  grid.addEventListener("contextmenu", (event) => onContextMenu(view, event));
  grid.addEventListener("focusin", (event) => onFocus(view, event));
  one(".size input").addEventListener("input", (event) => chooseSize(view, SIZE_NAMES[event.target.value]));
  one(".help").addEventListener("click", () => showKeys(view));
  one(".clear").addEventListener("click", () => select(view, []));
  one(".chosen .delete").addEventListener("click", () => remove(view, [...selectionOf(view)]));
  view.watch = new ResizeObserver(() => onResize(view));
  view.watch.observe(grid);
}

function onFocus(view, event) {
  const id = event.target.closest(".tile")?.dataset.id;
  if (!id || id === view.current) return;
  if (!view.isPressed) startRangesAt(view, id); // a click says itself what it means
  goTo(view, id, { focus: false });
}

function onResize(view) {
  if (columnsFor(view.grid.clientWidth, view.size) !== view.columns) keepFocus(view, () => layOut(view));
}

/** Take over what Python says now. The focus stays where it is, also when its tile has gone. */
function show(view, data) {
  view.data = data;
  view.size ??= rememberedSize(data.size);
  forgetTaken(view, data.taken);
  view.grid.setAttribute("aria-label", data.label);
  view.section.dataset.actions = data.actions.join(" ");
  keepFocus(view, () => {
    const isOtherPage = takeItems(view, data.items);
    drawTiles(view);
    layOut(view);
    repaint(view);
    if (isOtherPage) showFromTop(view);
  });
}

function drawTiles(view) {
  for (const item of view.data.items) {
    if (!view.tiles.has(item.id)) view.tiles.set(item.id, newTile(view));
    drawTile(tileOf(view, item.id), item);
  }
  for (const id of view.tiles.keys()) if (!view.places.has(id)) view.tiles.delete(id);
}

function repaint(view) {
  const selection = selectionOf(view);
  for (const item of view.data.items) paintTile(view, item, selection);
  paintBar(view, selection);
}

function giveUp(view) {
  say(view, "This could not be saved. Reload the page and try again.");
  repaint(view);
}

/** Another page begins at its beginning, if that is out of sight. */
function showFromTop(view) {
  if (view.section.getBoundingClientRect().top < 0) view.section.scrollIntoView({ block: "start" });
}

function close(view) {
  view.watch.disconnect();
  view.layers?.disconnect();
  closeOutbox(view);
  endPress(view);
}
