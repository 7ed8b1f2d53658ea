// Looking closely: one look for all panes of a view, so that they zoom and move together.
// A look is a zoom, 1 where the whole picture fits, and the point in the middle, 0 to 1 each way:
// pictures of other sizes show the same part. A pane is a frame, what moves in it, and its size.

const ZOOM_STEP = 1.25;
const LARGEST_PIXEL = 16; // of the screen, for one of the picture
const LEAST_MOST_ZOOM = 4;
const PAN_STEP = 0.1;
const PIXELS_SEEN = 3;

function newLook() {
  return { zoom: 1, x: 0.5, y: 0.5 };
}

function newPane(frame, mover) {
  return { frame, mover, width: 1, height: 1, fingers: new Map() };
}

/** How many CSS pixels one of the picture takes where the whole of it fits. */
function fitOf(pane) {
  return Math.min(pane.frame.clientWidth / pane.width, pane.frame.clientHeight / pane.height) || 1;
}

/** The zoom at which a pixel of the picture is one of the screen. */
function wholeZoom(pane) {
  return 1 / (fitOf(pane) * devicePixelRatio);
}

function percentOf(pane, look) {
  return Math.round((look.zoom / wholeZoom(pane)) * 100);
}

function mostZoom(pane) {
  return Math.max(LEAST_MOST_ZOOM, LARGEST_PIXEL * wholeZoom(pane));
}

function between(value, least, most) {
  return Math.min(most, Math.max(least, value));
}

/** The nearest look that leaves no gap beside the picture, where it is larger than the pane. */
function settledLook(pane, look) {
  const zoom = between(look.zoom, Math.min(1, wholeZoom(pane)), mostZoom(pane));
  const scale = fitOf(pane) * zoom;
  const x = settledPoint(look.x, pane.frame.clientWidth / (pane.width * scale));
  const y = settledPoint(look.y, pane.frame.clientHeight / (pane.height * scale));
  return { zoom, x, y };
}

/** `seen` is how much of the picture the pane has room for: 1 is all of it. */
function settledPoint(point, seen) {
  return seen >= 1 ? 0.5 : between(point, seen / 2, 1 - seen / 2);
}

/** Zoom by a factor; the point at `left`, `top` from the pane's middle stays where it is. */
function zoomedLook(pane, look, factor, left = 0, top = 0) {
  const zoom = between(look.zoom * factor, Math.min(1, wholeZoom(pane)), mostZoom(pane));
  const width = pane.width * fitOf(pane);
  const height = pane.height * fitOf(pane);
  const x = look.x + left / (width * look.zoom) - left / (width * zoom);
  const y = look.y + top / (height * look.zoom) - top / (height * zoom);
  return settledLook(pane, { zoom, x, y });
}

/** Move the picture by so many CSS pixels. */
function movedLook(pane, look, left, top) {
  const scale = fitOf(pane) * look.zoom;
  const x = look.x - left / (pane.width * scale);
  const y = look.y - top / (pane.height * scale);
  return settledLook(pane, { zoom: look.zoom, x, y });
}

function paintPane(pane, look) {
  const scale = fitOf(pane);
  const { zoom, x, y } = settledLook(pane, look);
  const width = pane.width * scale;
  const height = pane.height * scale;
  const style = pane.mover.style;
  style.width = `${width}px`;
  style.height = `${height}px`;
  style.left = `${(pane.frame.clientWidth - width) / 2}px`;
  style.top = `${(pane.frame.clientHeight - height) / 2}px`;
  style.transform =
    `translate(${(0.5 - x) * width * zoom}px, ${(0.5 - y) * height * zoom}px) scale(${zoom})`;
  const showsPixels = scale * zoom * devicePixelRatio >= PIXELS_SEEN;
  pane.mover.classList.toggle("pixels", showsPixels);
  pane.frame.classList.toggle("closer", zoom > 1.001);
}
