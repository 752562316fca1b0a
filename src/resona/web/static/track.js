// One track: what it is, what was measured, how it looks as a wave, and what is like it.

import { get } from "./api.js";
import { cover } from "./cover.js";
import { clock, h, icon, textButton } from "./dom.js";
import { chips } from "./discover.js";
import { addButton, albumLink, credit, nothing, playable } from "./list.js";
import { wordButton } from "./ownwords.js";
import { player } from "./player.js";
import { radioButton } from "./radio.js";
import { similarSection } from "./similar.js";
import { text } from "./texts.js";

export async function trackView(id) {
  let track;
  try {
    track = await get(`/tracks/${encodeURIComponent(id)}`);
  } catch (error) {
    return h("div", { class: "view" }, nothing(text("track.none"), error.message));
  }
  const item = playable(track);
  const links = [credit(track), track.album && [albumLink(track)], track.year && [String(track.year)]].filter(Boolean).flatMap((part, index) => (index ? [" · ", ...part] : part));
  return h("div", { class: "view track" },
    h("section", { class: "seed", "aria-label": text("view.track") },
      cover(track, "large"),
      h("div", { class: "seed-text" },
        h("h1", { dir: "auto" }, track.title), h("p", {}, ...links),
        chips({ ...track.descriptors, genre: track.genre, duration_seconds: track.duration_seconds }),
        h("div", { class: "buttons-row" },
          textButton("play", text("player.play"), () => player.toggle(item), { class: "button strong", dataset: { plays: item.key } }),
          textButton("next", text("track.play_next"), () => player.playNext(item)),
          radioButton({ track: [track.track_id] }),
          h("a", { class: "button", href: `#/path?start=${track.track_id}` }, icon("map"), h("span", {}, text("path.from_here"))),
          wordButton(() => [track.track_id], text("words.give_one")),
          addButton(track)))),
    wave(track, item),
    similarSection({ track: [track.track_id] }),
    facts(track));
}

/** Draw the wave with the clips that were listened to; a click seeks, the arrow keys too. */
function wave(track, item) {
  const canvas = h("canvas", { class: "wave" });
  const frame = h("div", { class: "wave-frame", role: "slider", tabIndex: 0, "aria-label": text("track.position"), "aria-valuemin": 0, "aria-valuemax": Math.round(track.duration_seconds), "aria-valuenow": 0,
    onclick: (event) => jump((event.offsetX / canvas.clientWidth) * track.duration_seconds),
    onkeydown: (event) => {
      const step = { ArrowRight: 5, ArrowLeft: -5 }[event.key];
      if (step) { event.preventDefault(); jump((isCurrent() ? player.time : 0) + step); }
    } }, canvas);
  const clips = track.clips.map((clip, index) => textButton("play", text("track.clip", { n: index + 1, time: clock(clip.start_seconds) }), () => player.play(item, { from: clip.start_seconds, until: clip.start_seconds + clip.seconds }), { class: "button small" }));
  let peaks = [];
  const isCurrent = () => player.current?.key === item.key;
  const jump = (seconds) => (isCurrent() ? player.seek(seconds) : player.play(item, { from: Math.max(0, seconds) }));
  const draw = () => {
    if (!canvas.isConnected && peaks.length) return player.removeEventListener("change", draw);
    if (isCurrent()) frame.setAttribute("aria-valuenow", Math.round(player.time));
    frame.setAttribute("aria-valuetext", clock(isCurrent() ? player.time : 0));
    return paint(canvas, peaks, track, isCurrent() ? player.time : 0);
  };
  get(`/tracks/${track.track_id}/outline`).then((found) => { peaks = found; draw(); }, () => { frame.remove(); });
  player.addEventListener("change", draw);
  return h("section", { class: "listened", "aria-label": text("track.listened") }, frame,
    h("p", { class: "quiet-text" }, text(clips.length ? "track.parts" : "track.unheard"), " ", ...clips));
}

function paint(canvas, peaks, track, time) {
  const ratio = devicePixelRatio || 1;
  const [width, height] = [canvas.clientWidth * ratio, canvas.clientHeight * ratio];
  if (!width || !peaks.length) return;
  Object.assign(canvas, { width, height });
  const pen = canvas.getContext("2d");
  const style = getComputedStyle(canvas);
  const x = (seconds) => (seconds / track.duration_seconds) * width;
  for (const clip of track.clips) {
    pen.fillStyle = style.getPropertyValue("--tint");
    pen.fillRect(x(clip.start_seconds), 0, Math.max(2, x(clip.seconds)), height);
  }
  pen.fillStyle = style.getPropertyValue("--accent");
  for (const clip of track.clips) pen.fillRect(x(clip.start_seconds), 0, 2 * ratio, height); // clips of a short track touch
  const step = width / peaks.length;
  peaks.forEach((peak, index) => {
    const size = Math.max(ratio, peak * height * 0.9);
    pen.fillStyle = index * step < x(time) ? style.getPropertyValue("--accent") : style.getPropertyValue("--faint");
    pen.fillRect(index * step, (height - size) / 2, Math.max(1, step * 0.65), size);
  });
}

function facts(track) {
  const from = { "file name": "track.from_name", folder: "track.from_folder" };
  const sourced = (name, value) => (value && from[track.sources[name]] ? text(from[track.sources[name]], { value }) : value);
  const known = [
    [text("track.album_artist"), track.album_artist], [text("track.genres"), sourced("genres", track.genres.join(", "))],
    [text("track.title"), sourced("title", track.title)], [text("track.artist"), sourced("artist", track.artist)], [text("track.file"), track.path],
  ];
  return h("details", { class: "facts" }, h("summary", {}, text("track.details")),
    h("dl", {}, ...known.filter(([, value]) => value).flatMap(([name, value]) => [h("dt", {}, name), h("dd", {}, value)])));
}
