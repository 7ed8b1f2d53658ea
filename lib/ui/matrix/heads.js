// The heads of rows and columns: they stay in sight, and say which values a cell has.

function newHead(kind, role, names, words) {
  const head = document.createElement("div");
  head.className = kind;
  head.setAttribute("role", role);
  head.title = names.map((name, at) => `${name}: ${words[at]}`).join("\n");
  names.forEach((name, at) => head.append(headLine(name, words[at])));
  return head;
}

function headLine(name, word) {
  const line = document.createElement("p");
  const value = document.createElement("bdi");
  value.textContent = word;
  line.append(note("name", name), " ", value); // the space is for who hears it
  return line;
}

/** The row of column heads; its cells come and go with what is seen. */
function headRow(view) {
  const row = document.createElement("div");
  row.className = "heads";
  row.setAttribute("role", "row");
  row.setAttribute("aria-rowindex", 1);
  const corner = document.createElement("div");
  corner.className = "corner";
  corner.setAttribute("role", "columnheader");
  corner.setAttribute("aria-label", view.data.rowNames.join(", ") || "Cells");
  row.append(corner);
  return row;
}

function drawHeads(view, columns) {
  if (!view.measures.headHeight) return;
  if (!view.heads.isConnected) view.grid.prepend(view.heads);
  for (const [column, head] of view.columnHeads) {
    if (columns.has(column)) continue;
    head.remove();
    view.columnHeads.delete(column);
  }
  for (const column of columns) {
    if (view.columnHeads.has(column)) continue;
    const { columnNames, columns: words } = view.data;
    const head = newHead("columnhead", "columnheader", columnNames, words[column]);
    head.style.setProperty("--column", column);
    head.setAttribute("aria-colindex", column + 1 + offsetOf(view));
    view.columnHeads.set(column, head);
    view.heads.append(head);
  }
}

function offsetOf(view) {
  return view.measures.headWidth ? 1 : 0;
}
