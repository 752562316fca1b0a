// Fingers and mouse on a canvas: one moves it, two zoom, a tap chooses.

const TAP = 6; // pixels within which a finger may tremble

/** Tell `pan(dx, dy)`, `zoom(factor, event)`, `tap(event)` and `hover(event)`. */
export function watchFingers(canvas, { pan, zoom, tap, hover }) {
  const fingers = new Map();
  let travelled = 0;
  canvas.addEventListener("pointerdown", (event) => { fingers.set(event.pointerId, event); travelled = 0; canvas.setPointerCapture(event.pointerId); });
  canvas.addEventListener("pointermove", (event) => {
    const before = fingers.get(event.pointerId);
    if (!before) return hover(event);
    const [dx, dy] = [event.clientX - before.clientX, event.clientY - before.clientY];
    travelled += Math.hypot(dx, dy);
    const other = [...fingers.values()].find((finger) => finger.pointerId !== event.pointerId);
    if (other) {
      const [now, then] = [event, before].map((finger) => Math.hypot(finger.clientX - other.clientX, finger.clientY - other.clientY));
      zoom(now / Math.max(1, then), event);
    } else pan(dx, dy);
    return fingers.set(event.pointerId, event);
  });
  const lift = (event) => {
    if (event.type === "pointerup" && travelled < TAP && fingers.size === 1) tap(event);
    fingers.delete(event.pointerId);
  };
  canvas.addEventListener("pointerup", lift);
  canvas.addEventListener("pointercancel", lift);
  canvas.addEventListener("wheel", (event) => { event.preventDefault(); zoom(Math.exp(-event.deltaY * 0.002), event); }, { passive: false });
}
