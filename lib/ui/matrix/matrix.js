// The grid: what Python says becomes cells, and what is done to them becomes events.

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
  const section = root.querySelector(".matrix");
  const one = (selector) => section.querySelector(selector);
  const view = {
    section,
    ...{ grid: one(".canvas"), scroller: one(".scroller"), template: one("template") },
    ...{ heard: one(".heard"), keys: one(".keys"), slider: one(".size input") },
    ...{ chosen: one(".chosen"), count: one(".count"), compare: one(".chosen .compare") },
    outbox: newOutbox(),
    giveUp: () => giveUp(view),
    ...{ tiles: new Map(), places: new Map(), rows: new Map(), columnHeads: new Map(), spare: [] },
    ...{ current: null, anchor: null, range: null, sheet: null, shown: null, zoom: 0, frame: 0 },
    ...{ pressTimer: 0, pressedAt: null, isPressed: false, swallowsClick: false },
  };
  view.slider.min = LEAST_ZOOM;
  view.slider.max = MOST_ZOOM;
  listen(view, one);
  return view;
}

function listen(view, one) {
  const { grid, scroller } = view;
  grid.addEventListener("keydown", (event) => onZoomKey(view, event));
  grid.addEventListener("keydown", (event) => onKey(view, event));
  grid.addEventListener("click", (event) => onClick(view, event));
  grid.addEventListener("pointerdown", (event) => onPointerDown(view, event));
  grid.addEventListener("pointermove", (event) => onPointerMove(view, event));
  for (const end of ["pointerup", "pointercancel", "pointerleave"])
    grid.addEventListener(end, () => endPress(view));
  grid.addEventListener("contextmenu", (event) => onContextMenu(view, event));
  grid.addEventListener("focusin", (event) => onFocus(view, event));
  scroller.addEventListener("scroll", () => drawSoon(view), { passive: true });
  scroller.addEventListener("wheel", (event) => onZoomWheel(view, event), { passive: false });
  view.slider.addEventListener("input", (event) => zoomTo(view, Number(event.target.value)));
  one(".help").addEventListener("click", () => showKeys(view));
  one(".clear").addEventListener("click", () => select(view, []));
  view.compare.addEventListener("click", () => compareThese(view, [...selectionOf(view)]));
  view.watch = new ResizeObserver(() => onResize(view));
  view.watch.observe(scroller);
}

function onFocus(view, event) {
  const id = event.target.closest(".tile")?.dataset.id;
  if (!id || id === view.current) return;
  if (!view.isPressed) startRangesAt(view, id); // a click says itself what it means
  goTo(view, id, { focus: false });
}

function onResize(view) {
  if (view.data && view.scroller.clientWidth !== view.measures.room) keepFocus(view, () => layOut(view));
  else drawSoon(view); // it may have become higher
}

/** Take over what Python says now. Focus and scroll position stay where they are. */
function show(view, data) {
  const isOther = view.sheet !== data.sheet;
  view.sheet = data.sheet;
  view.data = { ...data, items: itemsOf(data) };
  view.zoom ||= rememberedZoom(view);
  forgetTaken(view, data.taken);
  view.grid.setAttribute("aria-label", data.label);
  view.section.dataset.actions = data.actions.join(" ");
  keepFocus(view, () => {
    takeItems(view, view.data.items);
    if (isOther) view.scroller.scrollTo(0, 0);
    layOut(view);
    repaint(view);
  });
}

/** Place all cells anew; what stands where it should is not touched. */
function layOut(view) {
  measure(view);
  applyMeasures(view);
  view.slider.value = view.zoom;
  view.slider.setAttribute("aria-valuetext", `${view.zoom} pixels`);
  view.lines = byLine(view);
  const { isFlow, fit, headWidth, headHeight } = view.measures;
  const { rowNames, columnNames, rows, columns } = view.data;
  const shown = JSON.stringify([isFlow && fit, headWidth, headHeight, rowNames, columnNames, rows, columns]);
  if (view.shown !== shown) clearWindow(view);
  view.shown = shown;
  drawWindow(view);
}

function repaint(view) {
  const selection = selectionOf(view);
  for (const id of view.tiles.keys()) paintTile(view, itemAt(view, id), selection);
  paintBar(view, selection);
  view.compare.disabled = selection.size < FEWEST_COMPARED || selection.size > MOST_COMPARED;
}

function giveUp(view) {
  say(view, "This could not be saved. Reload the page and try again.");
  repaint(view);
}

function close(view) {
  view.watch.disconnect();
  view.layers?.disconnect();
  cancelAnimationFrame(view.frame);
  closeOutbox(view);
  endPress(view);
}
