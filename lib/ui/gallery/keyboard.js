// The keys, while a tile has the focus. What is not ours stays the browser's and Streamlit's.

const MOVING_KEYS = ["ArrowLeft", "ArrowRight", "ArrowUp", "ArrowDown", "Home", "End"];
const BUTTON_KEYS = ["Enter", " "];

function onKey(view, event) {
  if (!view.current || event.target.closest("dialog")) return;
  if (event.target.closest("button") && BUTTON_KEYS.includes(event.key)) return;
  const isHandled =
    event.ctrlKey || event.metaKey ? onControl(view, event) : !event.altKey && onPlain(view, event);
  if (!isHandled) return;
  event.preventDefault();
  event.stopPropagation();
}

function onControl(view, event) {
  if (event.key.toLowerCase() === "a" && can(view, "select")) selectAll(view);
  else if (event.key === "Home" || event.key === "End") move(view, event.key, false);
  else return false;
  return true;
}

function onPlain(view, event) {
  const key = event.key.length === 1 ? event.key.toLowerCase() : event.key;
  const rating = ratingOf(event);
  if (MOVING_KEYS.includes(key)) move(view, key, event.shiftKey);
  else if (key === "?") showKeys(view);
  else if (event.shiftKey) return false;
  else if (key === "Enter") open(view, view.current);
  else if (rating !== null && can(view, "rate")) rate(view, actedOn(view), rating);
  else if (isLetter(event, "f") && can(view, "favourite"))
    favourite(view, actedOn(view), view.current);
  else if ((isLetter(event, "x") || key === " ") && can(view, "select"))
    toggleSelected(view, view.current);
  else if (isLetter(event, "s") && can(view, "similar")) findSimilar(view, view.current);
  else if (isLetter(event, "c") && can(view, "compare")) compareThese(view, [...selectionOf(view)]);
  else if ((key === "Delete" || key === "Backspace") && can(view, "delete"))
    remove(view, actedOn(view));
  else if (key === "Escape" && selectionOf(view).size) select(view, []);
  else return false;
  return true;
}

/** 0 to 5, also on a keyboard whose digits need Shift. */
function ratingOf(event) {
  if (event.key.length !== 1) return null; // a keypad may as well mean Home and End
  const digit = /^[0-5]$/.exec(event.key) ?? /^(?:Digit|Numpad)([0-5])$/.exec(event.code);
  return digit ? Number(digit.at(-1)) : null;
}

/** A letter's key, also where the keyboard writes other letters than Latin ones. */
function isLetter(event, letter) {
  const written = event.key.toLowerCase();
  return written === letter || (written > "\u007f" && event.code === `Key${letter.toUpperCase()}`);
}
