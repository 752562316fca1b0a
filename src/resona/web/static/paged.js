// Lists that are longer than one answer of the server: shown page by page, or fetched whole.

import { get } from "./api.js";
import { h, toast } from "./dom.js";
import { nothing, skeleton } from "./list.js";
import { text } from "./texts.js";

export const PAGE = 100;
const MOST = 500; // that the server gives at once

/** Fill a place page by page: the next one comes at a press of the button, or by itself when the end is in sight. */
export async function paged(place, fetch, draw, { size = PAGE, isByItself = true, empty = () => nothing(text("browse.empty"), text("browse.scan_first")) } = {}) {
  place.replaceChildren(skeleton());
  let offset = 0;
  let isBusy = false;
  const more = h("button", { type: "button", class: "button more", onclick: () => add() }, text("browse.more"));
  const watch = new IntersectionObserver((entries) => entries.some((entry) => entry.isIntersecting) && add(), { rootMargin: "400px" });
  async function add() {
    if (isBusy) return;
    isBusy = true;
    try {
      const page = await fetch({ limit: size, offset });
      if (!offset) place.replaceChildren();
      const before = offset;
      offset += page.length;
      more.remove();
      if (page.length) place.append(draw(page, before));
      if (!offset) place.replaceChildren(empty());
      if (page.length === size) place.append(more);
      else watch.disconnect();
    } catch (error) {
      watch.disconnect();
      place.replaceChildren(nothing(text("browse.wrong"), error.message));
    }
    isBusy = false;
  }
  await add();
  if (isByItself) watch.observe(more);
}

/** Give all tracks of an address, whatever of them has been seen; nothing, with a word, if they cannot be had. */
export async function whole(path, parameters = {}) {
  const all = [];
  try {
    for (let page = { has_more: true }; page.has_more; all.push(...page.results)) page = await get(path, { ...parameters, limit: MOST, offset: all.length });
    return all;
  } catch (error) {
    toast(error.message, "error");
    return [];
  }
}

/** Give tracks by number, in this order; of very many the first ones. */
export async function numbered(ids) {
  if (!ids.length) return [];
  return (await get("/tracks", { track: ids.slice(0, MOST), limit: MOST })).results;
}
