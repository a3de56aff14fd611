/**
 * The releases of tfjs that the tests install beside the repository's own, 4.22.0: the oldest that is watched, some between, and
 * one from before. Those that come after are imagined (otherInternals.ts).
 */
export const watchedReleases = ['4.0.0', '4.4.0', '4.10.0', '4.16.0', '4.20.0'] as const;
export const otherReleases = ['3.21.0'] as const;

/** With the wasm backend of the same release beside it, where the others are given the debugger's. */
export const releaseWithWasm = '4.0.0+wasm';

/** The repository's own release: what the others are held against. */
export const ownRelease = '4.22.0';

export type Release =
  (typeof watchedReleases)[number] | (typeof otherReleases)[number] | typeof releaseWithWasm | typeof ownRelease;
