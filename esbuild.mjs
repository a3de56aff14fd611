// Builds dist/: what a user's machine runs. `node esbuild.mjs` builds everything; it takes about a second.
import { buildDist } from './scripts/buildDist.mjs';

await buildDist();
