import type ts from 'typescript';

/** A user's file as a syntax tree, with the compiler module that made it and that can read its nodes. */
export interface ParsedSource {
  /** The name that messages show: the path as the stack frames give it. */
  readonly file: string;
  readonly tree: ts.SourceFile;
  readonly typescript: typeof ts;
}

/**
 * Parses a JavaScript or TypeScript file (js, mjs, cjs, jsx, ts, mts, cts, tsx; anything else is read as JavaScript).
 * Never fails on half-typed code: the tree then holds what could be understood.
 *
 * @param typescript the compiler, passed in because it is large and loaded only when a position has to be explained
 * @param file decides the language by its extension; it is not read
 */
export function parseSource(typescript: typeof ts, file: string, text: string): ParsedSource {
  // Node takes a byte order mark off before it compiles, so its columns do not count it.
  const code = text.startsWith('\uFEFF') ? text.slice(1) : text;
  const tree = typescript.createSourceFile(
    file,
    code,
    { languageVersion: typescript.ScriptTarget.Latest, jsDocParsingMode: typescript.JSDocParsingMode.ParseNone },
    true,
    languageOf(typescript, file),
  );
  return { file, tree, typescript };
}

function languageOf(typescript: typeof ts, file: string): ts.ScriptKind {
  const extension = /\.([cm]?[jt]sx?)(?:[?#].*)?$/i.exec(file)?.[1]?.toLowerCase() ?? 'js';
  if (extension.endsWith('tsx')) {
    return typescript.ScriptKind.TSX;
  }
  if (extension.endsWith('ts')) {
    return typescript.ScriptKind.TS;
  }
  return extension.endsWith('jsx') ? typescript.ScriptKind.JSX : typescript.ScriptKind.JS;
}
