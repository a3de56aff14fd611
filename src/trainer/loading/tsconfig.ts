import path from 'node:path';
import type ts from 'typescript';

/** What of a project's tsconfig.json changes how its code runs. */
export type RunningOptions = Pick<
  ts.CompilerOptions,
  | 'experimentalDecorators'
  | 'emitDecoratorMetadata'
  | 'useDefineForClassFields'
  | 'esModuleInterop'
  | 'verbatimModuleSyntax'
  | 'preserveConstEnums'
>;

/**
 * Reads the options of the tsconfig.json that is nearest to a file, `extends` included. A project without one, or with one
 * that cannot be read, gets TypeScript's own defaults: its editor is the place to complain.
 */
export function createTsconfigReader(typescript: typeof ts): (file: string) => RunningOptions {
  const byConfig = new Map<string, RunningOptions>();
  const read = (config: string): RunningOptions => {
    const json: unknown = typescript.readConfigFile(config, (file) => typescript.sys.readFile(file)).config;
    // Only the options are wanted: looking for the project's files would walk its whole tree.
    const host: ts.ParseConfigHost = { ...typescript.sys, readDirectory: () => [] };
    const { options } = typescript.parseJsonConfigFileContent(json ?? {}, host, path.dirname(config));
    return runningOptions(typescript, options);
  };
  return (file) => {
    const config = typescript.findConfigFile(path.dirname(file), (name) => typescript.sys.fileExists(name));
    if (config === undefined) {
      return {};
    }
    const known = byConfig.get(config) ?? read(config);
    byConfig.set(config, known);
    return known;
  };
}

function runningOptions(typescript: typeof ts, options: ts.CompilerOptions): RunningOptions {
  const running: RunningOptions = {};
  const names = [
    'experimentalDecorators',
    'emitDecoratorMetadata',
    'useDefineForClassFields',
    'esModuleInterop',
    'verbatimModuleSyntax',
    'preserveConstEnums',
  ] as const;
  for (const name of names) {
    if (options[name] !== undefined) {
      running[name] = options[name];
    }
  }
  // TypeScript derives this from the target, which here is always that of the running Node.
  if (options.target !== undefined && options.target < typescript.ScriptTarget.ES2022) {
    running.useDefineForClassFields ??= false;
  }
  return running;
}
