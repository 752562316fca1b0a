// One of two places where a song lies: while one plays, the other has the next one ready.

import { get } from "./api.js";

const STEPS = 32; // of a fade

export class Deck {
  audio = new Audio();
  item = null;
  isExcerpt = false;
  isRetried = false;
  isPart = false; // of a file that may go on behind it
  lufs = null; // as it was measured; null where it was not
  #gain = null;
  #isLeaving = false;
  #fadesUntil = 0;

  get isPlaying() { return !this.audio.paused && !this.#isLeaving; }
  get isLeaving() { return this.#isLeaving && !this.audio.paused; }
  get source() { return this.isExcerpt ? this.item.excerpt : this.item.source; }
  get time() { return this.audio.currentTime - this.#start; }
  set time(seconds) { this.audio.currentTime = this.#start + seconds; }

  /** Where the song begins in what is loaded: an excerpt begins with the song. */
  get #start() { return this.isExcerpt ? 0 : (this.item?.start ?? 0); }

  connect(context, target) {
    this.#gain = new GainNode(context);
    context.createMediaElementSource(this.audio).connect(this.#gain).connect(target);
  }

  /** Have a song ready at its beginning. */
  load(item, { isExcerpt = false, isRetried = false } = {}) {
    if (this.item?.key !== item.key) this.#measure(item);
    Object.assign(this, { item, isExcerpt, isRetried });
    this.#isLeaving = false;
    this.audio.preload = "auto";
    this.audio.src = this.source;
    if (this.#start) this.audio.currentTime = this.#start;
  }

  /** Say whether a song can begin here at once. */
  hasReady(item) { return this.item?.key === item.key && !this.audio.error && this.audio.paused && this.time < 0.05; }

  /** Come in, at once or in so many seconds, and be as loud as `level`. */
  enter(level, seconds) {
    this.#isLeaving = false;
    this.#fade(0, level, seconds);
  }

  /** Go out. */
  leave(seconds) {
    this.#isLeaving = true;
    if (!seconds) return this.audio.pause();
    this.#fade(this.#gain.gain.value, 0, seconds);
    return setTimeout(() => this.#isLeaving && this.audio.pause(), seconds * 1000);
  }

  /** Be as loud as `level`, without a click; a fade is let be. */
  setLevel(level) {
    const { gain, context } = this.#gain ?? {};
    if (gain && context.currentTime >= this.#fadesUntil) gain.setTargetAtTime(level, context.currentTime, 0.02);
  }

  #fade(from, to, seconds) {
    const { gain, context } = this.#gain;
    gain.cancelScheduledValues(0);
    this.#fadesUntil = context.currentTime + seconds;
    if (!seconds) return gain.setValueAtTime(to, context.currentTime);
    const level = Math.max(from, to);
    const quarter = (step) => Math.sin(((from < to ? step : STEPS - step) / STEPS) * (Math.PI / 2)); // together they are as loud as one
    return gain.setValueCurveAtTime(Float32Array.from({ length: STEPS + 1 }, (_, step) => level * quarter(step)), context.currentTime, seconds);
  }

  async #measure(item) {
    [this.lufs, this.isPart] = [item.lufs ?? null, item.start > 0]; // lists tell it, so that the first second is level
    const track = item.track_id ? await get(`/tracks/${item.track_id}`).catch(() => null) : null;
    if (this.item?.key !== item.key) return;
    this.isPart ||= Boolean(track?.is_part);
    this.lufs = track?.descriptors.loudness_lufs ?? item.lufs ?? null;
    this.audio.dispatchEvent(new Event("measured"));
  }
}
