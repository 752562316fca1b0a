// What this browser remembers: choices and what is playing, never a playlist. What is damaged, or of another kind than
// what is usual, is as if it had never been kept; where nothing may be kept, nothing is.

/** Give what was kept under a name, if it is of the kind of `usual`. */
export function kept(name, usual) {
  try {
    const value = JSON.parse(localStorage.getItem(`resona.${name}`));
    return isLike(value, usual) ? value : usual;
  } catch {
    return usual;
  }
}

export function keep(name, value) {
  try {
    localStorage.setItem(`resona.${name}`, JSON.stringify(value));
  } catch {
    // full or forbidden: the page works without
  }
}

/** Give the fields of `usual`, each as it was kept where that is possible. */
export function keptFields(name, usual) {
  const found = kept(name, {});
  return Object.fromEntries(Object.entries(usual).map(([field, value]) => [field, isLike(found[field], value) ? found[field] : value]));
}

function isLike(value, usual) {
  if (usual === null || value === null || value === undefined) return value !== undefined && value === usual;
  return typeof value === typeof usual && Array.isArray(value) === Array.isArray(usual) && !Number.isNaN(value);
}
