// One tile for a run. Texts are set as text, never as markup: a prompt may hold anything.

const MOST_PICTURES = 4;
const WIDE = 1;
const STARS = 5;
const STAR =
  "m10 2.6 2.27 4.6 5.08.74-3.67 3.58.87 5.05L10 14.19l-4.54 2.38.86-5.05L2.65 7.94l5.08-.74z";

function newTile(view) {
  const tile = view.template.content.firstElementChild.cloneNode(true);
  const stars = tile.querySelector(".stars");
  for (let number = 1; number <= STARS; number++) stars.append(newStar(number));
  return tile;
}

function newStar(number) {
  const star = document.createElement("button");
  star.type = "button";
  star.tabIndex = -1;
  star.dataset.rating = number;
  star.setAttribute("aria-label", number === 1 ? "1 star" : `${number} stars`);
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  svg.setAttribute("viewBox", "0 0 20 20");
  svg.setAttribute("aria-hidden", "true");
  const path = document.createElementNS("http://www.w3.org/2000/svg", "path");
  path.setAttribute("d", STAR);
  svg.append(path);
  star.append(svg);
  return star;
}

/** Draw what Python said about an item; what the user did about it is painted on top. */
function drawTile(tile, item) {
  const signature = JSON.stringify(item);
  if (tile.signature === signature) return;
  tile.signature = signature;
  tile.dataset.id = item.id;
  drawPictures(tile.querySelector(".pictures"), item);
  tile.querySelector(".flagged").hidden = !item.flagged;
  tile.querySelector(".label").textContent = item.label;
  tile.querySelector(".state").textContent = item.pictures.length ? item.state : "";
  tile.querySelector(".cost").textContent = item.cost;
  const time = tile.querySelector(".time");
  time.textContent = item.time;
  time.title = item.exactTime;
}

function drawPictures(frame, item) {
  const link = item.link || null;
  link ? frame.setAttribute("href", link) : frame.removeAttribute("href");
  const shown = JSON.stringify([item.pictures, item.pictures.length || [item.state, item.problem]]);
  if (frame.shown === shown) return;
  frame.shown = shown;
  frame.classList.toggle("open", item.isOpen);
  const pictures = item.pictures.slice(0, MOST_PICTURES);
  frame.dataset.count = pictures.length;
  frame.dataset.shape = pictures[0]?.ratio >= WIDE ? "wide" : "tall";
  frame.replaceChildren(...pictures.map(newPicture), ...words(item));
}

function newPicture(picture) {
  const image = new Image();
  image.loading = "lazy";
  image.decoding = "async";
  image.draggable = false;
  image.alt = ""; // the tile's own name says it
  image.dataset.number = picture.number;
  image.onerror = () => image.replaceWith(note("gone", "This picture cannot be shown."));
  image.src = picture.url;
  return image;
}

function words(item) {
  const hidden = item.pictures.length - MOST_PICTURES;
  if (hidden > 0) return [note("more", `+${hidden}`)];
  if (item.pictures.length) return [];
  return [note("standing", item.state), ...(item.problem ? [note("problem", item.problem)] : [])];
}

function note(name, text) {
  const element = document.createElement("span");
  element.className = name;
  element.textContent = text;
  return element;
}

/** Paint what can change between two drawings by Python: marks, selection, and the current tile. */
function paintTile(view, item, selection) {
  const tile = tileOf(view, item.id);
  const favourite = valueOf(view, item, "favourite", "favourite");
  const rating = valueOf(view, item, "rating", "rate");
  const isSelected = selection.has(item.id);
  const isCurrent = item.id === view.current;
  const painted = [tile.signature, favourite, rating, isSelected, isCurrent, isLeaving(view, item.id)];
  if (painted.every((value, at) => tile.painted?.[at] === value)) return;
  tile.painted = painted;
  tile.tabIndex = isCurrent ? 0 : -1;
  tile.setAttribute("aria-selected", isSelected);
  tile.setAttribute("aria-label", nameOf(item, favourite, rating));
  tile.classList.toggle("favoured", favourite);
  tile.classList.toggle("leaving", isLeaving(view, item.id));
  tile.querySelector(".favourite").setAttribute("aria-pressed", favourite);
  tile.querySelector(".select").setAttribute("aria-pressed", isSelected);
  tile.querySelector(".stars").dataset.rating = rating;
  for (const star of tile.querySelectorAll(".stars button")) {
    star.setAttribute("aria-pressed", Number(star.dataset.rating) === rating);
    star.classList.toggle("lit", Number(star.dataset.rating) <= rating);
  }
}

function nameOf(item, favourite, rating) {
  const pictures = item.pictures.length > 1 ? `${item.pictures.length} pictures` : "";
  const marks = [
    ...[favourite && "favourite", rating && `rated ${rating} of ${STARS}`],
    ...[item.flagged && "flagged", item.problem],
  ];
  const facts = [item.label, item.state, pictures, item.cost, item.time, ...marks];
  return facts.filter(Boolean).join(", ");
}
