/**
 * The rings are law (docs/architecture.md): core <- engine, workspace, remote <- vscode, cli.
 * @type {import('dependency-cruiser').IConfiguration}
 */
module.exports = {
  forbidden: [
    {
      name: 'no-circular',
      comment: 'Import circles hide which file owns what.',
      severity: 'error',
      from: {},
      to: { circular: true },
    },
    {
      name: 'core-is-pure',
      comment:
        'core imports nothing but core: no VS Code, llama.cpp, file system, network, process or package.',
      severity: 'error',
      from: { path: '^src/core/' },
      to: { pathNot: '^src/core/' },
    },
    {
      name: 'middle-ring',
      comment: 'engine, workspace and remote build on core and disk only, not on one another.',
      severity: 'error',
      from: { path: '^src/(engine|workspace|remote)/' },
      to: { path: '^src/', pathNot: ['^src/(core|disk)/', '^src/$1/'] },
    },
    {
      name: 'disk-below',
      comment: 'disk holds what every ring with files needs, and builds on core only.',
      severity: 'error',
      from: { path: '^src/disk/' },
      to: { path: '^src/', pathNot: '^src/(core|disk)/' },
    },
    {
      name: 'models-ring',
      comment:
        'models knows model files on disk and fetches them through remote; it knows no engine and no editor.',
      severity: 'error',
      from: { path: '^src/models/' },
      to: { path: '^src/', pathNot: '^src/(core|disk|remote|models)/' },
    },
    {
      name: 'webview-apart',
      comment: 'The pages run in a browser: they share with the rest what core has, and nothing else.',
      severity: 'error',
      from: { path: '^src/webview/' },
      to: { path: '^src/', pathNot: '^src/(core|webview)/' },
    },
    {
      name: 'webview-in-a-browser',
      comment: 'A browser has none of Node.',
      severity: 'error',
      from: { path: '^src/webview/' },
      to: { dependencyTypes: ['core'] },
    },
    {
      name: 'webview-is-a-program-of-its-own',
      comment: 'No other program takes code of the pages with it.',
      severity: 'error',
      from: { path: '^src/', pathNot: '^src/webview/' },
      to: { path: '^src/webview/' },
    },
    {
      name: 'host-between',
      comment:
        'host joins engine and workspace for the editor and the command line, and knows neither of the two.',
      severity: 'error',
      from: { path: '^src/host/' },
      to: { path: '^src/(vscode|cli)/' },
    },
    {
      name: 'vscode-api-only-in-vscode',
      comment: 'The VS Code API, types included, is used in src/vscode and src/extension.ts only.',
      severity: 'error',
      from: { path: '^src/', pathNot: '^src/(vscode/|extension\\.ts$)' },
      to: { path: ['^vscode$', '^src/vscode/', '^node_modules/@types/vscode'] },
    },
    {
      name: 'llama-only-in-engine',
      comment: 'node-llama-cpp is loaded in the engine process and nowhere else.',
      severity: 'error',
      from: { path: '^src/', pathNot: '^src/engine/llama/' },
      to: { path: ['node-llama-cpp'] },
    },
    {
      name: 'engine-process-stays-apart',
      comment: 'Only the engine entry point reaches the code that runs inside the engine process.',
      severity: 'error',
      from: { path: '^src/', pathNot: '^src/engine/(llama/|main\\.ts$)' },
      to: { path: '^src/engine/llama/' },
    },
    {
      name: 'no-sockets',
      comment: 'Nothing opens a socket. The one door for those that the user asks for is remote/egress.ts.',
      severity: 'error',
      from: { path: '^src/', pathNot: '^src/remote/egress\\.ts$' },
      to: { path: '^(node:)?(net|tls|http|https|http2|dgram|dns|undici)(/|$)' },
    },
    {
      name: 'cli-and-vscode-apart',
      severity: 'error',
      from: { path: '^src/cli/' },
      to: { path: '^src/(vscode/|extension\\.ts)' },
    },
    {
      name: 'vscode-and-cli-apart',
      severity: 'error',
      from: { path: '^src/(vscode/|extension\\.ts)' },
      to: { path: '^src/cli/' },
    },
    {
      name: 'not-to-unresolvable',
      severity: 'error',
      from: {},
      to: { couldNotResolve: true, pathNot: ['^vscode$'] },
    },
    {
      name: 'no-orphans',
      comment: 'A file that nothing reaches is dead.',
      severity: 'error',
      from: {
        orphan: true,
        pathNot: [
          '\\.d\\.ts$',
          '\\.mjs$',
          '\\.cjs$',
          '^src/(extension|engine/main|workspace/worker|models/headerWorker|cli/main|webview/chat/main)\\.tsx?$',
          '^scripts/',
        ],
      },
      to: {},
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    tsConfig: { fileName: 'tsconfig.json' },
    tsPreCompilationDeps: true,
    enhancedResolveOptions: {
      extensions: ['.ts', '.tsx', '.js', '.mjs', '.cjs', '.json'],
      exportsFields: ['exports'],
      conditionNames: ['import', 'node', 'default'],
    },
  },
};
