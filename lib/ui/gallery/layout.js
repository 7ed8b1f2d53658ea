// Rows and columns. The rows exist for screen readers, so they are made as wide as what is seen.

const GAP = 16;
const SMALLEST = { small: 128, medium: 200, large: 320 };
const ON_A_PHONE = { small: 3, medium: 2, large: 1 };
const PHONE = 480;
const SIZE_NAMES = ["small", "medium", "large"];
const REMEMBERED = "plantain-gallery-size";

function columnsFor(width, size) {
  if (width < PHONE) return ON_A_PHONE[size];
  return Math.max(2, Math.floor((width + GAP) / (SMALLEST[size] + GAP)));
}

function rememberedSize(fallback) {
  try {
    const size = localStorage.getItem(REMEMBERED);
    return SIZE_NAMES.includes(size) ? size : fallback;
  } catch {
    return fallback; // a browser may forbid it
  }
}

function chooseSize(view, size) {
  view.size = size;
  try {
    localStorage.setItem(REMEMBERED, size);
  } catch {
    // then it holds until the page is left
  }
  layOut(view);
}

/** Put the tiles into rows, moving none that stands where it should. */
function layOut(view) {
  const columns = columnsFor(view.grid.clientWidth || innerWidth, view.size);
  view.columns = columns;
  view.section.dataset.size = view.size;
  view.slider.value = SIZE_NAMES.indexOf(view.size);
  view.slider.setAttribute("aria-valuetext", view.size);
  view.grid.style.setProperty("--columns", columns);
  const tiles = view.data.items.map((item) => tileOf(view, item.id));
  const count = Math.ceil(tiles.length / columns);
  for (let at = 0; at < count; at++) {
    fillRow(rowAt(view, at), tiles.slice(at * columns, (at + 1) * columns));
  }
  while (view.grid.children.length > count) view.grid.lastElementChild.remove();
  view.grid.setAttribute("aria-rowcount", count);
  view.grid.setAttribute("aria-colcount", Math.min(columns, tiles.length));
}

function rowAt(view, at) {
  if (!view.grid.children[at]) {
    const row = document.createElement("div");
    row.className = "row";
    row.setAttribute("role", "row");
    row.setAttribute("aria-rowindex", at + 1);
    view.grid.append(row);
  }
  return view.grid.children[at];
}

function fillRow(row, tiles) {
  const isAsItShould =
    row.children.length === tiles.length && tiles.every((tile, at) => row.children[at] === tile);
  if (!isAsItShould) row.replaceChildren(...tiles);
  tiles.forEach((tile, at) => tile.setAttribute("aria-colindex", at + 1));
}
