import { NATIVE, type NativeRelease } from './release.ts';
import lock from './packages/lock.json' with { type: 'json' };
import manifest from './packages/manifest.json' with { type: 'json' };

/** What `npm run native` sets up. The lock file pins the hash of every package, and names no registry. */
export const RELEASE: NativeRelease = { ...NATIVE, packages: { manifest, lock } };
