// A list of similar tracks with its controls: limits and filters, more or less like a line, and the reasons for it.

import { get } from "./api.js";
import { h, iconButton, textButton } from "./dom.js";
import { list, nothing, playButtons, skeleton } from "./list.js";
import { numbersOf, wordButton } from "./ownwords.js";
import { playlist } from "./playlist.js";
import { radioButton } from "./radio.js";
import { steerButtons, steerChip } from "./steering.js";
import { sentence, text } from "./texts.js";
import { Tuning } from "./tuning.js";
import { reasons } from "./why.js";

const PATIENCE_MS = 700; // before the page says what it is waiting for

/** Draw the list for some seeds: `{track: [ids], upload: [ids]}`. */
export function similarSection(seeds, { title = text("shelf.tracks_like") } = {}) {
  const place = h("div", { class: "results", "aria-live": "polite" });
  const summary = h("p", { class: "quiet-text" });
  const steering = h("div", { class: "steering" });
  const turns = new Map(); // track_id to {track, isMore}: what the list was turned towards, and away from
  let latest = 0;
  let found = [];

  async function refresh() {
    const turn = (latest += 1);
    if (!place.firstChild) place.replaceChildren(skeleton());
    place.setAttribute("aria-busy", "true");
    const waiting = setTimeout(async () => {
      const { is_preparing: isPreparing } = await get("/status");
      if (turn === latest && place.hasAttribute("aria-busy") && isPreparing) summary.textContent = text("similar.preparing");
    }, PATIENCE_MS);
    try {
      const answer = await get("/similar", { ...turned(), ...tuning.parameters });
      if (turn !== latest) return;
      found = answer.results;
      place.replaceChildren(found.length ? list(found, { label: title, extra: buttons }) : nothing(text("similar.nothing"), text("similar.loosen")));
      summary.textContent = [answer.removed_sentence, ...answer.relaxed].filter(Boolean).map(sentence).join(" ");
    } catch (error) {
      if (turn !== latest) return;
      place.replaceChildren(nothing(text("similar.no_list"), error.message));
      summary.textContent = "";
    }
    clearTimeout(waiting);
    place.removeAttribute("aria-busy");
  }

  function turned() {
    const ids = (isMore) => [...turns.values()].filter((item) => item.isMore === isMore).map((item) => item.track.track_id);
    return { ...seeds, track: [...(seeds.track ?? []), ...ids(true)], unlike: ids(false) };
  }

  function turn(track, isMore) {
    turns.set(track.track_id, { track, isMore });
    steer();
    steering.lastChild.querySelector("button").focus(); // the line with the button goes away
  }

  function steer() {
    steering.replaceChildren(...[...turns.values()].map(({ track, isMore }) => steerChip(track, isMore, () => { turns.delete(track.track_id); steer(); })));
    refresh();
  }

  function buttons(track) {
    const [more, less] = [() => turn(track, true), () => turn(track, false)];
    const seed = seeds.track?.length === 1 && !seeds.upload?.length ? seeds.track[0] : null;
    return [seed ? whyButton(seed, track, more, less) : null, ...steerButtons(track, more, less)];
  }

  const tuning = new Tuning(refresh);
  refresh();
  return h("section", { class: "similar", "aria-label": title },
    h("div", { class: "section-head" }, h("h2", {}, title), h("div", { class: "buttons-row" }, ...playButtons(() => found), seeds.upload && radioButton({ upload: seeds.upload }), textButton("playlist", text("list.add_all"), () => playlist.add(...found)), wordButton(() => numbersOf(found)))),
    tuning.element, steering, summary, place);
}

function whyButton(seed, track, more, less) {
  const button = iconButton("why", text("similar.why", { title: track.title }), async () => {
    const line = button.closest(".row");
    const open = line.nextElementSibling?.classList.contains("why") ? line.nextElementSibling : null;
    button.setAttribute("aria-expanded", String(!open));
    if (open) return open.remove();
    const panel = h("li", { class: "why" }, h("p", { class: "quiet-text" }, text("similar.comparing")));
    line.after(panel);
    const steer = h("div", { class: "buttons-row steer-row" }, textButton("more", text("similar.more"), more), textButton("less_like", text("similar.less"), less));
    return panel.replaceChildren(await reasons(seed, track), steer);
  }, { class: "round why-button", "aria-expanded": "false" });
  return button;
}
