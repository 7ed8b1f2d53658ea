// What the keys do: a table, as far as it can be done here.

const KEYS = [
  [null, "← → ↑ ↓", "Go to another picture"],
  [null, "Home End", "First and last of the page"],
  ["open", "Enter", "Open"],
  ["favourite", "F", "Favourite, or not any more"],
  ["rate", "1 – 5", "Rate"],
  ["rate", "0", "Clear the rating"],
  ["select", "X Space", "Select, or not any more"],
  ["select", "Shift + ← → ↑ ↓", "Select from here to there, also Shift and a click"],
  ["select", "Ctrl + A", "Select the page"],
  ["select", "Esc", "Clear the selection"],
  ["similar", "S", "Find similar pictures"],
  ["compare", "C", "Compare what is selected, two to four runs"],
  ["delete", "Del", "Delete"],
  [null, "?", "These keys"],
];

function showKeys(view) {
  const list = view.keys.querySelector("dl");
  const known = KEYS.filter(([action]) => !action || can(view, action));
  list.replaceChildren(
    ...known.flatMap(([, keys, meaning]) => [keyName(keys), term("dd", meaning)]),
  );
  view.keys.showModal();
}

function keyName(keys) {
  const name = document.createElement("dt");
  name.append(...keys.split(" ").map((key) => (/^[+–]$/.test(key) ? ` ${key} ` : keyCap(key))));
  return name;
}

function keyCap(key) {
  return term("kbd", key);
}

function term(kind, text) {
  const element = document.createElement(kind);
  element.textContent = text;
  return element;
}
