import { readFileSync } from 'node:fs';
import { createTypeScriptImportResolver } from 'eslint-import-resolver-typescript';
import importX from 'eslint-plugin-import-x';
import tseslint from 'typescript-eslint';

/**
 * The rooms of src/ and the rooms each may use. Dependencies run one way (docs/architecture.md).
 * A room may always use itself.
 */
const mayUse = {
  core: [],
  protocol: ['core'],
  launch: ['core', 'protocol'],
  runtime: ['core'],
  trainer: ['core', 'protocol'],
  cli: ['core', 'protocol', 'launch'],
};
const rooms = Object.keys(mayUse);

const roomZones = rooms.map((room) => ({
  target: `./src/${room}`,
  from: './src',
  except: [room, ...mayUse[room]].map((allowed) => `./${allowed}`),
  message: `src/${room} may use only ${[room, ...mayUse[room]].join(', ')}.`,
}));

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
  { ignores: ['dist/**', 'node_modules/**', '.vscode-test/**', 'examples/**', 'test/scripts/**', 'coverage/**'] },
  {
    files: ['src/**/*.ts', 'test/**/*.ts', 'webview/**/*.ts'],
    extends: [...tseslint.configs.strictTypeChecked],
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    plugins: { 'import-x': importX, house: { rules: { 'file-size': fileSize } } },
    settings: { 'import-x/resolver-next': [createTypeScriptImportResolver()] },
    rules: {
      'house/file-size': 'error',
      'import-x/no-restricted-paths': ['error', { zones: roomZones, basePath: import.meta.dirname }],
      'import-x/no-cycle': 'error',
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true, allowBoolean: true }],
      '@typescript-eslint/no-confusing-void-expression': ['error', { ignoreArrowShorthand: true }],
    },
  },
  {
    files: ['src/core/**/*.ts'],
    rules: {
      'no-restricted-imports': [
        'error',
        { patterns: [{ group: ['vscode', '@tensorflow/*', 'node:*'], message: 'core is pure: no vscode, no tfjs, no DOM, no Node.' }] },
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
