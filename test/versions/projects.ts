import { symlinkSync } from 'node:fs';
import path from 'node:path';
import type { TestContext } from 'vitest';
import { scriptFolder } from '../children/trainInChild.ts';
import { installRelease } from './installRelease.ts';
import type { Release } from './releases.ts';
import { scripts } from './scripts.ts';

/** Projects with the scripts and a tfjs of their own, one per release. */
export class Projects {
  private readonly folders: ReturnType<typeof scriptFolder>[] = [];
  private readonly modules = new Map<Release, string | null>();

  /** Installs what is not there yet, two releases at a time. */
  async install(releases: readonly Release[]): Promise<void> {
    const waiting = [...releases];
    const installNext = async (): Promise<void> => {
      for (let release = waiting.shift(); release !== undefined; release = waiting.shift()) {
        this.modules.set(release, await installRelease(release));
      }
    };
    await Promise.all([installNext(), installNext()]);
    const absent = releases.filter((release) => this.modules.get(release) === null);
    if (absent.length > 0) {
      console.log(`The package registry cannot be reached: tests with tfjs ${absent.join(', ')} are skipped.`);
    }
  }

  /** A new project with that release. Skips the test where the release could not be had. */
  with(release: Release, context: Pick<TestContext, 'skip'>): string {
    const modules = this.modules.get(release) ?? null;
    if (modules === null) {
      context.skip(`tfjs ${release} is not installed yet, and the package registry cannot be reached.`);
    }
    return this.around(modules ?? '');
  }

  /** A new project with this folder as its node_modules. */
  around(modules: string): string {
    const files = Object.entries(scripts).map(([name, text]): [string, string] => [`${name}.mjs`, text]);
    const folder = scriptFolder({ 'package.json': '{}', ...Object.fromEntries(files) });
    this.folders.push(folder);
    symlinkSync(modules, path.join(folder.path, 'node_modules'), 'junction');
    return folder.path;
  }

  dispose(): void {
    this.folders.splice(0).forEach((folder) => folder.dispose());
  }
}
