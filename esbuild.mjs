// Builds dist/: what a user's machine runs. `node esbuild.mjs` builds everything; it takes a few seconds.
import { buildDist } from './scripts/buildDist.mjs';

await buildDist();
