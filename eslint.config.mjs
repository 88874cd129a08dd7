import eslint from '@eslint/js';
import tseslint from 'typescript-eslint';

const socketGlobals = ['fetch', 'WebSocket', 'EventSource', 'XMLHttpRequest'];
const socketModules = '/^(node:)?(net|tls|http|https|http2|dgram|dns|undici)(\\u002F|$)/';
const oneDoor = (selector) => ({ selector, message: 'Sockets are opened in src/remote/egress.ts only.' });
const namedSockets = [
  `ImportExpression[source.value=${socketModules}]`,
  `CallExpression[callee.name=/require$/i][arguments.0.value=${socketModules}]`,
  `CallExpression[callee.property.name='require'][arguments.0.value=${socketModules}]`,
  `CallExpression[callee.callee.name='createRequire'][arguments.0.value=${socketModules}]`,
].map(oneDoor);
// What is put together while the program runs could name any module.
const unnamedModules = [
  "ImportExpression[source.type!='Literal']",
  "CallExpression[callee.name='require'][arguments.0.type!='Literal']",
].map(oneDoor);

export default tseslint.config(
  { ignores: ['dist/**', '.vscode-test/**', 'test/fixtures/**', 'sample/**'] },
  eslint.configs.recommended,
  ...tseslint.configs.recommendedTypeChecked,
  {
    languageOptions: {
      parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname },
    },
    rules: {
      eqeqeq: ['error', 'always', { null: 'ignore' }],
      'max-lines': ['error', { max: 350, skipBlankLines: true, skipComments: true }],
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_' }],
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/switch-exhaustiveness-check': 'error',
    },
  },
  {
    // The one door for sockets. Plain imports are the ring rule's (.dependency-cruiser.cjs), these are the ways around it.
    files: ['src/**/*.ts', 'src/**/*.tsx'],
    ignores: ['src/remote/egress.ts'],
    rules: {
      'no-restricted-globals': ['error', ...socketGlobals],
      'no-restricted-properties': [
        'error',
        ...['globalThis', 'global', 'self', 'window'].flatMap((object) =>
          socketGlobals.map((property) => ({ object, property })),
        ),
        ...['binding', '_linkedBinding', 'getBuiltinModule'].map((property) => ({
          object: 'process',
          property,
        })),
      ],
      'no-restricted-syntax': ['error', ...namedSockets, ...unnamedModules],
    },
  },
  {
    // Loads the packages with llama.cpp's binaries by the name that node-llama-cpp gives.
    files: ['src/engine/llama/binaryPackages.ts'],
    rules: { 'no-restricted-syntax': ['error', ...namedSockets] },
  },
  {
    // node:test returns promises that the runner itself awaits.
    files: ['test/**/*.ts'],
    rules: { '@typescript-eslint/no-floating-promises': 'off' },
  },
  {
    files: ['**/*.mjs', '**/*.cjs'],
    extends: [tseslint.configs.disableTypeChecked],
    languageOptions: {
      parserOptions: { projectService: false },
      globals: { process: 'readonly', console: 'readonly', module: 'readonly' },
    },
  },
);
