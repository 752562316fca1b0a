// What the page says, in the language of whoever reads it. Every text stands in texts.en.json, and its likes in other
// languages, under a key; `{name}` is filled in, a number as the place writes numbers. Where the words depend on a number
// `n`, there is one text for each of the language's plural forms. What the server says of its own accord is English; other
// languages have it in sentences.*.json, by the English with `{}` for what is filled in, and words for sounds in
// words.*.json.

import { keep, kept } from "./keep.js";

export const LANGUAGES = { en: "English", de: "Deutsch" };

const chosen = kept("language", "");
const base = (tag) => tag.split("-")[0].toLowerCase();
const isSpoken = (tag) => Object.hasOwn(LANGUAGES, base(tag));

export const language = base([chosen, ...navigator.languages, "en"].find(isSpoken));

/** As they write in this language where the reader is: Austria and Switzerland have one language and two kinds of number. */
const locale = navigator.languages.find((tag) => base(tag) === language) ?? language;
const plurals = new Intl.PluralRules(locale);
const read = async (name) => (await fetch(`static/${name}.${language}.json`)).json();
const [texts, sentences, words] = await Promise.all([read("texts"), ...["sentences", "words"].map((name) => (language === "en" ? {} : read(name)))]);
const patterns = Object.entries(sentences).filter(([said]) => /\{,?\}/.test(said)).map(([said, meant]) => [
  new RegExp(`^${said.split(/\{,?\}/).map((part) => part.replace(/[$()*+.?[\\\]^{|}]/g, "\\$&")).join("(.+?)")}$`, "s"), meant, said.includes("{,}")]);

document.documentElement.lang = language;

/** Give a text with its values filled in. */
export function text(key, values = {}) {
  return phrase(key, values).join("");
}

/** Give a text as a list of its parts, so that values may be elements. */
export function phrase(key, values = {}) {
  const found = texts[key];
  const form = typeof found === "string" ? found : found[plurals.select(values.n)];
  return form.split(/\{(\w+)\}/).map((part, index) => (index % 2 ? written(values[part]) : part)).filter((part) => part !== "");
}

/** Give what the server says, and what is filled in there, in the reader's language; what is not known stays as it is. */
export function sentence(said) {
  if (Object.hasOwn(sentences, said)) return sentences[said];
  const several = said.split(/(?<=\.) (?=[“`])/); // each about a word that somebody wrote
  if (several.length > 1) return several.map(sentence).join(" ");
  for (const [pattern, meant, isList] of patterns) {
    const found = pattern.exec(said);
    if (found) return meant.replace(/\{(\d)\}/g, (_, place) => (isList ? found[place].split(", ").map(sentence).join(", ") : sentence(found[place])));
  }
  return said;
}

/** Give a word for a sound, such as "calm", in the reader's language; one that is not known, as one's own, stays as it is. */
export function word(name) { return Object.hasOwn(words, name.toLowerCase()) ? words[name.toLowerCase()] : name; }

/** Write several things one after the other: a, b and c. */
export function listed(names) { return new Intl.ListFormat(locale).format(names); }

export function number(value, options) { return new Intl.NumberFormat(locale, options).format(value); }

/** Write a share from 0 to 1. */
export function percent(share, digits = 0) { return number(share, { style: "percent", maximumFractionDigits: digits }); }

export function date(moment) { return new Intl.DateTimeFormat(locale, { dateStyle: "medium" }).format(new Date(moment)); }

export function moment(at) { return new Intl.DateTimeFormat(locale, { dateStyle: "medium", timeStyle: "short" }).format(new Date(at)); }

/** Speak another language from now on. */
export function speak(tag) {
  keep("language", tag);
  location.reload();
}

function written(value) { return typeof value === "number" ? number(value) : value; }
