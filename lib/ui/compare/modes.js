// The three ways to compare. The pictures stay where they are: only how they are laid out differs.

const TURN_MS = 700; // well below three flashes a second, which can harm
const CAPTION_PX = 28;
const MODES = ["side", "slider", "flicker"];

function chooseMode(view, mode) {
  view.mode = mode;
  if (mode !== "flicker") play(view, false);
  for (const button of view.one(".modes").children)
    button.setAttribute("aria-checked", button.dataset.mode === mode);
  view.section.dataset.mode = mode;
  view.one(".picks").hidden = mode !== "slider" || view.pictures.length < 3;
  view.one(".flicks").hidden = mode !== "flicker";
  view.one(".divider").hidden = mode !== "slider";
  paintMode(view);
  arrange(view);
}

/** Which pictures are seen, which of them lies on top, and up to where. */
function paintMode(view) {
  const seen = { side: view.figures.keys(), slider: view.picked, flicker: [view.shown] }[view.mode];
  const isSeen = new Set(seen);
  view.figures.forEach((figure, at) => {
    figure.classList.toggle("unseen", !isSeen.has(at));
    figure.classList.toggle("leftmost", view.mode === "slider" && at === view.picked[0]);
    figure.classList.toggle("rightmost", view.mode === "slider" && at === view.picked[1]);
  });
  view.one(".left").value = view.picked[0];
  view.one(".right").value = view.picked[1];
  [...view.one(".turns").children].forEach((button, at) =>
    button.setAttribute("aria-pressed", at === view.shown),
  );
  view.section.style.setProperty("--divider", `${view.divider}%`);
  view.one(".divider").setAttribute("aria-valuenow", Math.round(view.divider));
}

/** Lay the pictures out so that they are as large as can be. */
function arrange(view) {
  const panes = view.one(".panes");
  const count = view.mode === "side" ? view.panes.length : 1;
  const ratio = (view.panes[0]?.width ?? 1) / (view.panes[0]?.height ?? 1);
  const columns = bestColumns(count, ratio, panes.clientWidth, panes.clientHeight);
  panes.style.setProperty("--columns", columns);
  panes.style.setProperty("--rows", Math.ceil(count / columns));
  paintPanes(view);
}

function bestColumns(count, ratio, width, height) {
  const sizeWith = (columns) =>
    Math.min(width / columns / ratio, height / Math.ceil(count / columns) - CAPTION_PX);
  const all = Array.from({ length: count }, (_, at) => at + 1);
  return all.reduce((best, columns) => (sizeWith(columns) > sizeWith(best) ? columns : best), 1);
}

/** Put a picture on one side of the slider; the other side takes what was here, if it is the same. */
function pick(view, side, at) {
  const other = 1 - side;
  if (view.picked[other] === at) view.picked[other] = view.picked[side];
  view.picked[side] = at;
  paintMode(view);
}

function showOnly(view, at) {
  const count = view.pictures.length;
  view.shown = (at + count) % count;
  view.one(".heard").textContent = `${LETTERS[view.shown]}: ${view.pictures[view.shown].alt}`;
  paintMode(view);
}

function play(view, isOn) {
  clearInterval(view.timer);
  view.timer = isOn ? setInterval(() => showOnly(view, view.shown + 1), TURN_MS) : 0;
  view.one(".play").textContent = isOn ? "Pause" : "Play";
}
