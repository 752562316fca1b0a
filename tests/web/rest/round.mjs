// A round with npm's subsonic-api, for test_clients.py: prints what it found.

import assert from "node:assert";
import { SubsonicAPI } from "subsonic-api";

const [url, secret, album, artist] = process.argv.slice(2);
const login = { username: "Phone", password: secret };
let api;
let forms = 0;
for (const options of [{ auth: login }, { auth: login, post: true }, { auth: { apiKey: secret } }]) {
  api = new SubsonicAPI({ url, ...options });
  assert.equal((await api.ping()).status, "ok");
  forms += 1;
}
const songs = [];
for (;;) {
  const page = await api.search3({ query: "", songCount: 10, songOffset: songs.length, albumCount: 0, artistCount: 0 });
  if (!page.searchResult3.song?.length) break;
  songs.push(...page.searchResult3.song);
}
assert.equal((await api.getAlbum({ id: album })).album.song.length, 2);
assert.ok((await api.getArtists()).artists.index.length);
const made = (await api.createPlaylist({ name: "npm", songId: ["tr-1", "tr-2"] })).playlist;
for (const id of ["tr-1", album, artist, made.id]) {
  assert.equal((await api.getSimilarSongs({ id, count: 3 })).status, "ok");
  assert.equal((await api.getSimilarSongs2({ id, count: 3 })).status, "ok");
}
assert.equal((await api.getSimilarSongs2({ id: "tr-1", count: 3 })).similarSongs2.song.length, 3);
for (const [method, parameters] of [
  ["getSonicSimilarTracks", { id: "tr-1", count: 3 }],
  ["findSonicPath", { startSongId: "tr-1", endSongId: "tr-8", count: 3 }],
]) {
  const answer = await api.customJSON(method, parameters);
  assert.equal(answer.sonicMatch.length, 3);
}
await api.star({ id: "tr-1" });
assert.equal((await api.getStarred2()).starred2.song[0].id, "tr-1");
await api.unstar({ id: "tr-1" });
await api.updatePlaylist({ playlistId: made.id, songIdToAdd: ["tr-3"], songIndexToRemove: [0] });
const playlist = (await api.getPlaylist({ id: made.id })).playlist.entry.map((song) => song.id);
await api.deletePlaylist({ id: made.id });
const stream = new URL(`${url}/rest/stream?id=tr-1&apiKey=${secret}`);
const range = (await fetch(stream, { headers: { range: "bytes=0-99" } })).status;
console.log(JSON.stringify({ n_songs: songs.length, range, forms, playlist }));
