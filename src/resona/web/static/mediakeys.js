// Media keys, headphones and the lock screen: they press the player's buttons and show what plays.

export function mediaKeys(player) {
  const keys = {
    play: () => player.isPlaying || player.toggle(),
    pause: () => player.pause(),
    stop: () => player.pause(),
    previoustrack: () => player.next(-1),
    nexttrack: () => player.next(),
    seekto: ({ seekTime }) => player.seek(seekTime),
    seekbackward: ({ seekOffset }) => player.seek(player.time - (seekOffset ?? 10)),
    seekforward: ({ seekOffset }) => player.seek(player.time + (seekOffset ?? 10)),
  };
  for (const [name, act] of Object.entries(keys)) navigator.mediaSession?.setActionHandler(name, act);
}

export function tellSystem({ title, artist, album, cover }) {
  if (!navigator.mediaSession) return;
  navigator.mediaSession.metadata = new MediaMetadata({ title, artist, album, artwork: cover ? [{ src: new URL(cover, location.href).href }] : [] });
}

/** Tell where in the song it is. */
export function tellPlace({ time, duration }) {
  if (duration > 0) navigator.mediaSession?.setPositionState?.({ duration, position: Math.min(Math.max(0, time), duration) });
}
