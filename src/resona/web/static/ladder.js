// The evaluation's ladder: the model beside baselines, as `resona evaluate` measured them on artists nobody learned from.

import { h } from "./dom.js";
import { number, text } from "./texts.js";

/** Draw what was measured, or how to measure it. */
export function ladder(evaluation) {
  const contenders = evaluation.contenders ?? [];
  if (!contenders.length) return h("p", { class: "quiet-text" }, text("models.not_measured"));
  const { filter, n_tracks: nTracks, n_artists: nArtists } = evaluation;
  const rungs = contenders.map((item) => ({ name: item.name, note: item.note, map: item.genre[filter]?.micro?.map })).filter((rung) => Number.isFinite(rung.map?.value));
  const longest = Math.max(...rungs.map((rung) => rung.map.high ?? rung.map.value));
  return h("div", { class: "scroll", tabIndex: 0, role: "region", "aria-label": text("ladder.table") },
    h("table", { class: "ladder" },
      h("caption", {}, text(filter === "album" ? "ladder.caption_album" : "ladder.caption", { tracks: nTracks, artists: nArtists }) + absent(evaluation)),
      h("tbody", {}, ...rungs.map((rung) => line(rung, longest)))));
}

/** Say who does not compete, and why. */
function absent(evaluation) {
  const reasons = Object.entries(evaluation.absent ?? {}).map(([name, why]) => `${name} ${why}`);
  return reasons.length ? ` ${text("ladder.absent", { reasons: reasons.join("; ") })}` : "";
}

function line({ name, note, map }, longest) {
  const bar = h("span", { class: "rung", "aria-hidden": "true" });
  bar.style.setProperty("--value", map.value / longest);
  bar.style.setProperty("--low", (map.low ?? map.value) / longest);
  bar.style.setProperty("--high", (map.high ?? map.value) / longest);
  return h("tr", {}, h("th", { scope: "row" }, name, note ? h("span", { class: "rung-note" }, note) : null), h("td", { class: "rung-cell" }, bar), h("td", {}, number(map.value, { minimumFractionDigits: 3, maximumFractionDigits: 3 })));
}
