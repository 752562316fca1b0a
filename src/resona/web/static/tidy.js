// What should be put right: what the doctor finds, what is there twice, and what is never recommended.

import { get, post, put, remove } from "./api.js";
import { h, textButton, toast } from "./dom.js";
import { isUnderWay, jobPanel, starter } from "./job.js";
import { libraryTabs } from "./library.js";
import { list, nothing } from "./list.js";
import { paged } from "./paged.js";
import { moment, sentence, text } from "./texts.js";

const N_SHOWN = 10;
const PAGE = 20;

export function tidyView() {
  const exclusions = new Exclusions();
  const doctor = panel(text("tidy.doctor"));
  const duplicates = panel(text("tidy.duplicates"));
  const songs = h("div", {});
  duplicates.append(h("h2", {}, text("tidy.duplicates")), h("p", { class: "quiet-text" }, text("tidy.about_duplicates")), songs);
  paged(songs, (part) => get("/duplicates", part), (page) => h("div", {}, ...page.map((song) => versions(song, exclusions))),
    { size: PAGE, isByItself: false, empty: () => h("p", {}, text("tidy.no_duplicates")) });
  const view = h("div", { class: "view tidy" }, h("h1", {}, text("tidy.title")), libraryTabs("tidy"));
  const examination = fill(doctor, exclusions);
  const job = jobPanel(view, () => fill(doctor, exclusions), async (state) => beginIfDue(state, await examination));
  view.append(job, doctor, duplicates, exclusions.element);
  return view;
}

function panel(title) {
  return h("section", { class: "panel", "aria-label": title });
}

/** Show what the doctor found last, and give it; null if that cannot be had. */
async function fill(place, exclusions) {
  try {
    const examination = await get("/doctor", { n: N_SHOWN });
    const { examined_at: at, is_current: isCurrent, findings } = examination;
    const when = at ? [text("tidy.examined", { moment: moment(at) }), isCurrent ? "" : text("tidy.changed")] : [text("tidy.not_examined")];
    place.replaceChildren(h("h2", {}, text("tidy.doctor")), h("p", { class: "quiet-text" }, when.filter(Boolean).join(" ")),
      ...(at && !findings.length ? [h("p", {}, text("tidy.healthy"))] : findings.map((finding) => found(finding, exclusions))),
      h("div", { class: "buttons-row" }, starter("browse", text("tidy.examine"), "/doctor")));
    return examination;
  } catch (error) {
    place.replaceChildren(nothing(text("tidy.no_doctor"), error.message));
    return null;
  }
}

/** Examine what was not examined as it is now, unless something runs, or the last examination did not come to its end. */
function beginIfDue(state, examination) {
  const isRefused = state.kind === "doctor" && state.state !== "done";
  if (examination && !examination.is_current && !isUnderWay(state) && !isRefused) post("/doctor").catch(() => {}); // another tab was quicker
}

function found(finding, exclusions) {
  return h("details", { class: "finding" },
    h("summary", {}, h("strong", {}, sentence(finding.kind)), ` · ${text("n.tracks", { n: finding.n_tracks })}`),
    h("p", {}, sentence(finding.why)),
    noted(finding.tracks, exclusions, sentence(finding.kind)),
    finding.n_tracks > finding.tracks.length ? h("p", { class: "quiet-text" }, text("tidy.and_more", { n: finding.n_tracks - finding.tracks.length })) : "");
}

function versions(song, exclusions) {
  return h("div", { class: "song" }, h("h3", { dir: "auto" }, `${song.tracks[0].artist} – ${song.tracks[0].title}`), noted(song.tracks, exclusions, song.tracks[0].title));
}

/** Tracks with a remark each, and a button that keeps each out of all lists. */
function noted(tracks, exclusions, label) {
  const lines = list(tracks, { label, extra: (track) => [textButton("less", text("tidy.exclude"), () => exclusions.exclude(track), { class: "button small", "aria-label": text("tidy.exclude_it", { title: track.title }) })] });
  tracks.forEach((track, index) => { if (track.note) lines.children[index].append(h("span", { class: "note" }, sentence(track.note))); });
  return lines;
}

class Exclusions {
  #list = h("ul", { class: "folders" });
  element = panel(text("tidy.exclusions"));

  constructor() {
    const pattern = h("input", { type: "text", id: "pattern", required: true, autocomplete: "off", spellcheck: false, placeholder: "Audiobooks, */Xmas */*, genre = christmas" });
    const form = h("form", { class: "buttons-row" }, h("label", { for: "pattern" }, text("tidy.pattern")), pattern, h("button", { type: "submit", class: "button" }, text("tidy.add")));
    form.addEventListener("submit", async (event) => {
      event.preventDefault();
      if (await this.#add({ patterns: [pattern.value] })) pattern.value = "";
    });
    this.element.append(h("h2", {}, text("tidy.exclusions")), h("p", { class: "quiet-text" }, text("tidy.about_exclusions")), this.#list, form);
    this.#try(async () => this.#draw(await get("/exclusions")));
  }

  /** Keep a track out of all lists; it can be taken back. */
  exclude(track) {
    return this.#add({ track_ids: [track.track_id] }, track.title);
  }

  #add(wanted, title) {
    return this.#try(async () => {
      const patterns = await post("/exclusions", wanted);
      toast(text("tidy.excluded", { title: title ?? patterns[0] }), "note", { label: text("tidy.undo"), act: () => this.#include(patterns) });
      this.#draw(await get("/exclusions"));
    });
  }

  #include(patterns) {
    return this.#try(async () => this.#draw(await remove("/exclusions", { pattern: patterns })));
  }

  #draw(exclusions) {
    const byDefault = (value) => this.#try(async () => this.#draw(await put("/exclusions/default", { text: value })));
    const lines = exclusions.map((item) => h("li", {}, h("code", {}, item.pattern),
      h("span", { class: "quiet-text" }, [text("n.tracks", { n: item.n_tracks }), item.is_default ? text("tidy.by_default") : "", item.is_applied ? "" : text("tidy.not_applied")].filter(Boolean).join(", ")),
      textButton("undo", text(item.is_default ? "tidy.switch_off" : "tidy.include"), () => (item.is_default ? byDefault("") : this.#include([item.pattern])), { class: "button small" })));
    const isOff = !exclusions.some((item) => item.is_default);
    this.#list.replaceChildren(...lines, ...(isOff ? [h("li", {}, textButton("undo", text("tidy.switch_on"), () => byDefault(null), { class: "button small" }))] : []));
  }

  async #try(act) {
    try {
      await act();
      return true;
    } catch (error) {
      toast(error.message, "error");
      return false;
    }
  }
}
