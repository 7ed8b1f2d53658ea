// Where the focus is, and where it comes back to.

function activeTile(view) {
  const active = view.section.getRootNode().activeElement;
  return view.grid.contains(active) ? active : null;
}

/** Change the tiles; the focus stays on the current one, also when another has come to its place. */
function keepFocus(view, change) {
  const hadFocus = activeTile(view);
  change();
  if (hadFocus && !activeTile(view)) focusCurrent(view);
}

function focusCurrent(view) {
  tileOf(view, view.current)?.focus({ preventScroll: true });
}

/**
 * After a run was opened above the page and closed again, the focus is nowhere: Streamlit's dialog
 * gives it back to what had it, but cannot see into a component. Its layers are children of body.
 */
function comeBackAfterwards(view) {
  view.layers ??= new MutationObserver(() => {
    if (document.activeElement !== document.body || document.querySelector("[role=dialog]")) return;
    view.layers.disconnect();
    focusCurrent(view);
  });
  view.layers.observe(document.body, { childList: true });
}
