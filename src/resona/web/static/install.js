// The page as an app: its worker is the one script that is named by code, and the one name that is allowed.

const WORKER = "worker.js";

const allowed = globalThis.trustedTypes?.createPolicy("resona-worker", {
  createScriptURL: (name) => {
    if (name !== WORKER) throw new TypeError(name);
    return name;
  },
});

/** Start the worker, where the browser has such and the address is one that it trusts. */
export function install() {
  navigator.serviceWorker?.register(allowed ? allowed.createScriptURL(WORKER) : WORKER).catch(() => {});
}
