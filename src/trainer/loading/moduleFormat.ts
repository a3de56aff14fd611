import { readFileSync } from 'node:fs';
import path from 'node:path';
import type ts from 'typescript';

export type ModuleFormat = 'module' | 'commonjs';

/**
 * How a TypeScript file is to be run: by its extension, by the nearest package.json's "type", else by its syntax.
 * @param parse parses the file; called only where the rest does not decide
 */
export function moduleFormat(file: string, typescript: typeof ts, parse: () => ts.SourceFile): ModuleFormat {
  switch (path.extname(file)) {
    case '.mts':
      return 'module';
    case '.cts':
      return 'commonjs';
    default: {
      const type = packageType(path.dirname(file));
      return type === 'module' ? 'module' : formatBySyntax(typescript, parse(), type === 'commonjs');
    }
  }
}

/** "type" of the nearest package.json at or above a folder; null where there is none, or it does not say. */
function packageType(folder: string): string | null {
  for (let at = folder; path.basename(at) !== 'node_modules'; at = path.dirname(at)) {
    const type = typeIn(path.join(at, 'package.json'));
    if (type !== undefined) {
      return type;
    }
    if (at === path.dirname(at)) {
      break;
    }
  }
  return null;
}

/** @returns undefined where there is no such file */
function typeIn(file: string): string | null | undefined {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch {
    return undefined;
  }
  // An unreadable package.json is Node's own error to report, where Node meets it.
  const match = /"type"\s*:\s*"(module|commonjs)"/.exec(text);
  return match?.[1] ?? null;
}

function formatBySyntax(typescript: typeof ts, source: ts.SourceFile, packageSaysCommonJs: boolean): ModuleFormat {
  const signs = signsIn(typescript, source);
  if (signs.onlyModule) {
    return 'module';
  }
  return packageSaysCommonJs || signs.onlyCommonJs || !signs.imports ? 'commonjs' : 'module';
}

interface Signs {
  /** `import.meta`, or `await` outside every function. */
  onlyModule: boolean;
  /** `require(...)`, `module.exports`, `__dirname`, `export =` and their kin. */
  onlyCommonJs: boolean;
  /** Import and export statements, which both formats can have. */
  imports: boolean;
}

function signsIn(typescript: typeof ts, source: ts.SourceFile): Signs {
  const signs: Signs = { onlyModule: false, onlyCommonJs: false, imports: false };
  const visit = (node: ts.Node, inFunction: boolean): void => {
    signs.imports ||=
      typescript.isImportDeclaration(node) ||
      typescript.isExportDeclaration(node) ||
      typescript.isExportAssignment(node) ||
      node.kind === typescript.SyntaxKind.ExportKeyword;
    signs.onlyModule ||=
      (typescript.isMetaProperty(node) && node.keywordToken === typescript.SyntaxKind.ImportKeyword) ||
      (!inFunction &&
        (typescript.isAwaitExpression(node) ||
          (typescript.isForOfStatement(node) && node.awaitModifier !== undefined)));
    signs.onlyCommonJs ||= isCommonJsOnly(typescript, node);
    const enters = typescript.isFunctionLike(node) || typescript.isClassStaticBlockDeclaration(node);
    typescript.forEachChild(node, (child) => visit(child, inFunction || enters));
  };
  visit(source, false);
  return signs;
}

function isCommonJsOnly(typescript: typeof ts, node: ts.Node): boolean {
  if (typescript.isImportEqualsDeclaration(node)) {
    return typescript.isExternalModuleReference(node.moduleReference);
  }
  if (typescript.isExportAssignment(node)) {
    return node.isExportEquals === true;
  }
  if (typescript.isCallExpression(node)) {
    return typescript.isIdentifier(node.expression) && node.expression.text === 'require';
  }
  if (typescript.isPropertyAccessExpression(node)) {
    const { expression, name } = node;
    return (
      typescript.isIdentifier(expression) &&
      ((expression.text === 'module' && name.text === 'exports') ||
        expression.text === 'exports' ||
        (expression.text === 'require' && name.text === 'main'))
    );
  }
  return typescript.isIdentifier(node) && (node.text === '__dirname' || node.text === '__filename');
}
