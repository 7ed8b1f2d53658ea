// Marks as the user left them: those that Python knows of, and on top what is on its way there.

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
