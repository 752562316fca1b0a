// The one player: whatever plays, plays here, so that only one thing plays at a time.

import { cover } from "./cover.js";
import { clock, h, icon, iconButton, toast } from "./dom.js";
import { Spectrum } from "./spectrum.js";

class Player extends EventTarget {
  #audio = new Audio();
  #queue = [];
  #until = Infinity;
  #spectrum = null;
  #parts = null;
  current = null;

  constructor() {
    super();
    this.#audio.preload = "metadata";
    for (const name of ["play", "pause", "timeupdate", "loadedmetadata", "seeked"]) {
      this.#audio.addEventListener(name, () => this.#refresh());
    }
    this.#audio.addEventListener("timeupdate", () => {
      if (this.time >= this.#until) this.#audio.pause();
      else if (this.#isPastEnd()) this.next();
    });
    this.#audio.addEventListener("ended", () => this.next());
    this.#audio.addEventListener("error", () => this.#onError());
  }

  get isPlaying() { return !this.#audio.paused; }
  get time() { return this.#audio.currentTime - (this.current?.start ?? 0); }
  get duration() { return this.current?.duration || this.#audio.duration || 0; }

  /** Play something; `from` and `until` (seconds) limit it to a part. */
  async play(item, { queue = [item], from = 0, until = Infinity } = {}) {
    this.#queue = queue;
    this.#until = until;
    if (this.current?.key !== item.key) {
      this.current = item;
      this.#audio.src = item.source;
      this.#show();
    }
    const begin = (item.start ?? 0) + from;
    if (begin || this.#audio.currentTime) this.#audio.currentTime = begin;
    this.#spectrum.connect(this.#audio);
    try {
      await this.#audio.play();
    } catch (error) {
      if (error.name !== "AbortError" && error.name !== "NotSupportedError") toast(error.message, "error");
    }
  }

  /** Play, or pause if it plays already. */
  toggle(item, queue) {
    if (item && this.current?.key !== item.key) return this.play(item, { queue });
    this.#until = Infinity;
    if (this.isPlaying) return this.#audio.pause();
    return this.#audio.play().catch(() => {});
  }

  pause() { this.#audio.pause(); }

  seek(seconds) {
    this.#until = Infinity;
    this.#audio.currentTime = (this.current?.start ?? 0) + Math.max(0, Math.min(seconds, this.duration));
  }

  next(step = 1) {
    const index = this.#queue.findIndex((item) => item.key === this.current?.key) + step;
    if (index >= 0 && index < this.#queue.length) this.play(this.#queue[index], { queue: this.#queue });
    else this.#audio.pause();
  }

  /** Mark in all lists what plays. */
  mark() {
    queueMicrotask(() => {
      for (const element of document.querySelectorAll("[data-plays]")) {
        const isCurrent = element.dataset.plays === this.current?.key;
        element.classList.toggle("current", isCurrent);
        element.classList.toggle("playing", isCurrent && this.isPlaying);
        if (element.tagName === "BUTTON") element.setAttribute("aria-pressed", String(isCurrent && this.isPlaying));
      }
    });
  }

  #isPastEnd() {
    return this.current?.start > 0 && this.duration > 0 && this.time >= this.duration;
  }

  #onError() {
    const { current } = this;
    if (!current) return;
    if (current.excerpt && this.#audio.error?.code === MediaError.MEDIA_ERR_SRC_NOT_SUPPORTED && !this.#audio.src.endsWith(current.excerpt)) {
      toast("This browser does not play this format; here is its first minute.");
      this.#audio.src = current.excerpt;
      this.#audio.play().catch(() => {});
    } else {
      const why = this.#audio.error?.code === MediaError.MEDIA_ERR_SRC_NOT_SUPPORTED && !current.excerpt ? "This browser does not play this format; Resona has heard it all the same." : `“${current.title}” cannot be played here.`;
      toast(why, "error");
    }
  }

  #build() {
    const place = document.getElementById("player");
    const parts = {
      cover: h("a", { class: "player-cover", "aria-label": "Show this track" }),
      title: h("span", { class: "title" }),
      artist: h("span", { class: "artist" }),
      toggle: iconButton("play", "Play", () => this.toggle(), { class: "round big", id: "toggle" }),
      seek: h("input", { type: "range", class: "seek", min: 0, max: 1000, value: 0, "aria-label": "Position", oninput: (event) => this.seek((event.target.value / 1000) * this.duration) }),
      time: h("span", { class: "time" }),
      left: h("span", { class: "time" }),
      canvas: h("canvas", { class: "spectrum", "aria-hidden": "true" }),
      volume: h("input", { type: "range", class: "volume", min: 0, max: 100, value: 100, "aria-label": "Volume", oninput: (event) => { this.#audio.volume = event.target.value / 100; } }),
    };
    place.append(
      h("div", { class: "now" }, parts.cover, h("div", { class: "names" }, parts.title, parts.artist)),
      h("div", { class: "controls" },
        h("div", { class: "buttons" }, iconButton("previous", "Previous", () => this.next(-1)), parts.toggle, iconButton("next", "Next", () => this.next())),
        h("div", { class: "timeline" }, parts.time, parts.seek, parts.left)),
      h("div", { class: "sound" }, parts.canvas, icon("volume"), parts.volume));
    this.#spectrum = new Spectrum(parts.canvas);
    return parts;
  }

  #show() {
    this.#parts ??= this.#build();
    const { current } = this;
    document.getElementById("player").hidden = false;
    document.body.classList.add("has-player");
    this.#parts.cover.replaceChildren(cover(current));
    this.#parts.cover.href = current.link ?? "#/";
    this.#parts.title.textContent = current.title;
    this.#parts.artist.textContent = current.artist;
    document.title = `${current.title} · Resona`;
  }

  #refresh() {
    this.mark();
    this.dispatchEvent(new Event("change"));
    if (!this.#parts) return;
    const { toggle, seek, time, left } = this.#parts;
    const label = this.isPlaying ? "Pause" : "Play";
    if (toggle.title !== label) {
      toggle.replaceChildren(icon(label.toLowerCase()));
      toggle.title = label;
      toggle.setAttribute("aria-label", label);
    }
    const share = this.duration ? this.time / this.duration : 0;
    seek.value = share * 1000;
    seek.style.setProperty("--done", `${share * 100}%`);
    seek.setAttribute("aria-valuetext", `${clock(this.time)} of ${clock(this.duration)}`);
    time.textContent = clock(Math.max(0, this.time));
    left.textContent = clock(this.duration);
  }
}

export const player = new Player();
