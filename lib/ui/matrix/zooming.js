// How large the cells are: by the slider, keys, or Ctrl and the wheel. The browser remembers it.

const REMEMBERED_ZOOM = "plantain-experiment-zoom";
const ZOOM_BY = 1.25;
const WHEEL_BY = 0.002;

function rememberedZoom(view) {
  const usual = view.scroller.clientWidth < NARROW ? USUAL_ZOOM_ON_A_PHONE : USUAL_ZOOM;
  try {
    return bounded(Number(localStorage.getItem(REMEMBERED_ZOOM)) || usual);
  } catch {
    return usual; // a browser may forbid it
  }
}

function bounded(zoom) {
  return Math.round(Math.min(MOST_ZOOM, Math.max(LEAST_ZOOM, zoom)));
}

/** What is in the middle stays there. */
function zoomTo(view, zoom) {
  const { scroller } = view;
  const before = view.measures;
  const middle = {
    column: (scroller.scrollLeft + (scroller.clientWidth - before.headWidth) / 2) / before.stepX,
    line: (scroller.scrollTop + (scroller.clientHeight - before.headHeight) / 2) / before.stepY,
  };
  view.zoom = bounded(zoom);
  try {
    localStorage.setItem(REMEMBERED_ZOOM, view.zoom);
  } catch {
    // then it holds until the page is left
  }
  layOut(view);
  const now = view.measures;
  const line = now.isFlow ? (middle.line * before.fit) / now.fit : middle.line;
  scroller.scrollLeft = middle.column * now.stepX - (scroller.clientWidth - now.headWidth) / 2;
  scroller.scrollTop = line * now.stepY - (scroller.clientHeight - now.headHeight) / 2;
  drawWindow(view);
}

function onZoomKey(view, event) {
  if (event.ctrlKey || event.metaKey || event.altKey || !event.target.closest(".tile")) return;
  const isCloser = event.key === "+" || event.key === "=";
  if (!isCloser && event.key !== "-" && event.key !== "_") return;
  event.preventDefault();
  event.stopPropagation();
  zoomTo(view, view.zoom * (isCloser ? ZOOM_BY : 1 / ZOOM_BY));
}

function onZoomWheel(view, event) {
  if (!event.ctrlKey) return;
  event.preventDefault(); // or the browser would zoom the page
  zoomTo(view, view.zoom * Math.exp(-event.deltaY * WHEEL_BY));
}
