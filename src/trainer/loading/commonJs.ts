import { existsSync, readFileSync } from 'node:fs';
import Module, { createRequire } from 'node:module';
import { decidedFile, isMissing, standIn, type LoadingRules } from './rules.ts';
import type { Transpiler } from './transpile.ts';
import { candidatesOf, isTypeScript } from './typescriptFiles.ts';

interface LoadedModule {
  readonly filename?: string | null;
}

interface CompiledModule {
  _compile(code: string, filename: string): void;
}

/** The parts of Node's CommonJS loader that programs such as this one are meant to extend, and that have no types. */
interface CommonJsLoader {
  _resolveFilename(request: string, parent: LoadedModule | null | undefined, ...rest: unknown[]): string;
  readonly _extensions: Record<string, (module: CompiledModule, filename: string) => void>;
}

/** Makes `require` follow the rules and read TypeScript. JavaScript loads as before. */
export function installCommonJs(rulesNow: () => LoadingRules, transpiler: Transpiler): void {
  const loader = Module as unknown as CommonJsLoader;
  const original = loader._resolveFilename.bind(loader);

  loader._resolveFilename = (request, parent, ...rest) => {
    const rules = rulesNow();
    const importer = parent?.filename ?? undefined;
    const decided = decidedFile(rules, request, importer) ?? sourceMeant(request, importer);
    if (decided !== null) {
      return decided;
    }
    try {
      return original(request, parent, ...rest);
    } catch (error) {
      const other = isMissing(error, request) && importer !== rules.ownFile ? standIn(rules, request, 'require') : null;
      if (other === null) {
        throw error;
      }
      return other === 'own' ? createRequire(rules.ownFile).resolve(request) : other.file;
    }
  };

  // `require` of a TypeScript file always gives CommonJS, as the compilers that people use for it do.
  const loadTypeScript = (module: CompiledModule, filename: string): void =>
    module._compile(transpiler.transpile(filename, readFileSync(filename, 'utf8'), 'commonjs'), filename);
  for (const extension of ['.ts', '.cts', '.mts']) {
    loader._extensions[extension] = loadTypeScript;
  }
}

function sourceMeant(request: string, importer: string | undefined): string | null {
  if (importer === undefined || !isTypeScript(importer)) {
    return null;
  }
  return candidatesOf(request, importer).find((file) => existsSync(file)) ?? null;
}
