// Two to four pictures beside, over and after one another; they are zoomed and moved together.

const LETTERS = "ABCD";
const comparisons = new WeakMap();

export default function (component) {
  const root = component.parentElement;
  if (!root.contains(comparisons.get(root)?.section)) comparisons.set(root, newComparison(root));
  const view = comparisons.get(root);
  compare(view, component.data);
  return () => endComparison(view);
}

function newComparison(root) {
  const section = root.querySelector(".compare");
  const one = (selector) => section.querySelector(selector);
  const view = {
    ...{ section, one, look: newLook(), pictures: [], panes: [], figures: [], mode: null },
    ...{ picked: [0, 1], shown: 0, divider: 50, timer: 0 },
  };
  view.looked = () => paintPanes(view);
  listenToBar(view, one);
  listenToDivider(view, one(".divider"));
  one(".panes").addEventListener("keydown", (event) => onCompareKey(view, event));
  view.watch = new ResizeObserver(() => arrange(view));
  view.watch.observe(one(".panes"));
  return view;
}

function listenToBar(view, one) {
  for (const button of one(".modes").children)
    button.addEventListener("click", () => chooseMode(view, button.dataset.mode));
  one(".in").addEventListener("click", () => zoomAll(view, ZOOM_STEP));
  one(".out").addEventListener("click", () => zoomAll(view, 1 / ZOOM_STEP));
  one(".percent").addEventListener("click", () => toggleWhole(view, view.panes[0]));
  one(".whole").addEventListener("click", () => toggleWholeScreen(view));
  one(".play").addEventListener("click", () => play(view, !view.timer));
  one(".left").addEventListener("change", (event) => pick(view, 0, Number(event.target.value)));
  one(".right").addEventListener("change", (event) => pick(view, 1, Number(event.target.value)));
}

function zoomAll(view, factor) {
  look(view, zoomedLook(view.panes[0], view.look, factor));
}

function toggleWholeScreen(view) {
  if (document.fullscreenElement) document.exitFullscreen();
  else view.section.requestFullscreen();
}

function compare(view, data) {
  view.section.style.setProperty("--height", `${data.height}px`);
  const isSame = JSON.stringify(view.pictures) === JSON.stringify(data.pictures);
  view.pictures = data.pictures;
  if (!isSame) drawFigures(view);
  chooseMode(view, view.mode ?? data.mode);
}

function drawFigures(view) {
  Object.assign(view, { look: newLook(), picked: [0, 1], shown: 0 });
  const template = view.one("template").content.firstElementChild;
  view.figures.forEach((figure) => figure.remove());
  view.figures = view.pictures.map(() => template.cloneNode(true));
  view.one(".panes").prepend(...view.figures);
  view.panes = view.figures.map((figure, at) => drawFigure(view, figure, at));
  for (const side of [".left", ".right"])
    view.one(side).replaceChildren(...view.pictures.map((_, at) => new Option(LETTERS[at], at)));
  view.one(".turns").replaceChildren(...view.pictures.map((_, at) => turnButton(view, at)));
}

function drawFigure(view, figure, at) {
  const picture = view.pictures[at];
  const pane = newPane(figure.querySelector(".pane"), figure.querySelector(".mover"));
  figure.querySelector(".letter").textContent = LETTERS[at];
  figure.querySelector(".caption").textContent = picture.caption;
  watchGestures(view, pane);
  showPicture(pane, picture, () => paintPanes(view));
  return pane;
}

function turnButton(view, at) {
  const button = document.createElement("button");
  button.type = "button";
  button.textContent = LETTERS[at];
  button.title = `${at + 1}`;
  button.addEventListener("click", () => showOnly(view, at));
  return button;
}

function paintPanes(view) {
  if (!view.panes.length) return;
  view.look = settledLook(view.panes[0], view.look);
  view.panes.forEach((pane) => paintPane(pane, view.look));
  view.one(".percent").textContent = `${percentOf(view.panes[0], view.look)} %`;
}

function endComparison(view) {
  view.watch.disconnect();
  clearInterval(view.timer);
}
