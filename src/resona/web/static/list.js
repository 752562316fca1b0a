// Tracks in lists: title, artist, match, and what can be done with each.

import { address } from "./api.js";
import { cover } from "./cover.js";
import { clock, h, icon, iconButton, textButton } from "./dom.js";
import { player } from "./player.js";
import { playlist } from "./playlist.js";
import { percent, text } from "./texts.js";

/** Give a track of the library the form that the player takes. */
export function playable(track) {
  return {
    key: `track-${track.track_id}`,
    track_id: track.track_id,
    source: address(`/tracks/${track.track_id}/audio`),
    excerpt: address(`/tracks/${track.track_id}/excerpt`, { seconds: 60 }),
    cover: address(`/tracks/${track.track_id}/cover`),
    link: `#/track/${track.track_id}`,
    title: track.title,
    artist: track.artist,
    artists: track.artists,
    album: track.album,
    album_id: track.album_id,
    start: track.start_seconds,
    duration: track.duration_seconds,
    lufs: track.loudness_lufs,
  };
}

const WORDS = { "nearly the same recording": "match.same", "very alike": "match.very", "of a kind": "match.kind", "far": "match.far" };

/** Show a similarity from 0 to 1 as per cent, with a bar whose colour says the same, and in the server's words. */
export function match(similarity, words = "") {
  const bar = h("span", { class: "bar", "aria-hidden": "true" });
  const meter = h("span", { class: "match", title: text("match.about") }, bar, h("span", { class: "percent" }, percent(similarity)),
    words ? h("span", { class: "in-words" }, WORDS[words] ? text(WORDS[words]) : words) : null);
  meter.style.setProperty("--match", similarity);
  return meter;
}

/** Draw one line of a list. `extra` are further buttons; `item` is what plays, and `play` what the cover's button does. */
export function row(track, { queue = [track], extra = [], position = null, item = playable(track), play = () => player.toggle(item, queue.map(playable)) } = {}) {
  const button = h("button", {
    type: "button", class: "cover-button", "aria-label": text("list.play", { title: track.title }), dataset: { plays: item.key },
    onclick: play,
  }, cover(track), h("span", { class: "overlay" }, icon("play"), icon("pause")));
  const line = h("li", { class: "row", dataset: { track: track.track_id, plays: item.key } },
    position === null ? null : h("span", { class: "position" }, String(position)),
    button,
    h("div", { class: "names" },
      h("a", { class: "title", href: item.link, dir: "auto" }, track.title),
      h("span", { class: "artist" }, ...credit(track))),
    h("span", { class: "album" }, track.album ? albumLink(track) : ""),
    h("span", { class: "genre" }, track.genre ? h("span", { class: "chip" }, track.genre) : ""),
    track.similarity === undefined ? h("span", { class: "time" }, clock(track.duration_seconds)) : match(track.similarity, track.in_words),
    h("span", { class: "actions" }, ...extra, addButton(track)));
  return line;
}

/** Whom a track credits, each with a way to all by them. */
export function credit(track) {
  if (!track.artists?.length) return [track.artist || text("list.unknown_artist")]; // a song that was dropped
  const link = ({ id, name }) => h("a", { href: `#/artist/${id}`, dir: "auto" }, (track.artists.length > 1 ? name : track.artist) || text("list.unknown_artist"));
  return track.artists.flatMap((artist, index) => (index ? [", ", link(artist)] : [link(artist)]));
}

export function albumLink(track) {
  return h("a", { href: track.album_id && `#/album/${track.album_id}`, dir: "auto" }, track.album);
}

export function addButton(track) {
  return iconButton("add", text("list.add", { title: track.title }), () => playlist.add(track));
}

/** Draw a list. `position` gives the number before a track, `queue` what plays on after it, `play` does something else. */
export function list(tracks, options = {}) {
  const { extra = () => [], position = null, queue = tracks, play = null, label = text("browse.tracks") } = options;
  const rows = tracks.map((track) => row(track, { queue, extra: extra(track), position: position && position(track), ...(play && { play: () => play(track) }) }));
  const lines = h("ol", { class: position ? "list numbered" : "list", "aria-label": label }, ...rows);
  player.mark();
  return lines;
}

/** Draw the buttons that play a whole list; `tracks` gives it when one is pressed. */
export function playButtons(tracks) {
  const play = (isShuffled) => async () => {
    const items = (await tracks()).map(playable);
    if (!items.length) return;
    const first = isShuffled ? Math.floor(Math.random() * items.length) : 0;
    player.shuffle(isShuffled);
    player.play(items[first], { queue: items });
  };
  return [textButton("play", text("list.play_all"), play(false)), textButton("shuffle", text("player.shuffle"), play(true))];
}

/** Hold the place of a list while it is being fetched. */
export function skeleton(n = 8) {
  const lines = Array.from({ length: n }, () => h("li", { class: "row ghost" }, h("span", { class: "cover small" }), h("div", { class: "names" }, h("span", { class: "title" }, " "), h("span", { class: "artist" }, " "))));
  return h("ol", { class: "list", "aria-busy": "true", "aria-label": text("list.loading") }, ...lines);
}

/** Say why there is nothing to see. */
export function nothing(title, ...text) {
  return h("div", { class: "nothing" }, h("h2", {}, title), ...text.map((part) => (typeof part === "string" ? h("p", {}, part) : part)));
}
