// What can be done to runs. It shows at once; Python hears of it and has the last word.

function open(view, id, number = null) {
  if (!can(view, "open")) return;
  const first = itemAt(view, id).pictures[0]?.number ?? 0;
  post(view, "open", [id], number ?? first);
  comeBackAfterwards(view);
}

const FEWEST_COMPARED = 2;
const MOST_COMPARED = 4;

function findSimilar(view, id) {
  const picture = itemAt(view, id).pictures[0];
  if (!picture) return say(view, "There is no picture to look for");
  post(view, "similar", [id], picture.number);
}

function compareThese(view, ids) {
  if (ids.length < FEWEST_COMPARED || ids.length > MOST_COMPARED)
    return say(view, `Select ${FEWEST_COMPARED} to ${MOST_COMPARED} runs to compare`);
  post(view, "compare", ids);
}

function favourite(view, ids, id) {
  if (!can(view, "favourite")) return;
  const item = itemAt(view, id);
  const value = !valueOf(view, item, "favourite", "favourite");
  post(view, "favourite", ids, value);
  say(view, value ? "Favourite" : "No favourite any more");
  repaint(view);
}

function rate(view, ids, rating) {
  if (!can(view, "rate")) return;
  post(view, "rate", ids, rating);
  say(view, rating ? `Rated ${rating} of ${STARS}` : "Rating cleared");
  repaint(view);
}

function remove(view, ids) {
  const still = ids.filter((id) => !isLeaving(view, id));
  if (!can(view, "delete") || !still.length) return;
  post(view, "delete", still);
  say(view, still.length === 1 ? "Deleted" : `${still.length} deleted`);
  repaint(view);
}

/** The runs that a key is about: the selection where the current one is part of it. */
function actedOn(view) {
  const selection = selectionOf(view);
  return selection.has(view.current) ? [...selection] : [view.current];
}
