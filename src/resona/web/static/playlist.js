// The playlist that is being made: kept in this browser, told to whoever listens.

const KEY = "resona.playlist";

class Playlist extends EventTarget {
  #tracks;

  constructor() {
    super();
    try {
      this.#tracks = JSON.parse(localStorage.getItem(KEY)) ?? [];
    } catch {
      this.#tracks = [];
    }
  }

  get tracks() { return [...this.#tracks]; }
  get ids() { return this.#tracks.map((track) => track.track_id); }
  get size() { return this.#tracks.length; }

  has(track) { return this.#tracks.some((known) => known.track_id === track.track_id); }

  /** Put tracks at the end, each once. */
  add(...tracks) {
    const fresh = tracks.filter((track) => !this.has(track)).map(({ rank, similarity, ...track }) => track);
    this.#set([...this.#tracks, ...fresh], fresh.length ? `Added ${fresh.length === 1 ? fresh[0].title : `${fresh.length} tracks`}` : "It is in the playlist already");
  }

  remove(track) {
    this.#set(this.#tracks.filter((known) => known.track_id !== track.track_id), `Removed ${track.title}`);
  }

  /** Move a track to a position, counted from 0. */
  move(from, to) {
    if (to < 0 || to >= this.size || from === to) return;
    const tracks = this.tracks;
    const [track] = tracks.splice(from, 1);
    tracks.splice(to, 0, track);
    this.#set(tracks, `${track.title} is now number ${to + 1}`);
  }

  replace(tracks, message) { this.#set(tracks, message); }

  clear() { this.#set([], "The playlist is empty"); }

  #set(tracks, message) {
    this.#tracks = tracks;
    localStorage.setItem(KEY, JSON.stringify(tracks));
    this.dispatchEvent(new CustomEvent("change", { detail: message }));
  }
}

export const playlist = new Playlist();
