// Files may be dropped anywhere on the page: the box for them opens, and its uploader gets them.

const BOX = ".st-key-bring_in_box button";
const INPUT = ".st-key-bring_in_files input[type=file]";
const PATIENCE_MS = 5000;

function hasFiles(event) {
  return [...(event.dataTransfer?.types ?? [])].includes("Files");
}

function input(ready) {
  const begun = Date.now();
  const look = () => {
    const found = document.querySelector(INPUT);
    if (found) ready(found);
    else if (Date.now() - begun < PATIENCE_MS) setTimeout(look, 50);
  };
  look();
}

export default function () {
  let isOurs = false; // a picture of this page that is dragged is a file to the browser, too
  const start = () => (isOurs = true);
  const end = () => (isOurs = false);
  const open = () => {
    if (!document.querySelector(INPUT)) document.querySelector(BOX)?.click();
  };
  const over = (event) => {
    if (isOurs || !hasFiles(event)) return;
    event.preventDefault(); // or the browser would leave the page for the file
    open();
  };
  const drop = (event) => {
    if (isOurs || !hasFiles(event)) return;
    event.preventDefault();
    if (event.target.closest?.("[data-testid=stFileUploader]")) return; // it takes them itself
    const files = event.dataTransfer.files;
    open();
    input((found) => {
      found.files = files;
      found.dispatchEvent(new Event("change", { bubbles: true }));
    });
  };
  document.addEventListener("dragstart", start, true);
  document.addEventListener("dragend", end, true);
  document.addEventListener("dragenter", over);
  document.addEventListener("dragover", over);
  document.addEventListener("drop", drop);
  return () => {
    document.removeEventListener("dragstart", start, true);
    document.removeEventListener("dragend", end, true);
    document.removeEventListener("dragenter", over);
    document.removeEventListener("dragover", over);
    document.removeEventListener("drop", drop);
  };
}
