import { readFileSync } from 'node:fs';
import { dirname, relative, resolve, sep } from 'node:path';
import tseslint from 'typescript-eslint';

/**
 * The rooms of src/, and the panel's page, and the rooms each may use. Dependencies run one way (docs/architecture.md).
 * A room may always use itself.
 */
const mayUse = {
  core: [],
  processes: [],
  protocol: ['core'],
  native: ['core', 'processes'],
  launch: ['core', 'protocol', 'processes'],
  runtime: ['core'],
  trainer: ['core', 'protocol', 'processes', 'native'],
  cli: ['core', 'protocol', 'launch', 'processes'],
  host: ['core', 'protocol', 'launch', 'processes', 'native'],
  webview: ['core', 'protocol'],
};

/** Reports an import that leaves its room for one that it may not use. */
const oneWay = {
  meta: { type: 'problem', schema: [], messages: { against: '{{from}} may use only {{allowed}}, not {{to}}.' } },
  create: (context) => {
    const roomOf = (file) =>
      relative(import.meta.dirname, file).split(sep)[0] === 'webview'
        ? 'webview'
        : relative(resolve(import.meta.dirname, 'src'), file).split(sep)[0];
    const from = roomOf(context.filename);
    const check = (node) => {
      const specifier = node.source?.value;
      if (mayUse[from] === undefined || typeof specifier !== 'string' || !specifier.startsWith('.')) {
        return;
      }
      const to = roomOf(resolve(dirname(context.filename), specifier));
      const allowed = [from, ...mayUse[from]];
      // Tests beside the source may use what test/ offers.
      const ofTests = to === '..' && context.filename.endsWith('.test.ts');
      if (!allowed.includes(to) && !ofTests) {
        context.report({ node, messageId: 'against', data: { from, to, allowed: allowed.join(', ') } });
      }
    };
    return {
      ImportDeclaration: check,
      ImportExpression: check,
      ExportNamedDeclaration: check,
      ExportAllDeclaration: check,
    };
  },
};

/** A file is a room with one purpose: past 12 KB it is two files. */
const fileSize = {
  meta: { type: 'suggestion', schema: [], messages: { large: '{{kilobytes}} KB: past 12 KB a file is two files.' } },
  create: (context) => ({
    Program(node) {
      const bytes = readFileSync(context.filename).byteLength;
      if (bytes > 12 * 1024) {
        context.report({ node, messageId: 'large', data: { kilobytes: (bytes / 1024).toFixed(1) } });
      }
    },
  }),
};

export default tseslint.config(
  {
    ignores: [
      'dist/**',
      'node_modules/**',
      '.vscode-test/**',
      'examples/**',
      'test/scripts/**',
      'coverage/**',
      '.tfjs-versions/**',
      '.faults/**',
    ],
  },
  {
    files: ['src/**/*.ts', 'test/**/*.ts', 'webview/**/*.{ts,tsx}'],
    extends: [...tseslint.configs.strictTypeChecked],
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    plugins: { house: { rules: { 'file-size': fileSize, 'one-way': oneWay } } },
    rules: {
      'house/file-size': 'error',
      'house/one-way': 'error',
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true, allowBoolean: true }],
      '@typescript-eslint/no-confusing-void-expression': ['error', { ignoreArrowShorthand: true }],
    },
  },
  {
    files: ['src/core/**/*.ts'],
    rules: {
      'no-restricted-imports': [
        'error',
        {
          patterns: [
            {
              group: ['vscode', '@tensorflow/*', 'node:*'],
              message: 'core is pure: no vscode, no tfjs, no DOM, no Node.',
            },
          ],
        },
      ],
    },
  },
  {
    files: ['**/*.test.ts', 'test/**/*.ts'],
    rules: {
      '@typescript-eslint/no-non-null-assertion': 'off',
      // tfjs's own types are loose: its generic results have to be narrowed by hand.
      '@typescript-eslint/no-unnecessary-type-assertion': 'off',
      '@typescript-eslint/no-unnecessary-condition': 'off',
      '@typescript-eslint/no-unsafe-class-instance-assignment': 'off',
    },
  },
);
