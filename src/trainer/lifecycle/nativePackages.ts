import { execFileSync } from 'node:child_process';
import { realpathSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { cacheRoot, nativeFolder, nativePackageOfCache } from '../../native/nativeCache.ts';
import { wasTriedHere } from '../../native/machine.ts';
import type { BackendDecision, ModuleSource } from '../backend/decision.ts';
import { NATIVE_BACKEND, NATIVE_PACKAGE } from '../backend/nativeBackend.ts';
import { mayBeTakenOver } from '../backend/nativeTakeover.ts';
import { NATIVE_PACKAGES } from '../loading/rules.ts';
import type { StandIns } from '../loading/installLoading.ts';
import { resolveFrom } from './findTfjs.ts';
import { omitProgressBars } from './progressBars.ts';

/** Finds the packages of a script's backends. Make it before the loader is installed: it asks what the project itself has. */
export class BackendPackages implements ModuleSource {
  /** Loads the tfjs-node that was set up for this user; absent where there is none that runs here. */
  readonly loadSetUp?: () => unknown;
  private readonly installed: readonly { readonly name: string; readonly file: string | null }[];
  /** The main file of the tfjs-node that was set up for this user; null where none was. */
  private readonly setUp: string | null;
  /** The same of one that lies beside the debugger. */
  private readonly own: string | null;
  /** The native package that was loaded, if one was. */
  private native: string | null = null;
  private isQuiet = false;

  constructor(
    private readonly entry: string,
    private readonly ownFile: string,
  ) {
    this.installed = NATIVE_PACKAGES.map((name) => ({ name, file: resolveFrom(entry, name) }));
    this.own = resolveFrom(ownFile, NATIVE_PACKAGE);
    const folder = nativePackageOfCache();
    const setUp = folder === null ? null : resolveFrom(ownFile, realpathSync(folder));
    this.setUp = setUp;
    if (setUp !== null) {
      this.loadSetUp = () => {
        if (!wasTriedHere(nativeFolder(cacheRoot())) && !loadsInAnotherProcess(setUp)) {
          throw new Error('it was set up on another machine, and does not run on this one');
        }
        return this.loaded(setUp);
      };
    }
  }

  /** Once the loader is installed, what the project lacks comes from beside the debugger. */
  load(specifier: string): unknown {
    const require = createRequire(this.entry);
    if (specifier !== NATIVE_PACKAGE) {
      return require(specifier);
    }
    // Not by its name, by which the script may get what stands in for it.
    const file = this.installed.find((native) => native.file !== null)?.file ?? this.own;
    if (file === null) {
      throw Object.assign(new Error(`Cannot find module '${specifier}'`), { code: 'MODULE_NOT_FOUND' });
    }
    return this.loaded(file);
  }

  /** Whether there is one that could be loaded; nothing is. */
  get hasNative(): boolean {
    return this.installed.some(({ file }) => file !== null) || this.own !== null || this.setUp !== null;
  }

  quietNative(): void {
    this.isQuiet = true;
  }

  private loaded(file: string): unknown {
    if (this.isQuiet) {
      omitProgressBars(file);
    }
    const loaded: unknown = createRequire(this.entry)(file);
    this.native = file;
    return loaded;
  }

  /** The folders of every tfjs-node that is not the project's, and must train with the script's tfjs. */
  get ownNativeFolders(): string[] {
    const manifest = resolveFrom(this.ownFile, `${NATIVE_PACKAGE}/package.json`);
    const files = [manifest, this.setUp === null ? null : path.dirname(this.setUp)];
    return files.flatMap((file) => (file === null ? [] : [path.dirname(file)]));
  }

  /**
   * What stands in for tfjs-node and tfjs-node-gpu when the script imports them. A script that imports a package that does
   * not load, or that was told to train on another backend, gets the substitute. Where `auto` has begun on wasm, that is decided
   * by `onDemand`, when it is imported.
   */
  redirects(decision: BackendDecision, { substitute, onDemand }: StandIns): Record<string, string> {
    if (mayBeTakenOver(decision)) {
      return Object.fromEntries(NATIVE_PACKAGES.map((name) => [name, onDemand]));
    }
    const native = decision.name === NATIVE_BACKEND ? this.native : null;
    return Object.fromEntries(
      this.installed.flatMap(({ name, file }) => {
        if (decision.asked === 'asWritten') {
          if (file !== null && loadsInAnotherProcess(file)) {
            return [];
          }
          return [[name, this.setUp !== null && loadsInAnotherProcess(this.setUp) ? this.setUp : substitute]];
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
