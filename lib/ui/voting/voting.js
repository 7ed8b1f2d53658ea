// Two pictures to be judged. An answer shows the next pair at once; Python hears of it meanwhile.

const views = new WeakMap();

export default function (component) {
  const root = component.parentElement;
  // Streamlit puts the markup in anew when it has changed, as after an update.
  if (!root.contains(views.get(root)?.section)) views.set(root, newView(root));
  const view = views.get(root);
  view.component = component;
  takeOver(view, component.data);
  document.addEventListener("keydown", view.onKey);
  return () => endVoting(view);
}

function newView(root) {
  const section = root.querySelector(".voting");
  const one = (selector) => section.querySelector(selector);
  const view = {
    ...{ section, one, outbox: newOutbox(), pairs: [], answered: new Set(), shown: null },
    ...{ last: null, waitsFor: 0, loaded: new Map() },
    giveUp: () => giveUp(view),
  };
  view.onKey = (event) => onVotingKey(view, event);
  for (const button of section.querySelectorAll("[data-says]"))
    button.addEventListener("click", () => answer(view, button.dataset.says));
  one(".undo").addEventListener("click", () => takeBack(view));
  one(".help").addEventListener("click", () => one(".keys").showModal());
  return view;
}

function takeOver(view, data) {
  forgetTaken(view, data.taken);
  view.pairs = data.pairs.filter((pair) => !view.answered.has(pair.token));
  view.last = view.outbox.waiting.findLast((event) => event.kind === "vote")?.ids[0] ?? data.last;
  if ((data.taken[view.outbox.sender] ?? 0) >= view.waitsFor) view.waitsFor = 0;
  view.one(".told").textContent = data.told;
  showFirst(view);
}

function showFirst(view) {
  const pair = view.waitsFor ? null : view.pairs[0];
  if (pair && pair.token !== view.shown) {
    const frames = view.section.querySelectorAll(".frame");
    showSide(view, frames[0], pair.left);
    showSide(view, frames[1], pair.right);
    view.one(".prompt").textContent = pair.prompt ?? "";
    view.one(".prompt").hidden = !pair.prompt;
  }
  view.shown = pair?.token ?? null;
  view.one(".pair").hidden = !pair;
  view.one(".none").hidden = Boolean(pair);
  view.one(".none").textContent = pair ? "" : "One moment: the next two pictures are looked for.";
  for (const button of view.section.querySelectorAll(".bar [data-says]")) button.disabled = !pair;
  view.one(".undo").disabled = !canTakeBack(view);
  load(view);
}

function showSide(view, frame, picture) {
  const sharp = view.loaded.get(picture.url) ?? imageOf(picture.url, "A picture to judge");
  const rough = imageOf(picture.thumbUrl, "");
  sharp.onload = () => rough.remove();
  sharp.onerror = () => cannotShow({ mover: frame, frame });
  frame.replaceChildren(...(sharp.complete && sharp.naturalWidth ? [sharp] : [rough, sharp]));
}

/** Load what comes next, so that it is there at once; let go of what was. */
function load(view) {
  const urls = view.pairs.flatMap((pair) => [pair.left.url, pair.right.url]);
  for (const url of view.loaded.keys()) if (!urls.includes(url)) view.loaded.delete(url);
  for (const url of urls)
    if (!view.loaded.has(url)) view.loaded.set(url, imageOf(url, "A picture to judge"));
}

function answer(view, outcome) {
  const pair = view.pairs[0];
  if (!pair || view.waitsFor) return;
  view.answered.add(pair.token);
  view.pairs = view.pairs.slice(1);
  view.last = pair.token;
  view.one(".heard").textContent = `${HEARD[outcome]}.`;
  post(view, "vote", [pair.token], outcome);
  showFirst(view);
}

function canTakeBack(view) {
  return Boolean(view.last) && !view.waitsFor;
}

/** Python shows the pair again: until it does, nothing else is answered. */
function takeBack(view) {
  if (!canTakeBack(view)) return;
  post(view, "undo", [view.last], null);
  view.waitsFor = view.outbox.last;
  view.last = null;
  view.one(".heard").textContent = "Taken back.";
  showFirst(view);
}

function giveUp(view) {
  view.waitsFor = 0;
  view.pairs = [];
  showFirst(view);
  view.one(".none").textContent = "Plantain does not answer: reload the page. The last votes may be lost.";
}

function endVoting(view) {
  document.removeEventListener("keydown", view.onKey);
  closeOutbox(view);
}
