// Building the page from elements. Text only ever enters as text: nothing here, or anywhere, parses HTML.

const SVG = "http://www.w3.org/2000/svg";

const ICONS = {
  play: "M8 5.5v13l11-6.5z",
  pause: "M8 5h3v14H8zM14 5h3v14h-3z",
  next: "M6 5.5v13l9-6.5zM16 5h2.5v14H16z",
  previous: "M18 5.5v13l-9-6.5zM5.5 5H8v14H5.500z",
  add: "M11 5h2v6h6v2h-6v6h-2v-6H5v-2h6z",
  less: "M5 11h14v2H5z",
  remove: "M6.4 5l5.6 5.600L17.6 5 19 6.4 13.4 12l5.6 5.6-1.4 1.4-5.6-5.600L6.4 19 5 17.6 10.6 12 5 6.400z",
  discover: "M11 3a8 8 0 1 0 4.9 14.300l4.4 4.4 1.4-1.4-4.4-4.400A8 8 0 0 0 11 3zm0 2a6 6 0 1 1 0 12 6 6 0 0 1 0-12z",
  browse: "M4 4h2v16H4zM8.5 4h2v16h-2zM13.2 4.600l1.9-.5 4.2 15.3-1.9.6z",
  map: "M6 5a2.5 2.5 0 1 0 0 5 2.5 2.5 0 0 0 0-5zm11 1a3 3 0 1 0 0 6 3 3 0 0 0 0-6zM9.5 14a3.5 3.5 0 1 0 0 7 3.5 3.5 0 0 0 0-7zm8.5 2a1.5 1.5 0 1 0 0 3 1.5 1.5 0 0 0 0-3z",
  playlist: "M4 6h11v2H4zM4 11h11v2H4zM4 16h7v2H4zM18 6v8.300a3 3 0 1 0 2 2.700V9h2V6z",
  here: "M12 2a10 10 0 1 0 0 20 10 10 0 0 0 0-20zm0 2.500a7.500 7.500 0 1 1 0 15 7.500 7.500 0 0 1 0-15zM12 9a3 3 0 1 0 0 6 3 3 0 0 0 0-6z",
  queue: "M4 6h13v2H4zM4 11h13v2H4zM4 16h7v2H4zM14 14.500v7l6-3.500z",
  teach: "M12 4a8 8 0 0 0-8 8v6a2 2 0 0 0 2 2h3v-8H6a6 6 0 0 1 12 0h-3v8h3a2 2 0 0 0 2-2v-6a8 8 0 0 0-8-8z",
  library: "M12 3l9 4.500v2H3v-2zM5 11h2v6H5zM11 11h2v6h-2zM17 11h2v6h-2zM3 18.500h18v2H3z",
  players: "M7 2h10a2 2 0 0 1 2 2v16a2 2 0 0 1-2 2H7a2 2 0 0 1-2-2V4a2 2 0 0 1 2-2zm0 3v12h10V5zM11 18.500h2v2h-2z",
  sun: "M12 7a5 5 0 1 0 0 10 5 5 0 0 0 0-10zM11 1.500h2v3h-2zM11 19.500h2v3h-2zM1.5 11h3v2h-3zM19.5 11h3v2h-3zM4 5.400L5.4 4l2.1 2.1-1.4 1.400zM16.5 17.900l1.4-1.4 2.1 2.1-1.4 1.400zM4 18.600l2.1-2.1 1.4 1.400L5.4 20zM16.5 6.100L18.6 4 20 5.400l-2.1 2.100z",
  moon: "M12.5 3A9 9 0 1 0 21 13.5 7 7 0 0 1 12.5 3z",
  drop: "M11 4h2v8.200l3.3-3.3 1.4 1.400L12 16l-5.7-5.7 1.4-1.4 3.3 3.300zM4 18h16v2H4z",
  up: "M12 7l6 6-1.4 1.400L12 9.800l-4.6 4.600L6 13z",
  down: "M12 17l-6-6 1.4-1.4 4.6 4.6 4.6-4.600L18 11z",
  grip: "M8 5h3v3H8zM13 5h3v3h-3zM8 10.500h3v3H8zM13 10.500h3v3h-3zM8 16h3v3H8zM13 16h3v3h-3z",
  radio: "M12 10a2 2 0 0 0-1 3.700V21h2v-7.300A2 2 0 0 0 12 10zM8.100 8.100 6.700 6.700a7.500 7.500 0 0 0 0 10.600l1.400-1.400a5.500 5.500 0 0 1 0-7.800zM15.900 8.100a5.500 5.500 0 0 1 0 7.800l1.400 1.400a7.500 7.500 0 0 0 0-10.600zM4.600 4.600 3.200 3.200a12.400 12.400 0 0 0 0 17.600l1.400-1.400a10.400 10.400 0 0 1 0-14.800zM19.400 4.600a10.400 10.400 0 0 1 0 14.800l1.400 1.400a12.400 12.400 0 0 0 0-17.600z",
  shuffle: "M16 4l5 4-5 4V9h-1.500l-8 8H3v-2h3.700l8-8H16zM3 7h3.700l2.300 2.300-1.400 1.400L5.900 9H3zM16 12l5 4-5 4v-3h-2.300l-2.600-2.600 1.400-1.400 2 2H16z",
  repeat: "M7 7h9V4l5 4-5 4V9H7v4H5V9a2 2 0 0 1 2-2zM17 17H8v3l-5-4 5-4v3h9v-4h2v4a2 2 0 0 1-2 2z",
  repeat_one: "M7 7h9V4l5 4-5 4V9H7v4H5V9a2 2 0 0 1 2-2zM17 17H8v3l-5-4 5-4v3h9v-4h2v4a2 2 0 0 1-2 2zM11 10h2v4.500h-1.300V11.300H11z",
  volume: "M4 9v6h4l5 4V5L8 9zM15.5 8.500a5 5 0 0 1 0 7l1.4 1.400a7 7 0 0 0 0-9.800z",
  why: "M11 17h2v2h-2zM12 4a5 5 0 0 0-5 5h2a3 3 0 1 1 4.7 2.400C12.3 12.4 11 13.3 11 15.500h2c0-1.3.8-1.8 2-2.700A5 5 0 0 0 12 4z",
  alike: "M5 12.500l4.5 4.500L19 7.5 17.6 6l-8.1 8.1-3.1-3.100z",
  more: "M2 20h3.500V10H2zM22 11.500A2 2 0 0 0 20 9h-5.600l1-4.300v-.4c0-.4-.2-.8-.4-1.100L13.800 2 7.600 8.300c-.4.4-.6.9-.6 1.400V18a2 2 0 0 0 2 2h8c.8 0 1.500-.5 1.800-1.200l3-7z",
  less_like: "M22 4h-3.500v10H22zM2 12.500A2 2 0 0 0 4 15h5.600l-1 4.300v.4c0 .4.2.8.4 1.100L10.200 22l6.200-6.300c.4-.4.6-.9.6-1.400V6a2 2 0 0 0-2-2H7c-.8 0-1.500.5-1.800 1.200l-3 7z",
  like: "M12 20.500C5 15.5 3 12.3 3 9a4.7 4.7 0 0 1 9-2 4.7 4.7 0 0 1 9 2c0 3.3-2 6.5-9 11.500z",
  word: "M3 4h10l8 8-9 9-9-9zM7.500 7a1.500 1.500 0 1 0 0 3 1.500 1.500 0 0 0 0-3z",
  undo: "M9 6L4 11l5 5v-3.800h5.500a3.3 3.3 0 0 1 0 6.600H9v2h5.500a5.3 5.3 0 0 0 0-10.600H9z",
};

/** Make an element: properties by name (`on…` listens, `class`, `dataset`, aria-*), children as nodes or text. */
export function h(tag, properties = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(properties)) {
    if (value === undefined || value === null || value === false) continue;
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else if (name === "dataset") Object.assign(element.dataset, value);
    else if (name in element && !name.includes("-") && name !== "list") element[name] = value;
    else element.setAttribute(name === "class" ? "class" : name, value === true ? "" : value);
  }
  element.append(...children.flat().filter((child) => child !== null && child !== undefined && child !== false));
  return element;
}

/** Draw an icon; it is decoration, the label says what it does. */
export function icon(name) {
  const svg = document.createElementNS(SVG, "svg");
  svg.setAttribute("viewBox", "0 0 24 24");
  svg.setAttribute("class", "icon");
  svg.setAttribute("aria-hidden", "true");
  const path = document.createElementNS(SVG, "path");
  path.setAttribute("d", ICONS[name]);
  svg.append(path);
  return svg;
}

/** Make a round button that shows only an icon. */
export function iconButton(name, label, onclick, properties = {}) {
  return h("button", { type: "button", class: "round", "aria-label": label, title: label, onclick, ...properties }, icon(name));
}

/** Make a button with an icon and words. */
export function textButton(name, label, onclick, properties = {}) {
  return h("button", { type: "button", class: "button", onclick, ...properties }, icon(name), h("span", {}, label));
}

/** Write seconds as people do: 3:07. */
export function clock(seconds) {
  if (!Number.isFinite(seconds) || seconds < 0) return "–:––";
  const whole = Math.floor(seconds);
  const [hours, minutes] = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60];
  const rest = String(whole % 60).padStart(2, "0");
  return hours ? `${hours}:${String(minutes).padStart(2, "0")}:${rest}` : `${minutes}:${rest}`;
}

/** Say something in passing; screen readers hear it too. `action` is what can be done about it: a label and an act. */
export function toast(message, kind = "note", action = null) {
  const note = h("div", { class: `toast ${kind}` }, h("span", {}, message),
    action ? h("button", { type: "button", class: "toast-action", onclick: () => { note.remove(); action.act(); } }, action.label) : null);
  document.getElementById("toasts").replaceChildren(note);
  setTimeout(() => note.remove(), kind === "error" || action ? 9000 : 4000);
}

/** A number from a text, always the same: for colours of things without a picture. */
export function hash(text) {
  let value = 2166136261;
  for (const letter of text) value = Math.imul(value ^ letter.codePointAt(0), 16777619);
  return value >>> 0;
}
