import { execFileSync } from 'node:child_process';
import { createRequire } from 'node:module';
import path from 'node:path';
import type { BackendDecision, ModuleSource } from '../backend/decision.ts';
import { NATIVE_BACKEND, NATIVE_PACKAGE } from '../backend/nativeBackend.ts';
import { NATIVE_PACKAGES } from '../loading/rules.ts';
import { resolveFrom } from './findTfjs.ts';

/** Finds the packages of a script's backends. Make it before the loader is installed: it asks what the project itself has. */
export class BackendPackages implements ModuleSource {
  private readonly installed: readonly { readonly name: string; readonly file: string | null }[];
  /** The native package that was loaded, if one was. */
  private native: string | null = null;

  constructor(
    private readonly entry: string,
    private readonly ownFile: string,
  ) {
    this.installed = NATIVE_PACKAGES.map((name) => ({ name, file: resolveFrom(entry, name) }));
  }

  /** Once the loader is installed, what the project lacks comes from beside the debugger. */
  load(specifier: string): unknown {
    const require = createRequire(this.entry);
    if (specifier !== NATIVE_PACKAGE) {
      return require(specifier);
    }
    const file = this.installed.find((native) => native.file !== null)?.file ?? require.resolve(specifier);
    const loaded: unknown = require(file);
    this.native = file;
    return loaded;
  }

  /** The folder of the debugger's own tfjs-node, which must train with the script's tfjs; null where there is none. */
  get ownNativeFolder(): string | null {
    const manifest = resolveFrom(this.ownFile, `${NATIVE_PACKAGE}/package.json`);
    return manifest === null ? null : path.dirname(manifest);
  }

  /**
   * What stands in for tfjs-node and tfjs-node-gpu when the script imports them. A script that imports a package that does
   * not load, or that was told to train on another backend, gets the substitute.
   */
  redirects(decision: BackendDecision, substitute: string): Record<string, string> {
    const native = decision.name === NATIVE_BACKEND ? this.native : null;
    return Object.fromEntries(
      this.installed.flatMap(({ name, file }) => {
        if (decision.asked === 'asWritten') {
          return file !== null && loadsInAnotherProcess(file) ? [] : [[name, substitute]];
        }
        return file !== null && file === native ? [] : [[name, native ?? substitute]];
      }),
    );
  }
}

/** Loading it here would change the backend of a script that is to run as written. */
function loadsInAnotherProcess(file: string): boolean {
  try {
    execFileSync(process.execPath, ['-e', 'require(process.argv[1])', file], { stdio: 'ignore', timeout: 60_000 });
    return true;
  } catch {
    return false;
  }
}
