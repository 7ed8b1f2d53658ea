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
  ["zoom", "+ −", "Larger and smaller, also Ctrl and the wheel"],
  [null, "?", "These keys"],
];

// Elsewhere on the page, where these keys lead to.
const KEYS_ELSEWHERE = [
  [
    "A picture looked at closely",
    [
      ["← →", "The picture before and after"],
      ["+ −", "Zoom, also by wheel and pinch"],
      ["0", "All of the picture"],
      ["Z", "All of it, or its pixels"],
      ["Shift + ← → ↑ ↓", "Move it"],
      ["Esc", "Close"],
    ],
  ],
  [
    "While comparing",
    [
      ["S D F", "Side by side, slider, flicker"],
      ["← →", "Move the slider, or show the next"],
      ["P", "Play the flicker, or stop it"],
    ],
  ],
];

function showKeys(view) {
  const list = view.keys.querySelector("dl");
  const known = KEYS.filter(([action]) => !action || can(view, action));
  const elsewhere = can(view, "compare") ? KEYS_ELSEWHERE : [];
  list.replaceChildren(
    ...known.flatMap(([, keys, meaning]) => keyLine(keys, meaning)),
    ...elsewhere.flatMap(([place, lines]) => [
      term("h3", place),
      ...lines.flatMap(([keys, meaning]) => keyLine(keys, meaning)),
    ]),
  );
  view.keys.showModal();
  view.keys.scrollTop = 0; // the button has the focus, and is at its end
}

function keyLine(keys, meaning) {
  return [keyName(keys), term("dd", meaning)];
}

function keyName(keys) {
  const name = document.createElement("dt");
  const isBetween = (key, at) => at > 0 && /^[+–]$/.test(key);
  name.append(...keys.split(" ").map((key, at) => (isBetween(key, at) ? ` ${key} ` : keyCap(key))));
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
