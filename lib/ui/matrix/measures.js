// How large a cell is, and where each one is. Rows and columns are all of one size, so that the part
// that is seen can be told without looking at any of them.

const GAP = 8;
const LEAST_ZOOM = 56;
const MOST_ZOOM = 480;
const USUAL_ZOOM = 168;
const USUAL_ZOOM_ON_A_PHONE = 136;
const NARROW = 480;
const BARE_BELOW = 112; // pixels: a smaller cell has room for its picture alone
const WORDS_HEIGHT = 20;
const STARS_HEIGHT = 24;
const HEAD_PADDING = 12;
const HEAD_WIDTH = 168;
const HEAD_WIDTH_WHEN_NARROW = 96;

function measure(view) {
  const { rowNames, columnNames, rows, columns } = view.data;
  const room = view.scroller.clientWidth || innerWidth;
  const isNarrow = room < NARROW;
  const isFlow = !rowNames.length && rows.length === 1; // a single line goes on in the next one
  const width = isFlow ? Math.min(view.zoom, room) : view.zoom;
  const isBare = width < BARE_BELOW;
  const label = isFlow ? WORDS_HEIGHT : 0;
  const height = width + label + (isBare ? 0 : WORDS_HEIGHT + STARS_HEIGHT + GAP);
  const fit = isFlow ? Math.max(1, Math.floor((room + GAP) / (width + GAP))) : columns.length;
  const headWidth = rowNames.length ? (isNarrow ? HEAD_WIDTH_WHEN_NARROW : HEAD_WIDTH) : 0;
  const headHeight = isFlow || !columnNames.length ? 0 : columnNames.length * WORDS_HEIGHT + HEAD_PADDING;
  view.measures = {
    ...{ isFlow, isBare, isNarrow, width, height, fit, headWidth, headHeight, room },
    ...{ stepX: width + GAP, stepY: height + GAP },
    lines: isFlow ? Math.ceil(view.data.items.length / fit) : rows.length,
  };
}

/** The line and the column of an item. */
function placeOf(view, item) {
  const { isFlow, fit } = view.measures;
  if (!isFlow) return [item.row, item.column];
  const at = view.places.get(item.id);
  return [Math.floor(at / fit), at % fit];
}

/** The items of each line. */
function byLine(view) {
  const lines = new Map();
  for (const item of view.data.items) {
    const [line] = placeOf(view, item);
    if (!lines.has(line)) lines.set(line, []);
    lines.get(line).push(item);
  }
  return lines;
}

function applyMeasures(view) {
  const { width, height, stepX, stepY, headWidth, headHeight, fit, lines } = view.measures;
  const px = (value) => `${value}px`;
  const { style } = view.grid;
  style.width = px(headWidth + fit * stepX);
  style.height = px(headHeight + lines * stepY);
  for (const [name, value] of Object.entries({ width, height, stepX, stepY, headWidth, headHeight }))
    style.setProperty(`--${name}`, px(value));
  view.section.classList.toggle("bare", view.measures.isBare);
  view.section.classList.toggle("flow", view.measures.isFlow);
  view.section.classList.toggle("narrow", view.measures.isNarrow);
  view.grid.setAttribute("aria-rowcount", lines + (headHeight ? 1 : 0));
  view.grid.setAttribute("aria-colcount", fit + (headWidth ? 1 : 0));
}
