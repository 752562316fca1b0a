// Every request to the server, in one place.

import { kept } from "./keep.js";
import { sentence, text } from "./texts.js";

const BASE = new URL("api/v1", location.href).href; // a proxy may show the page under a path of its own
const PATIENCE_MS = 1500; // between looks whether the server is back

export class ApiError extends Error {
  constructor(status, kind, message) {
    super(message);
    this.status = status;
    this.kind = kind;
  }
}

/** Write an address with parameters; lists are repeated, empty values left out. */
export function address(path, parameters = {}) {
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(parameters)) {
    for (const item of Array.isArray(value) ? value : [value]) {
      if (item !== undefined && item !== null && item !== "") query.append(name, item);
    }
  }
  const profile = kept("profile", ""); // whose ears this browser follows; the server's own if none is chosen
  if (profile) query.append("profile", profile);
  const asked = query.toString();
  return BASE + path + (asked ? `?${asked}` : "");
}

async function request(url, options = {}) {
  let response;
  try {
    response = await fetch(url, options);
  } catch (error) {
    if (error.name === "AbortError") throw error;
    watch();
    throw new ApiError(0, "Offline", text("app.offline"));
  }
  if (response.ok) return response;
  const body = await response.json().catch(() => null);
  throw new ApiError(response.status, body?.error.kind ?? "HttpError", sentence(body?.error.message ?? response.statusText));
}

/** Say why a file cannot be had: an `ApiError`, or null if it can. */
export async function reasonOf(url) {
  try {
    await request(url, { headers: { range: "bytes=0-0" }, cache: "no-store" });
    return null;
  } catch (error) {
    return error;
  }
}

let watching = 0;

/** Tell the page, with the event `resonaback`, when the server answers again. */
function watch() {
  watching ||= setInterval(async () => {
    const isBack = await fetch(`${BASE}/job`, { cache: "no-store" }).then(() => true, () => false);
    if (!isBack || !watching) return;
    clearInterval(watching);
    watching = 0;
    dispatchEvent(new Event("resonaback"));
  }, PATIENCE_MS);
}

export async function get(path, parameters, options) {
  return (await request(address(path, parameters), options)).json();
}

export async function getBytes(path, parameters) {
  return (await request(address(path, parameters))).arrayBuffer();
}

export async function post(path, body) { return send("POST", path, body); }

export async function patch(path, body, parameters) { return send("PATCH", path, body, parameters); }

export async function put(path, body) { return send("PUT", path, body); }

async function send(method, path, body, parameters) {
  const options = { method };
  if (body !== undefined) {
    options.body = JSON.stringify(body);
    options.headers = { "content-type": "application/json" };
  }
  return (await request(address(path, parameters), options)).json();
}

export async function remove(path, parameters) {
  return (await request(address(path, parameters), { method: "DELETE" })).json();
}

/** Send a file: to `/uploads`, to be heard; to `/playlists/files`, to be read. */
export async function upload(path, file) {
  const response = await request(address(path, { name: file.name }), {
    method: "POST",
    body: file,
    headers: { "content-type": "application/octet-stream" },
  });
  return response.json();
}

/** Listen to the server's events; returns a function that stops listening. */
export function listen(path, onmessage) {
  const source = new EventSource(address(path));
  source.onmessage = (event) => onmessage(JSON.parse(event.data));
  return () => source.close();
}
