// The page: which view is shown, the theme, keys that work everywhere, and files dropped anywhere.

import { browse } from "./browse.js";
import { discover, take } from "./discover.js";
import { h, icon, toast } from "./dom.js";
import { install } from "./install.js";
import { keep } from "./keep.js";
import { libraryView } from "./library.js";
import { mapView } from "./map.js";
import { mixesView } from "./mixes.js";
import { pathView } from "./path.js";
import { Trail, read, scrollBack } from "./place.js";
import { player } from "./player.js";
import { playlist } from "./playlist.js";
import { isPlaylist, readFile } from "./playlistfile.js";
import { playersView } from "./players.js";
import { playlistView } from "./playlistview.js";
import { queueView } from "./queueview.js";
import { radioView } from "./radioview.js";
import { settingsView } from "./settings.js";
import { albumView, artistView } from "./shelf.js";
import { teachView } from "./teach.js";
import { LANGUAGES, language, speak, text } from "./texts.js";
import { tidyView } from "./tidy.js";
import { trackView } from "./track.js";

const VIEWS = {
  "": { name: text("view.discover"), icon: "discover", draw: discover },
  browse: { name: text("view.browse"), icon: "browse", draw: browse, isKept: true },
  mixes: { name: text("mixes.title"), icon: "radio", draw: mixesView, holds: ["radio", "path"] },
  map: { name: text("view.map"), icon: "map", draw: mapView },
  playlist: { name: text("view.playlist"), icon: "playlist", draw: playlistView },
  teach: { name: text("view.teach"), icon: "teach", draw: teachView },
  players: { name: text("view.players"), icon: "players", draw: playersView },
  library: { name: text("view.library"), icon: "library", draw: libraryView, holds: ["tidy", "settings"] },
};
const ALL = {
  ...VIEWS,
  queue: { name: text("queue.title"), draw: queueView },
  track: { name: text("view.track"), draw: trackView },
  artist: { name: text("view.artist"), draw: artistView, isKept: true },
  album: { name: text("view.album"), draw: albumView, isKept: true },
  radio: { name: text("radio.radio"), draw: radioView },
  path: { name: text("path.title"), draw: pathView },
  tidy: { name: text("tidy.title"), draw: tidyView },
  settings: { name: text("settings.title"), draw: settingsView },
};

const main = document.getElementById("main");
const nav = document.getElementById("nav");
const skip = document.querySelector(".skip");
const trail = new Trail();
let turn = 0;

async function show({ isAnew = false } = {}) {
  const [asked, ...rest] = read().parts;
  const key = Object.hasOwn(ALL, asked) ? asked : "";
  const view = ALL[key];
  const mine = (turn += 1);
  for (const link of nav.children) {
    const isCurrent = link.dataset.view === key || Boolean(VIEWS[link.dataset.view].holds?.includes(key));
    link.toggleAttribute("data-current", isCurrent);
    link.setAttribute("aria-current", isCurrent ? "page" : "false");
  }
  const step = trail.arrive();
  if (isAnew) step.view = null;
  const drawn = step.view ?? await view.draw(...rest);
  if (mine !== turn) return;
  if (view.isKept) step.view = drawn;
  main.replaceChildren(drawn);
  scrollBack(drawn, step.top);
  player.mark();
  if (!player.isPlaying) document.title = key ? `${view.name} · Resona` : "Resona";
}

function fillNav() {
  nav.replaceChildren(...Object.entries(VIEWS).map(([key, view]) => h("a", { href: `#/${key}`, dataset: { view: key } },
    icon(view.icon), h("span", {}, view.name), key === "playlist" ? h("span", { class: "badge", id: "badge" }) : null)));
}

function fillBadge() {
  const badge = document.getElementById("badge");
  badge.textContent = playlist.size || "";
  badge.setAttribute("aria-label", playlist.size ? text("n.tracks", { n: playlist.size }) : "");
}

function fillTheme() {
  const button = document.getElementById("theme");
  const dark = matchMedia("(prefers-color-scheme: dark)");
  const current = () => document.documentElement.dataset.theme ?? (dark.matches ? "dark" : "light");
  const draw = () => {
    const next = current() === "dark" ? "light" : "dark";
    button.replaceChildren(icon(next === "dark" ? "moon" : "sun"), h("span", {}, text(next === "dark" ? "app.dark" : "app.light")));
    button.setAttribute("aria-label", text(next === "dark" ? "app.to_dark" : "app.to_light"));
  };
  button.addEventListener("click", () => {
    document.documentElement.dataset.theme = current() === "dark" ? "light" : "dark";
    keep("theme", document.documentElement.dataset.theme);
    draw();
  });
  dark.addEventListener("change", draw);
  draw();
}

function fillFrame() {
  skip.textContent = text("app.skip");
  nav.setAttribute("aria-label", text("app.views"));
  document.getElementById("player").setAttribute("aria-label", text("app.player"));
  const options = Object.entries(LANGUAGES).map(([tag, name]) => h("option", { value: tag, lang: tag, selected: tag === language }, name));
  document.getElementById("theme").before(h("select", { id: "language", "aria-label": text("app.language"), onchange: (event) => speak(event.target.value) }, ...options));
}

skip.addEventListener("click", (event) => {
  event.preventDefault();
  main.focus();
});
addEventListener("hashchange", async () => {
  await show();
  main.focus({ preventScroll: true });
});
addEventListener("keydown", (event) => {
  if (event.target.closest?.("input, select, textarea, button, a, [role=slider], [role=application]") || event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.key === " " && player.current) { event.preventDefault(); player.toggle(); }
  if (event.key === "/") { event.preventDefault(); location.hash = "#/"; setTimeout(() => document.getElementById("search")?.focus(), 50); }
});
addEventListener("dragover", (event) => event.preventDefault());
addEventListener("drop", (event) => {
  event.preventDefault();
  const [file] = event.dataTransfer.files;
  if (file) (isPlaylist(file) ? readFile : take)(file);
});
playlist.addEventListener("change", fillBadge);
addEventListener("resonaback", () => {
  toast(text("app.server_is_back"));
  playlist.load();
  if (main.querySelector(".nothing, [aria-busy=true]")) show({ isAnew: true });
});

fillFrame();
fillNav();
fillBadge();
fillTheme();
playlist.load();
player.restore();
show();
install();
