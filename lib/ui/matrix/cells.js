// The cells as Python lists them, made into the items that tiles are drawn from.

function itemOf(listed, data) {
  const [id, row, column, state, pictures, cost, time, problem, runId, isOpen, flagged, favourite, rating] =
    listed;
  return {
    ...{ id, row, column, state, cost, time, problem, rating },
    ...{ isOpen: !!isOpen, flagged: !!flagged, favourite: !!favourite },
    label: [...data.rows[row], ...data.columns[column]].join(", "),
    exactTime: "",
    pictures: pictures.map((digest, number) => ({ number, url: `/app/static/thumb/${digest}` })),
    link: runId ? `/history?run=${encodeURIComponent(runId)}` : "",
  };
}

/** In reading order, which ranges and the flow of a single line go by. */
function itemsOf(data) {
  const items = data.cells.map((listed) => itemOf(listed, data));
  return items.sort((one, other) => one.row - other.row || one.column - other.column);
}

/** A tile that was used for another cell, or a new one; its stars are made once. */
function tileFor(view) {
  if (view.spare.length) return view.spare.pop();
  const stars = view.template.content.querySelector(".stars");
  for (let number = stars.children.length + 1; number <= STARS; number++) stars.append(newStar(number));
  return view.template.content.firstElementChild.cloneNode(true);
}
