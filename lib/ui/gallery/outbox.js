// What was done here and Python has not taken yet. It is sent again with everything that follows,
// since Streamlit drops what was sent when something newer comes before a page is drawn.

const LOOK_AGAIN_MS = 8000;
const MOST_TRIES = 4;

function newOutbox() {
  const random = crypto.getRandomValues(new Uint32Array(3));
  return { sender: Array.from(random, String).join("-"), last: 0, waiting: [], tries: 0, timer: 0 };
}

function post(view, kind, ids, value) {
  const outbox = view.outbox;
  outbox.last += 1;
  outbox.waiting.push({ n: outbox.last, kind, ids, value });
  outbox.tries = 0;
  sendWaiting(view);
}

function sendWaiting(view) {
  const { sender, waiting } = view.outbox;
  view.component.setTriggerValue("did", { sender, events: waiting });
  clearTimeout(view.outbox.timer);
  view.outbox.timer = setTimeout(() => sendAgain(view), LOOK_AGAIN_MS);
}

function sendAgain(view) {
  const outbox = view.outbox;
  if (!outbox.waiting.length) return;
  outbox.tries += 1;
  if (outbox.tries < MOST_TRIES) {
    sendWaiting(view);
  } else {
    outbox.waiting = []; // what is shown must be what is kept
    say(view, "This could not be saved. Reload the page and try again.");
    repaint(view);
  }
}

function forgetTaken(view, taken) {
  const outbox = view.outbox;
  const last = taken[outbox.sender] ?? 0;
  outbox.waiting = outbox.waiting.filter((event) => event.n > last);
}

/** The value of an item as the user left it: Python's, or what is on its way there. */
function valueOf(view, item, name, kind) {
  const newest = view.outbox.waiting.findLast(
    (event) => event.kind === kind && event.ids.includes(item.id),
  );
  return newest ? newest.value : item[name];
}

function selectionOf(view) {
  const newest = view.outbox.waiting.findLast((event) => event.kind === "select");
  return new Set(newest ? newest.ids : view.data.selected);
}

function isLeaving(view, id) {
  return view.outbox.waiting.some((event) => event.kind === "delete" && event.ids.includes(id));
}
