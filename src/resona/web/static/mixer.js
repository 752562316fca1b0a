// How loud is what plays? Two decks, each with a gain of its own, then what shows the spectrum, then the volume.

import { keep, kept, keptFields } from "./keep.js";

const REFERENCE_LUFS = -18;

/** How much louder a song is to be, as a factor; with the volume it comes to 1 at most, or it would be clipped. */
export function gainOf(lufs, volume) {
  return Math.min(10 ** ((REFERENCE_LUFS - lufs) / 20), 1 / Math.max(volume, 0.01));
}

export class Mixer {
  analyser = null;
  settings = keptFields("sound", { crossfade: 0, isLevelled: true }); // seconds
  #context = null;
  #volume = null;
  #lufs = REFERENCE_LUFS; // of the last song whose loudness was known

  /** Per cent. */
  get volume() { return Math.min(100, Math.max(0, kept("volume", 100))); }
  set volume(percent) {
    keep("volume", percent);
    if (this.#volume) this.#volume.gain.setTargetAtTime(percent / 100, this.#context.currentTime, 0.02);
  }

  set(name, value) {
    this.settings[name] = value;
    keep("sound", this.settings);
  }

  /** Let sound through; a person's click must have come before. */
  open(decks) {
    if (!this.#context) {
      this.#context = new AudioContext();
      this.analyser = new AnalyserNode(this.#context, { fftSize: 2048, smoothingTimeConstant: 0.75 });
      this.#volume = new GainNode(this.#context, { gain: this.volume / 100 });
      this.analyser.connect(this.#volume).connect(this.#context.destination);
      for (const deck of decks) deck.connect(this.#context, this.analyser);
    }
    if (this.#context.state === "suspended") this.#context.resume();
  }

  /** How loud a deck is to be; with a song that nobody measured, as with the one before. */
  levelOf({ lufs }) {
    if (!this.settings.isLevelled) return 1;
    this.#lufs = lufs ?? this.#lufs;
    return gainOf(this.#lufs, this.volume / 100); // a volume that was raised since counts, too
  }

  /** How many seconds two songs overlap; neighbours on an album do not, and a short song not for long. */
  overlap(current, next) {
    const isOneAlbum = next.album_id && next.album_id === current.album_id;
    return isOneAlbum ? 0 : Math.min(this.settings.crossfade, ...[current, next].map(({ duration }) => (duration || Infinity) / 4));
  }
}
