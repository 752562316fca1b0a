// More or less like a song: the buttons that say so, and what was said, to be taken back.

import { h, icon, iconButton } from "./dom.js";
import { text } from "./texts.js";

/** Make the buttons that turn a list towards a song, and away from it. */
export function steerButtons(track, more, less) {
  return [
    iconButton("more", text("steer.more_like", { title: track.title }), more, { class: "round steer" }),
    iconButton("less_like", text("steer.less_like", { title: track.title }), less, { class: "round steer" }),
  ];
}

/** Show one thing that was said; `undo` takes it back. */
export function steerChip(track, isMore, undo) {
  return h("span", { class: "chip" }, icon(isMore ? "more" : "less_like"), h("span", {}, text(isMore ? "steer.more_like" : "steer.less_like", { title: track.title })),
    iconButton("remove", text(isMore ? "steer.no_more" : "steer.no_less", { title: track.title }), undo));
}
