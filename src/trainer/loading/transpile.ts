import { pathToFileURL } from 'node:url';
import type ts from 'typescript';
import { moduleFormat, type ModuleFormat } from './moduleFormat.ts';
import { createTsconfigReader, type RunningOptions } from './tsconfig.ts';

export interface Transpiler {
  formatOf(file: string, source: string): ModuleFormat;
  /**
   * JavaScript with an inline source map, so that Node shows the author's own lines.
   * @throws {SyntaxError} with file, line and column, as Node reports one in JavaScript
   */
  transpile(file: string, source: string, format: ModuleFormat): string;
}

/** @param loadTypescript loads the compiler, a large bundle; called when the first TypeScript file is met */
export function createTranspiler(loadTypescript: () => typeof ts): Transpiler {
  let loaded: { readonly typescript: typeof ts; readonly optionsFor: (file: string) => RunningOptions } | null = null;
  const compiler = (): NonNullable<typeof loaded> => {
    if (loaded === null) {
      const typescript = loadTypescript();
      loaded = { typescript, optionsFor: createTsconfigReader(typescript) };
    }
    return loaded;
  };
  return {
    formatOf: (file, source) => {
      const { typescript } = compiler();
      return moduleFormat(file, typescript, () =>
        typescript.createSourceFile(file, source, typescript.ScriptTarget.ES2022),
      );
    },
    transpile: (file, source, format) => {
      const { typescript, optionsFor } = compiler();
      const output = typescript.transpileModule(source, {
        // The extension is what tells this compiler mode which format to write; `import()` stays as it is in both.
        fileName: file.replace(/\.[mc]?ts$/, format === 'module' ? '.mts' : '.cts'),
        reportDiagnostics: true,
        compilerOptions: {
          esModuleInterop: true,
          useDefineForClassFields: true,
          ...commonJsSafe(optionsFor(file), format),
          target: typescript.ScriptTarget.ES2022,
          module: typescript.ModuleKind.NodeNext,
          moduleResolution: typescript.ModuleResolutionKind.NodeNext,
          sourceMap: true,
          inlineSources: true,
        },
      });
      const fault = output.diagnostics?.find((diagnostic) => diagnostic.file !== undefined);
      if (fault !== undefined) {
        throw syntaxError(typescript, fault, file, source);
      }
      return withSourceMap(output.outputText, output.sourceMapText, file);
    },
  };
}

/** `verbatimModuleSyntax` forbids import statements in CommonJS, which runs them all the same. */
function commonJsSafe(options: RunningOptions, format: ModuleFormat): RunningOptions {
  return format === 'commonjs' ? { ...options, verbatimModuleSyntax: false } : options;
}

function withSourceMap(code: string, mapText: string | undefined, file: string): string {
  if (mapText === undefined) {
    return code;
  }
  const map = { ...(JSON.parse(mapText) as object), sources: [pathToFileURL(file).href], sourceRoot: '' };
  const encoded = Buffer.from(JSON.stringify(map)).toString('base64');
  const end = code.lastIndexOf('//# sourceMappingURL=');
  return `${code.slice(0, end)}//# sourceMappingURL=data:application/json;base64,${encoded}\n`;
}

/** Laid out as Node lays out a syntax error in JavaScript: file and line, the line, a mark under the place. */
function syntaxError(typescript: typeof ts, fault: ts.Diagnostic, file: string, source: string): SyntaxError {
  const before = source.slice(0, fault.start ?? 0).split('\n');
  const column = before.at(-1)?.length ?? 0;
  const text = (source.split('\n')[before.length - 1] ?? '').replace(/\r$/, '');
  const mark = ' '.repeat(column) + '^'.repeat(Math.max(1, Math.min(fault.length ?? 1, text.length - column)));
  const message = typescript.flattenDiagnosticMessageText(fault.messageText, '\n');
  const error = new SyntaxError(message);
  error.stack = `${file}:${before.length}\n${text}\n${mark}\n\nSyntaxError: ${message}`;
  return error;
}
