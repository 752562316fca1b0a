// Why does a song not play, and what is to be done?

import { reasonOf } from "./api.js";
import { text } from "./texts.js";

const RETRY_MS = 700;

/** Judge a deck that failed: "wait" for the server, "retry", play the "excerpt", or "skip"; with a word where there is one. */
export async function verdict({ item, source, isExcerpt, isRetried }) {
  const reason = await reasonOf(source);
  if (reason?.kind === "Offline") return { kind: "wait", message: text("player.waits") };
  if (!reason && !isRetried) { // the file can be had by now: a browser may remember a failure for a moment
    await new Promise((resolve) => { setTimeout(resolve, RETRY_MS); });
    return { kind: "retry" };
  }
  if (!reason && !isExcerpt && item.excerpt) return { kind: "excerpt", message: text("player.excerpt") };
  const why = reason?.message ?? text(item.excerpt ? "player.unplayable" : "player.unknown_format");
  return { kind: "skip", message: text("player.failed", { title: item.title, reason: why }) };
}
