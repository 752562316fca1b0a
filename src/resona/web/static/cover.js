// The picture of a track.

import { address } from "./api.js";
import { h, hash } from "./dom.js";

/** Show a cover; where there is none, rings in colours of its own for each album. */
export function cover(item, size = "small") {
  const name = item.album || item.artist || item.title || "";
  const value = hash(name);
  const frame = h("span", { class: `cover ${size}`, "aria-hidden": "true" });
  const drawn = { "--hue": value % 360, "--turn": `${(value >>> 9) % 360}deg`, "--x": `${(value >>> 5) % 101}%`, "--y": `${(value >>> 13) % 101}%`, "--gap": `${9 + ((value >>> 20) % 8)}%` };
  for (const [property, setting] of Object.entries(drawn)) frame.style.setProperty(property, setting);
  if (item.cover !== null) {
    const source = item.cover ?? address(`/tracks/${item.track_id}/cover`);
    frame.append(h("img", { alt: "", loading: "lazy", decoding: "async", src: source, onload: (event) => event.target.classList.add("seen"), onerror: (event) => event.target.remove() }));
  }
  return frame;
}
