// The map of the library: every track a point, near means alike. Pan, zoom, hover, click to play.

import { get, getBytes } from "./api.js";
import { cover } from "./cover.js";
import { h, iconButton, toast } from "./dom.js";
import { watchFingers } from "./gestures.js";
import { nothing, playable } from "./list.js";
import { legend } from "./maplegend.js";
import { readPoints } from "./mappoints.js";
import { Painter } from "./painter.js";
import { picker } from "./picker.js";
import { player } from "./player.js";
import { startRadio } from "./radio.js";
import { sentence, text } from "./texts.js";
import { drawWay } from "./way.js";

const POLL_MS = 2000;
const N_SEEDS = 5; // tracks around the middle, that a radio from there stays near
const MARGIN = 60; // pixels
const CLOSE = 6; // how near one comes to a track that is looked for
const REACH = 14; // pixels within which a point is hit

export function mapView() {
  const place = h("div", { class: "map-place" }, h("p", { class: "quiet-text" }, text("map.unfolding")));
  const view = h("div", { class: "view wide" }, h("h1", {}, text("map.title")), place);
  libraryMap(place);
  return view;
}

/** Show the map in a place, as soon as it is drawn; `way` are songs that a line is drawn through. */
export async function libraryMap(place, { way = [] } = {}) {
  let shown = null;
  for (let first = true; first || place.isConnected; first = false) {
    try {
      const about = await get("/map");
      if (about.n_points && about.version !== shown) {
        shown = about.version;
        const bytes = await getBytes("/map/points");
        place.replaceChildren(new LibraryMap(about, new DataView(bytes), way).element);
      }
      if (!about.n_points) place.replaceChildren(waiting(about));
      if (!about.n_waiting || (about.message && !about.is_drawing)) return;
    } catch (error) {
      place.replaceChildren(nothing(text("map.none"), error.message));
      return;
    }
    await new Promise((resolve) => { setTimeout(resolve, POLL_MS); });
  }
}

function waiting(about) {
  if (about.message) return nothing(text("map.none"), sentence(about.message));
  if (!about.n_waiting) return nothing(text("map.not_yet"), text("map.scan_first"));
  return nothing(text("map.drawing"), text("map.arranging", { n: about.n_waiting }));
}

class LibraryMap {
  #ids; #x; #y;
  #painter;
  #canvas = h("canvas", { class: "map-canvas", tabIndex: 0, role: "application", "aria-label": text("map.keys") });
  #tip = h("div", { class: "map-tip", role: "status", hidden: true });
  #here = h("div", { class: "map-here", role: "img", "aria-label": text("map.here"), hidden: true });
  #view = { x: 0, y: 0, scale: 1 };
  #hovered = -1;
  #names = new Map();
  #way;
  #over = h("canvas", { class: "map-over", "aria-hidden": "true" });

  constructor(about, data, way) {
    const { ids, x, y, genre } = readPoints(data);
    [this.#ids, this.#x, this.#y] = [ids, x, y];
    this.#way = way.map((id) => this.#ids.indexOf(id)).filter((index) => index >= 0);
    this.#painter = new Painter(this.#canvas, x, y);
    const stage = h("div", { class: "map-stage" }, this.#canvas, this.#over, this.#here, this.#tip, h("div", { class: "map-buttons" },
      iconButton("add", text("map.zoom_in"), () => this.#zoom(1.5)), iconButton("less", text("map.zoom_out"), () => this.#zoom(1 / 1.5)), iconButton("undo", text("map.show_all"), () => this.#fit()),
      iconButton("here", text("map.go_here"), () => this.#goTo(player.current?.track_id)),
      iconButton("radio", text("map.radio"), () => startRadio({ track: this.#around(N_SEEDS) }))));
    this.element = h("div", {}, way.length ? null : picker(text("map.find"), null, (track) => track && this.#goTo(track.track_id)), stage, legend(this.#painter, { ids, genre, names: about.genres }, () => this.#draw()), h("p", { class: "quiet-text" }, text("map.about", { n: about.n_points })));
    this.#watch();
    new ResizeObserver(() => this.#draw()).observe(this.#canvas);
  }

  #watch() {
    watchFingers(this.#canvas, {
      pan: (dx, dy) => this.#pan(dx, dy),
      zoom: (factor, event) => this.#zoom(factor, event),
      tap: (event) => this.#play(this.#nearest(event.offsetX, event.offsetY)),
      hover: (event) => this.#hover(event),
    });
    this.#canvas.addEventListener("pointerleave", () => { this.#hovered = -1; this.#tip.hidden = true; });
    this.#canvas.addEventListener("keydown", (event) => this.#key(event));
    const follow = () => (this.#canvas.isConnected ? this.#draw() : player.removeEventListener("queue", follow));
    player.addEventListener("queue", follow);
  }

  #key(event) {
    const pans = { ArrowLeft: [60, 0], ArrowRight: [-60, 0], ArrowUp: [0, 60], ArrowDown: [0, -60] };
    const [width, height] = [this.#canvas.clientWidth, this.#canvas.clientHeight];
    if (pans[event.key]) this.#pan(...pans[event.key]);
    else if (event.key === "+" || event.key === "=") this.#zoom(1.4);
    else if (event.key === "-") this.#zoom(1 / 1.4);
    else if (event.key === "Enter") this.#play(this.#nearest(width / 2, height / 2, Infinity));
    else return;
    event.preventDefault();
    const middle = this.#nearest(width / 2, height / 2, Infinity);
    this.#describe(middle, width / 2, height / 2);
  }

  /** How many pixels 1 is long, across and down: the map fills its frame. */
  get #unit() {
    const { clientWidth: width, clientHeight: height } = this.#canvas;
    const [across, down] = [Math.min(width, height * 1.7), Math.min(height, width * 1.2)];
    return [across, down].map((length) => length * 0.46 * this.#view.scale);
  }

  #pan(dx, dy) {
    const [ux, uy] = this.#unit;
    this.#view.x += dx / ux;
    this.#view.y += dy / uy;
    this.#keepInSight();
    this.#draw();
  }

  /** Nobody is left in the void: the track nearest to the middle stays on the canvas. */
  #keepInSight() {
    const { clientWidth: width, clientHeight: height } = this.#canvas;
    const nearest = this.#nearest(width / 2, height / 2, Infinity);
    if (nearest < 0) return;
    const back = (place, length) => Math.max(MARGIN - place, 0) + Math.min(length - MARGIN - place, 0);
    const [[px, py], [ux, uy]] = [this.#pixel(nearest), this.#unit];
    this.#view.x += back(px, width) / ux;
    this.#view.y += back(py, height) / uy;
  }

  /** Show where a track is. */
  #goTo(id) {
    const index = this.#ids.indexOf(id);
    if (index < 0) return toast(text("map.not_there"), "error");
    this.#view = { x: -this.#x[index], y: -this.#y[index], scale: Math.max(CLOSE, this.#view.scale) };
    this.#draw();
    return this.#describe(index, this.#canvas.clientWidth / 2, this.#canvas.clientHeight / 2);
  }

  #zoom(factor, at = null) {
    const box = this.#canvas.getBoundingClientRect();
    const [px, py] = at ? [at.clientX - box.left - box.width / 2, at.clientY - box.top - box.height / 2] : [0, 0];
    const before = this.#unit;
    this.#view.scale = Math.min(80, Math.max(0.5, this.#view.scale * factor));
    const after = this.#unit;
    this.#view.x += px * (1 / after[0] - 1 / before[0]);
    this.#view.y += py * (1 / after[1] - 1 / before[1]);
    this.#keepInSight();
    this.#draw();
  }

  #fit() { this.#view = { x: 0, y: 0, scale: 1 }; this.#draw(); }

  #draw() {
    const { x, y } = this.#view;
    this.#painter.draw({ x, y, unit: this.#unit, scale: this.#view.scale, lit: this.#hovered });
    if (this.#way.length) drawWay(this.#over, this.#way.map((index) => this.#pixel(index)));
    const playing = this.#ids.indexOf(player.current?.track_id);
    this.#here.hidden = playing < 0;
    if (playing >= 0) [this.#here.style.left, this.#here.style.top] = this.#pixel(playing).map((place) => `${place}px`);
  }

  /** Where a track is on the canvas. */
  #pixel(index) {
    const [[ux, uy], { clientWidth: width, clientHeight: height }] = [this.#unit, this.#canvas];
    return [(this.#x[index] + this.#view.x) * ux + width / 2, (this.#y[index] + this.#view.y) * uy + height / 2];
  }

  /** The numbers of the tracks nearest to the middle. */
  #around(n) {
    const [ux, uy] = this.#unit;
    const far = (index) => ((this.#x[index] + this.#view.x) * ux) ** 2 + ((this.#y[index] + this.#view.y) * uy) ** 2;
    const places = Array.from(this.#ids, (_, index) => [far(index), index]).sort(([a], [b]) => a - b);
    return places.slice(0, n).map(([, index]) => this.#ids[index]);
  }

  #nearest(px, py, reach = REACH) {
    const [ux, uy] = this.#unit;
    const [x, y] = [(px - this.#canvas.clientWidth / 2) / ux - this.#view.x, (py - this.#canvas.clientHeight / 2) / uy - this.#view.y];
    let [best, least] = [-1, reach ** 2];
    for (let i = 0; i < this.#x.length; i += 1) {
      const distance = ((this.#x[i] - x) * ux) ** 2 + ((this.#y[i] - y) * uy) ** 2;
      if (distance < least && this.#painter.shows(i)) [best, least] = [i, distance];
    }
    return best;
  }

  #hover(event) {
    const found = this.#nearest(event.offsetX, event.offsetY);
    if (found === this.#hovered) return;
    this.#hovered = found;
    this.#canvas.style.cursor = found < 0 ? "grab" : "pointer";
    this.#draw();
    this.#describe(found, event.offsetX, event.offsetY);
  }

  async #describe(index, x, y) {
    this.#tip.hidden = index < 0;
    if (index < 0) return;
    this.#hovered = index;
    this.#tip.style.left = `${Math.min(x + 14, this.#canvas.clientWidth - 230)}px`;
    this.#tip.style.top = `${Math.min(y + 14, this.#canvas.clientHeight - 70)}px`;
    const track = await this.#track(index).catch(() => null);
    if (track === null) this.#tip.hidden = true;
    else if (this.#hovered === index) this.#tip.replaceChildren(cover(track), h("strong", { dir: "auto" }, track.title), h("span", { dir: "auto" }, track.artist), h("span", { class: "quiet-text" }, track.genre));
  }

  async #track(index) {
    const id = this.#ids[index];
    if (!this.#names.has(id)) {
      this.#names.set(id, get(`/tracks/${id}`));
      this.#names.get(id).catch(() => this.#names.delete(id)); // it may be had another time
    }
    return this.#names.get(id);
  }

  async #play(index) {
    if (index < 0) return;
    try {
      player.play(playable(await this.#track(index)));
    } catch (error) {
      toast(error.message, "error");
    }
  }
}
