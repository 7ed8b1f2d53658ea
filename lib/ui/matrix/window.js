// Only what is in sight is there, and a little around it; and the current cell, wherever it is, since
// it may have the focus. A page of five thousand cells so costs as much as one of a hundred.

const BEYOND_PX = 400;

/** The lines and columns in sight, and a little more: [first, last] each. */
function inSight(view) {
  const { stepX, stepY, headWidth, headHeight, fit, lines } = view.measures;
  const { scrollLeft, scrollTop, clientWidth, clientHeight } = view.scroller;
  const span = (from, size, step, count) => [
    Math.max(0, Math.floor((from - BEYOND_PX) / step)),
    Math.min(count - 1, Math.floor((from + size + BEYOND_PX) / step)),
  ];
  return {
    lines: span(scrollTop, (clientHeight || innerHeight) - headHeight, stepY, lines),
    columns: span(scrollLeft, (clientWidth || innerWidth) - headWidth, stepX, fit),
  };
}

function drawWindow(view) {
  const seen = inSight(view);
  const [left, right] = seen.columns;
  const wanted = new Map(); // line → its items
  for (let line = seen.lines[0]; line <= seen.lines[1]; line++) {
    const items = view.lines.get(line) ?? [];
    wanted.set(line, items.filter((item) => isBetween(placeOf(view, item)[1], left, right)));
  }
  addCurrent(view, wanted);
  dropOthers(view, wanted);
  const columns = new Set();
  for (let column = left; column <= right; column++) columns.add(column);
  drawHeads(view, columns);
  const selection = selectionOf(view);
  for (const [line, items] of wanted) drawLine(view, line, items, selection);
}

function isBetween(value, least, most) {
  return value >= least && value <= most;
}

function addCurrent(view, wanted) {
  const item = view.current && currentItem(view);
  if (!item) return;
  const [line] = placeOf(view, item);
  if (!wanted.has(line)) wanted.set(line, [item]);
  else if (!wanted.get(line).includes(item)) wanted.get(line).push(item);
}

function dropOthers(view, wanted) {
  const kept = new Set([...wanted.values()].flat().map((item) => item.id));
  for (const [id, tile] of view.tiles) {
    if (kept.has(id)) continue;
    tile.remove();
    view.tiles.delete(id);
    view.spare.push(tile);
  }
  for (const [line, row] of view.rows) {
    if (wanted.has(line)) continue;
    row.remove();
    view.rows.delete(line);
  }
}

function drawLine(view, line, items, selection) {
  const row = view.rows.get(line) ?? newRow(view, line);
  for (const item of items) {
    const tile = view.tiles.get(item.id) ?? tileFor(view);
    const [, column] = placeOf(view, item);
    view.tiles.set(item.id, tile);
    if (tile.item !== item) drawTile(tile, item);
    tile.item = item;
    paintTile(view, item, selection);
    tile.style.setProperty("--column", column);
    tile.setAttribute("aria-colindex", column + 1 + offsetOf(view));
    if (tile.parentElement !== row) row.append(tile);
  }
}

function newRow(view, line) {
  const { headWidth, headHeight } = view.measures;
  const row = document.createElement("div");
  row.className = "line";
  row.setAttribute("role", "row");
  row.setAttribute("aria-rowindex", line + 1 + (headHeight ? 1 : 0));
  row.style.setProperty("--line", line);
  if (headWidth) row.append(newHead("rowhead", "rowheader", view.data.rowNames, view.data.rows[line]));
  view.rows.set(line, row);
  view.grid.append(row);
  return row;
}

/** Take all rows and heads away, where they say something else now; tiles are used again. */
function clearWindow(view) {
  for (const row of view.rows.values()) row.remove();
  view.rows.clear();
  for (const head of view.columnHeads.values()) head.remove();
  view.columnHeads.clear();
  view.heads?.remove();
  view.heads = headRow(view);
}

/** At most once a frame: scrolling tells of itself far more often. */
function drawSoon(view) {
  view.frame ||= requestAnimationFrame(() => {
    view.frame = 0;
    drawWindow(view);
  });
}
