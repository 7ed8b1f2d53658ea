// What was done here and Python has not taken yet. It is sent again with everything that follows,
// since Streamlit drops what was sent when something newer comes before a page is drawn.
// A view has an `outbox`, the `component` it belongs to, and `giveUp` for what nobody ever takes.

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
    view.giveUp();
  }
}

function forgetTaken(view, taken) {
  const outbox = view.outbox;
  const last = taken[outbox.sender] ?? 0;
  outbox.waiting = outbox.waiting.filter((event) => event.n > last);
}

function closeOutbox(view) {
  clearTimeout(view.outbox.timer);
}
