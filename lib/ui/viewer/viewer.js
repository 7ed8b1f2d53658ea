// One picture at a time, as large as the window, above everything else on the page.

const viewers = new WeakMap();

export default function (component) {
  const root = component.parentElement;
  if (!root.contains(viewers.get(root)?.dialog)) viewers.set(root, newViewer(root));
  const view = viewers.get(root);
  view.component = component;
  showAll(view, component.data);
  return () => endViewer(view);
}

function newViewer(root) {
  const dialog = root.querySelector(".viewer");
  const one = (selector) => dialog.querySelector(selector);
  const pane = newPane(one(".pane"), one(".mover"));
  const view = {
    ...{ dialog, one, pane, look: newLook(), outbox: newOutbox(), giveUp: () => {} },
    ...{ pictures: [], wanted: null, at: 0, isClosed: false },
  };
  view.looked = () => paintLook(view);
  listenTo(view, one);
  watchGestures(view, pane);
  watchSwipes(view, pane);
  return view;
}

function listenTo(view, one) {
  const { dialog, pane } = view;
  dialog.addEventListener("keydown", (event) => onViewerKey(view, event));
  dialog.addEventListener("close", () => onClosed(view)); // Escape closes it by itself
  one(".close").addEventListener("click", () => dialog.close());
  one(".before").addEventListener("click", () => turn(view, -1));
  one(".after").addEventListener("click", () => turn(view, 1));
  one(".in").addEventListener("click", () => look(view, zoomedLook(pane, view.look, ZOOM_STEP)));
  one(".out").addEventListener("click", () => look(view, zoomedLook(pane, view.look, 1 / ZOOM_STEP)));
  one(".percent").addEventListener("click", () => toggleWhole(view, pane));
  view.watch = new ResizeObserver(() => paintLook(view));
  view.watch.observe(pane.frame);
}

/** Take over what Python says. Which picture is shown stays the user's, until Python wants another. */
function showAll(view, data) {
  forgetTaken(view, data.taken);
  const shown = view.pictures[view.at]?.id;
  const id = view.wanted === data.shown ? shown : data.shown;
  view.isClosed &&= view.wanted === data.shown;
  view.wanted = data.shown;
  const isSame = JSON.stringify(view.pictures) === JSON.stringify(data.pictures);
  view.pictures = data.pictures;
  view.at = Math.max(0, data.pictures.findIndex((picture) => picture.id === id));
  if (view.isClosed || !data.pictures.length) return;
  if (!view.dialog.open) openDialog(view);
  if (!isSame || id !== shown) showAt(view, view.at);
}

/** The dialog itself has the focus, not the first of its buttons: the keys are for the picture. */
function openDialog(view) {
  view.dialog.showModal();
  view.dialog.focus();
}

function showAt(view, at) {
  const picture = view.pictures[at];
  const place = `${at + 1} of ${view.pictures.length}`;
  view.at = at;
  view.look = newLook();
  view.one(".caption").textContent = picture.caption;
  view.one(".facts").textContent = picture.facts;
  view.one(".place").textContent = view.pictures.length > 1 ? place : "";
  view.one(".heard").textContent = `${place}: ${picture.alt}`;
  view.one(".before").disabled = at === 0;
  view.one(".after").disabled = at === view.pictures.length - 1;
  const download = view.one(".download");
  download.hidden = !picture.downloadUrl;
  download.href = picture.downloadUrl || "#";
  showPicture(view.pane, picture, () => onShown(view, picture));
  paintLook(view);
}

/** Once a picture is there, its neighbours are fetched: they are what is looked at next. */
function onShown(view, picture) {
  if (view.pictures[view.at] !== picture) return;
  paintLook(view);
  for (const near of [1, -1]) {
    const neighbour = view.pictures[view.at + near];
    if (neighbour) new Image().src = neighbour.url;
  }
}

function paintLook(view) {
  view.look = settledLook(view.pane, view.look);
  paintPane(view.pane, view.look);
  view.one(".percent").textContent = `${percentOf(view.pane, view.look)} %`;
}

function turn(view, step) {
  const at = view.at + step;
  if (at >= 0 && at < view.pictures.length) showAt(view, at);
}

function onClosed(view) {
  view.isClosed = true;
  post(view, "close", [view.pictures[view.at].id]);
}

function endViewer(view) {
  view.watch.disconnect();
  closeOutbox(view);
}
