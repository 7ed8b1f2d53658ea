// A picture in a pane: its thumbnail at once, itself as soon as it has come.

/** Show a picture of { url, thumbUrl, alt, width, height }; `changed` once its size is known. */
function showPicture(pane, picture, changed) {
  pane.width = picture.width || 1;
  pane.height = picture.height || 1;
  const sharp = imageOf(picture.url, picture.alt);
  const rough = picture.thumbUrl ? imageOf(picture.thumbUrl, "") : null;
  sharp.onload = () => {
    rough?.remove();
    pane.width = sharp.naturalWidth || pane.width;
    pane.height = sharp.naturalHeight || pane.height;
    changed();
  };
  sharp.onerror = () => pane.mover.isConnected && sharp.isConnected && cannotShow(pane);
  pane.frame.querySelector(".cannot")?.remove();
  pane.mover.replaceChildren(...[rough, sharp].filter(Boolean));
}

function imageOf(url, alt) {
  const image = new Image();
  image.decoding = "async";
  image.draggable = false;
  image.alt = alt;
  image.src = url;
  return image;
}

function cannotShow(pane) {
  const words = document.createElement("p");
  words.className = "cannot";
  words.textContent = "This picture cannot be shown.";
  pane.mover.replaceChildren();
  pane.frame.append(words);
}
