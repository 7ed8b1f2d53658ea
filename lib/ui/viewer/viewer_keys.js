// The viewer's keys and swipes. No key gets through to the page below it.

const SWIPE_PX = 60;

function onViewerKey(view, event) {
  event.stopPropagation();
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  if (!onLookKey(view, view.pane, event) && !onTurnKey(view, event)) return;
  event.preventDefault();
}

function onTurnKey(view, event) {
  const last = view.pictures.length - 1;
  switch (event.key) {
    case "ArrowLeft":
      turn(view, -1);
      return true;
    case "ArrowRight":
      turn(view, 1);
      return true;
    case "Home":
      showAt(view, 0);
      return true;
    case "End":
      showAt(view, last);
      return true;
    default:
      return false;
  }
}

/** A swipe turns, as long as there is nothing to move: the whole picture is seen. */
function watchSwipes(view, pane) {
  let begun = null;
  pane.frame.addEventListener("pointerdown", (event) => {
    const canSwipe = event.pointerType === "touch" && pane.fingers.size === 1 && view.look.zoom <= 1;
    begun = canSwipe ? [event.clientX, event.clientY] : null;
  });
  pane.frame.addEventListener("pointerup", (event) => {
    if (!begun) return;
    const [left, top] = [event.clientX - begun[0], event.clientY - begun[1]];
    if (Math.abs(left) > SWIPE_PX && Math.abs(left) > 2 * Math.abs(top)) turn(view, left < 0 ? 1 : -1);
    begun = null;
  });
}
