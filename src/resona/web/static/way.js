// Draws a way over the map: a line from song to song, with a number at each.

const RADIUS = 11;

/** `points` are places on the canvas, in pixels, in the order of the way. */
export function drawWay(canvas, points) {
  const ratio = devicePixelRatio || 1;
  Object.assign(canvas, { width: canvas.clientWidth * ratio, height: canvas.clientHeight * ratio });
  const pen = canvas.getContext("2d");
  const style = getComputedStyle(canvas);
  pen.scale(ratio, ratio);
  pen.lineWidth = 2;
  pen.strokeStyle = style.getPropertyValue("--ink");
  pen.beginPath();
  for (const [x, y] of points) pen.lineTo(x, y);
  pen.stroke();
  pen.font = `600 11px ${style.fontFamily}`;
  [pen.textAlign, pen.textBaseline] = ["center", "middle"];
  points.forEach(([x, y], index) => {
    pen.beginPath();
    pen.arc(x, y, RADIUS, 0, 2 * Math.PI);
    pen.fillStyle = style.getPropertyValue("--ink");
    pen.fill();
    pen.fillStyle = style.getPropertyValue("--paper");
    pen.fillText(String(index + 1), x, y + 0.5);
  });
}
