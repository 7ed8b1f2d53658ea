// The keys of judging. They work wherever the focus is, but where something is written or chosen.

const SAYS = { arrowleft: "left", 1: "left", arrowright: "right", 2: "right" };
Object.assign(SAYS, { arrowdown: "tie", t: "tie", s: "skip" });
const HEARD = { left: "The first one", right: "The second one", tie: "Tie", skip: "Skipped" };
const ELSEWHERE = "input, textarea, select, dialog, [contenteditable], [role=dialog], [role=listbox]";

function onVotingKey(view, event) {
  if (event.ctrlKey || event.metaKey || event.altKey || event.repeat || isElsewhere(event)) return;
  const key = event.key.toLowerCase();
  if (key in SAYS) answer(view, SAYS[key]);
  else if (key === "u") takeBack(view);
  else if (key === "?") view.one(".keys").showModal();
  else return;
  event.preventDefault();
  event.stopPropagation();
}

function isElsewhere(event) {
  return event.composedPath().some((node) => node instanceof Element && node.matches(ELSEWHERE));
}
