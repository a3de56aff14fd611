// `npm run native`: sets up the native backend (tfjs-node) for this user, outside of the repository. It says what it fetches
// and how much, and asks first; `--yes`: without asking. docs/native.md tells the rest.
import { runNode, setUp } from './setup.mjs';

setUp();
process.exitCode = runNode(['dist/native/setUp.mjs', ...process.argv.slice(2)]);
