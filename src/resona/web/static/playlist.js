// The playlists of the library: which one is in hand, its tracks by number, and every change of it, one after another.

import { get, patch, post, remove } from "./api.js";
import { toast } from "./dom.js";
import { keep, kept } from "./keep.js";
import { text } from "./texts.js";

const FIRST_NAME = text("view.playlist");

class Playlists extends EventTarget {
  all = [];
  current = null; // with track_ids and version; null before there is one
  #last = Promise.resolve();
  #others = new BroadcastChannel("resona.playlists");

  constructor() {
    super();
    this.#others.onmessage = () => this.load();
    document.addEventListener("visibilitychange", () => document.hidden || this.load());
  }

  get ids() { return this.current?.track_ids ?? []; }
  get size() { return this.ids.length; }

  /** Look at the library again: other tabs and players change playlists too. */
  load() { return this.#inTurn(() => this.#fetch(kept("list", 0))); }

  choose(id) { return this.#inTurn(() => this.#fetch(Number(id))); }

  create(name, ids = []) {
    const called = name.trim() || FIRST_NAME;
    return this.#change(() => post("/playlists", { name: called, track_ids: ids }), text("list.made", { name: called }));
  }

  /** Make one that renews itself: it holds what sounds like words. */
  follow(words) { return this.#change(() => post("/playlists", { name: words, recipe: { words } }), text("list.made", { name: words })); }

  /** Let it renew itself no longer. */
  fix() { return this.#change(() => patch(this.#path(), { is_fixed: true }), text("list.fixed"), true); }

  rename(name) { return this.#change(() => patch(this.#path(), { name }), text("list.called", { name }), true); }

  /** Put tracks at the end, each once. */
  add(...tracks) {
    return this.#inTurn(async () => {
      const fresh = [...new Set(tracks.map((track) => track.track_id))].filter((id) => !this.ids.includes(id));
      if (!tracks.length) return undefined;
      if (!fresh.length) return toast(text("list.there_already"));
      const made = this.current ? await patch(this.#path(), { added: fresh }) : await post("/playlists", { name: FIRST_NAME, track_ids: fresh });
      const what = fresh.length === 1 ? tracks.find((track) => track.track_id === fresh[0]).title : text("n.tracks", { n: fresh.length });
      await this.#took(made);
      return this.#say(text("list.added", { what, name: made.name }));
    });
  }

  /** Put the tracks in another order, or others in their place; refused if somebody else has changed them meanwhile. */
  replace(ids, message) {
    return this.#change(() => patch(this.#path(), { track_ids: ids, version: this.current.version }), message, true);
  }

  removeAt(index, title) { return this.replace(this.ids.toSpliced(index, 1), text("list.removed", { title })); }

  /** Move a track to a position, counted from 0. */
  move(from, to, title) {
    if (to < 0 || to >= this.size || from === to) return undefined;
    const ids = this.ids.toSpliced(from, 1);
    return this.replace(ids.toSpliced(to, 0, this.ids[from]), text("list.moved", { title, n: to + 1 }));
  }

  delete() {
    const { playlist_id: id, name } = this.current;
    return this.#inTurn(async () => {
      await remove(this.#path());
      await this.#fetch(0);
      this.#others.postMessage("changed");
      this.#say(text("list.deleted", { name }), id);
    });
  }

  undo(id = this.current?.playlist_id) { return this.#change(() => post(`/playlists/${id}/undo`), text("list.undone")); }

  took(made, message) { return this.#change(async () => made, message); }

  #path() { return `/playlists/${this.current.playlist_id}`; }

  #change(ask, message, canUndo = false) {
    return this.#inTurn(async () => {
      await this.#took(await ask());
      if (canUndo) this.#say(message);
      else toast(message);
    });
  }

  /** Changes wait for each other, so that each is made to what the one before left. */
  #inTurn(act) {
    this.#last = this.#last.then(act).catch(async (error) => {
      toast(error.message, "error");
      if (error.status === 409 || error.status === 404) await this.#fetch(kept("list", 0)).catch(() => {});
    });
    return this.#last;
  }

  async #took(details) {
    await this.#fetch(details.playlist_id);
    this.#others.postMessage("changed");
  }

  async #fetch(id) {
    this.all = await get("/playlists");
    const chosen = this.all.find((item) => item.playlist_id === id) ?? this.all[0];
    this.current = chosen ? await get(`/playlists/${chosen.playlist_id}`) : null;
    if (id) keep("list", this.current?.playlist_id ?? 0);
    this.dispatchEvent(new Event("change"));
  }

  #say(message, id = this.current.playlist_id) {
    toast(message, "note", { label: text("list.undo"), act: () => this.undo(id) });
  }
}

export const playlist = new Playlists();
