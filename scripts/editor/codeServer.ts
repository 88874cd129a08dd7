import { spawn, type ChildProcess } from 'node:child_process';
import {
  closeSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readFileSync,
  readdirSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import http from 'node:http';
import os from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { ensureCodeServer, type CodeServer } from './installCodeServer.ts';
import { poll } from './paths.ts';
import { stopTree, stopTreeNow } from './processes.ts';

export { codeServerVersion, ensureCodeServer, type CodeServer } from './installCodeServer.ts';

/** Values for settings.json. */
export type Settings = Record<string, unknown>;

/** Keeps everything away that is not the thing under test: other AI features, welcome pages, galleries. */
export const quietSettings: Settings = {
  'workbench.startupEditor': 'none',
  'workbench.tips.enabled': false,
  'workbench.welcomePage.walkthroughs.openOnInstall': false,
  'workbench.secondarySideBar.defaultVisibility': 'hidden',
  'workbench.enableExperiments': false,
  'workbench.layoutControl.enabled': false,
  'window.commandCenter': false,
  'chat.disableAIFeatures': true,
  'extensions.ignoreRecommendations': true,
  'extensions.autoCheckUpdates': false,
  'extensions.autoUpdate': false,
  'telemetry.telemetryLevel': 'off',
  'update.mode': 'none',
  'update.showReleaseNotes': false,
  // Off is what the desktop has; the browser's default saves by itself and hides that a file is unsaved.
  'files.autoSave': 'off',
  'git.autofetch': false,
  'git.openRepositoryInParentFolders': 'never',
  'remote.autoForwardPorts': false,
  'npm.fetchOnlineInfo': false,
  'json.schemaDownload.enable': false,
  'typescript.disableAutomaticTypeAcquisition': true,
  // One language server instead of two, and nothing that moves by itself: most of a start's time goes there.
  'typescript.tsserver.useSyntaxServer': 'never',
  'workbench.reduceMotion': 'on',
  'editor.cursorBlinking': 'solid',
};

/** Without a gallery the editor asks none for updates and recommendations. */
const noGallery = '{}';

/** How to start a server. */
export interface ServerOptions {
  userDataDir: string;
  extensionsDir: string;
  /** The user's settings, on top of the quiet ones; written only if the user data has none yet. */
  settings?: Settings | undefined;
  /** Lets the address carry an extension under development and its tests, which is ignored otherwise. */
  smokeTest?: boolean | undefined;
  /** Added to the environment, which the extension host inherits. */
  env?: NodeJS.ProcessEnv | undefined;
  /** Whether folders must be trusted first, as they must for a user; otherwise they are trusted. */
  workspaceTrust?: boolean | undefined;
  /** A free one is taken if not given. */
  port?: number | undefined;
  /**
   * VS Code's own extensions that run code, such as `git`; all of them if not given. Most of a start's time goes to
   * those that nothing needs. Themes and grammars are always there.
   */
  builtins?: readonly string[] | undefined;
  /** Ends the server by itself when no editor has been open for so long; more than 60. */
  idleTimeoutSeconds?: number | undefined;
}

/** A server that runs. */
export interface RunningServer {
  url: string;
  port: number;
  pid: number;
  logPath: string;
  /** Resolves when the server has ended, also by itself. */
  ended: Promise<void>;
  /** Ends the server and everything that it started; resolves when nothing is left. */
  stop(): Promise<void>;
}

/** Starts the editor's server on 127.0.0.1 and waits until it answers. */
export async function startCodeServer(options: ServerOptions): Promise<RunningServer> {
  const codeServer = await ensureCodeServer();
  mkdirSync(options.extensionsDir, { recursive: true });
  writeSettings(options.userDataDir, options.settings);
  const logPath = path.join(options.userDataDir, 'server.log');
  // Sockets lie in the system's folder, because their paths may have about 100 characters only.
  const temporary = mkdtempSync(path.join(os.tmpdir(), 'hearth-'));
  const { builtins } = options;
  const args = [
    ...commonArgs(codeServer, options),
    ...['--session-socket', path.join(temporary, 's.sock')],
    ...(builtins === undefined ? [] : builtinArgs(codeServer, builtins, path.join(temporary, 'builtins'))),
  ];
  const log = openSync(logPath, 'w');
  const child = spawn(codeServer.node, args, {
    detached: true,
    env: { ...cleanEnv(), ...ownFolders(temporary), EXTENSIONS_GALLERY: noGallery, ...options.env },
    stdio: ['ignore', log, log],
  });
  closeSync(log);
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  const stopAtExit = () => {
    if (child.pid !== undefined) stopTreeNow(child.pid);
    rmSync(temporary, { recursive: true, force: true });
  };
  process.once('exit', stopAtExit);
  const stop = async () => {
    if (child.pid !== undefined) await stopTree(child.pid);
    process.off('exit', stopAtExit);
    rmSync(temporary, { recursive: true, force: true });
  };
  try {
    const port = await waitUntilHealthy(child, logPath);
    return { url: `http://127.0.0.1:${port}`, port, pid: child.pid ?? 0, logPath, ended, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

function commonArgs(codeServer: CodeServer, options: ServerOptions): string[] {
  return [
    ...[codeServer.entry, '--auth', 'none', '--bind-addr', `127.0.0.1:${options.port ?? 0}`],
    ...folderArgs(options.extensionsDir, options.userDataDir),
    ...['--disable-telemetry', '--disable-update-check', '--disable-getting-started-override'],
    ...(options.workspaceTrust ? [] : ['--disable-workspace-trust']),
    ...(options.smokeTest ? ['--vscode-option', 'enable-smoke-test-driver'] : []),
    ...(options.idleTimeoutSeconds ? ['--idle-timeout-seconds', String(options.idleTimeoutSeconds)] : []),
  ];
}

/** Fills a folder with links to VS Code's own extensions: those that are named, and all that run no code. */
function builtinArgs({ entry }: CodeServer, names: readonly string[], folder: string): string[] {
  const all = path.join(path.dirname(entry), '../../lib/vscode/extensions');
  mkdirSync(folder);
  // TypeScript itself, which its extension looks for beside its own folder.
  symlinkSync(path.join(all, 'node_modules'), path.join(folder, 'node_modules'));
  for (const { name } of readdirSync(all, { withFileTypes: true }).filter((one) => one.isDirectory())) {
    const manifest = path.join(all, name, 'package.json');
    if (!existsSync(manifest)) continue;
    const { main, browser } = JSON.parse(readFileSync(manifest, 'utf8')) as Record<string, unknown>;
    const runs = main !== undefined || browser !== undefined;
    if (!runs || names.includes(name)) symlinkSync(path.join(all, name), path.join(folder, name));
  }
  return ['--vscode-option', `builtin-extensions-dir=${folder}`];
}

/** Its own folders, the configuration included: otherwise it would read and write the home directory's. */
function folderArgs(extensionsDir: string, userDataDir: string): string[] {
  const config = path.join(userDataDir, 'config.yaml');
  return ['--extensions-dir', extensionsDir, '--user-data-dir', userDataDir, '--config', config];
}

/** Writes the user's settings, the quiet ones included, if the user data has none yet. */
export function writeSettings(userDataDir: string, settings: Settings | undefined): void {
  if (existsSync(path.join(userDataDir, 'User/settings.json'))) return;
  const own = Object.entries(settings ?? {}).filter(([key]) => key.startsWith('hearth.'));
  // A remote window, as this is one, takes settings of machine scope (a model's path) from the machine's file only.
  const files = { User: { ...quietSettings, ...settings }, Machine: Object.fromEntries(own) };
  for (const [folder, values] of Object.entries(files)) {
    mkdirSync(path.join(userDataDir, folder), { recursive: true });
    writeFileSync(
      path.join(userDataDir, folder, 'settings.json'),
      JSON.stringify(values, undefined, 2) + '\n',
    );
  }
}

/**
 * The environment without what would change the server: a terminal inside VS Code says where its window
 * listens (the server would only send the folder there), and `npm run` and hosting services set more.
 */
function cleanEnv(): NodeJS.ProcessEnv {
  const misleading =
    /^(VSCODE_|ELECTRON_|CODE_SERVER_|CS_|npm_|NODE_OPTIONS$|PORT$|PASSWORD$|HASHED_PASSWORD$|GITHUB_TOKEN$)/i;
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => !misleading.test(name)));
}

/** Sends what the server would leave in the home directory and among the system's temporary files elsewhere. */
function ownFolders(folder: string): NodeJS.ProcessEnv {
  const names = ['TMPDIR', 'TMP', 'TEMP', 'XDG_RUNTIME_DIR', 'XDG_CACHE_HOME', 'XDG_DATA_HOME'];
  return Object.fromEntries(names.map((name) => [name, folder]));
}

/** The port stands in the log as soon as the server listens; then it must answer as well. */
async function waitUntilHealthy(child: ChildProcess, logPath: string): Promise<number> {
  let spawnError: Error | undefined;
  child.once('error', (error) => (spawnError = error));
  const port = await poll(async () => {
    if (spawnError) throw spawnError;
    const text = readFileSync(logPath, 'utf8');
    if (child.exitCode !== null || child.signalCode !== null) {
      throw new Error(
        `code-server ended at its start: ${text.trim().split('\n').at(-1) ?? 'it wrote nothing'}`,
      );
    }
    const listening = /listening on http:\/\/127\.0\.0\.1:(\d+)/.exec(text)?.[1];
    return listening && (await isHealthy(Number(listening))) ? Number(listening) : undefined;
  }, 60_000);
  if (port === undefined) throw new Error(`code-server did not answer within 60 seconds, see ${logPath}.`);
  return port;
}

function isHealthy(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    // An agent of its own, so that no proxy from the environment is asked for this machine's own address.
    const request = http.get({ host: '127.0.0.1', port, path: '/healthz', agent: new http.Agent() });
    request.once('response', (response) => {
      response.resume();
      resolve(response.statusCode === 200);
    });
    request.once('error', () => resolve(false));
  });
}

/** Installs a packed extension, as a user does with "Install from VSIX". */
export async function installVsix(vsix: string, extensionsDir: string, userDataDir: string): Promise<void> {
  const { node, entry } = await ensureCodeServer();
  mkdirSync(userDataDir, { recursive: true });
  const args = [entry, ...folderArgs(extensionsDir, userDataDir), '--force', '--install-extension', vsix];
  const log = path.join(userDataDir, 'install-extension.log');
  const output = openSync(log, 'w');
  const exitCode = await new Promise<number>((resolve, reject) => {
    const child = spawn(node, args, { env: cleanEnv(), stdio: ['ignore', output, output] });
    child.once('error', reject);
    child.once('exit', (code) => resolve(code ?? 1));
  });
  closeSync(output);
  if (exitCode !== 0) throw new Error(`${path.basename(vsix)} was not installed, see ${log}.`);
}

/**
 * Makes an unpacked extension count as installed, by a link beside the register that names it. A link and
 * not a copy: the working tree finds its dependencies in its own node_modules, from where its files really lie.
 */
export function linkExtension(extensionPath: string, extensionsDir: string): void {
  const { id, version } = readIdentity(extensionPath);
  mkdirSync(extensionsDir, { recursive: true });
  for (const name of readdirSync(extensionsDir)) {
    if (name.startsWith(`${id}-`)) rmSync(path.join(extensionsDir, name), { recursive: true });
  }
  const relativeLocation = `${id}-${version}`;
  const link = path.join(extensionsDir, relativeLocation);
  symlinkSync(path.resolve(extensionPath), link, process.platform === 'win32' ? 'junction' : 'dir');
  const location = { $mid: 1, path: pathToFileURL(link).pathname, scheme: 'file' };
  const register = path.join(extensionsDir, 'extensions.json');
  const known = existsSync(register) ? (JSON.parse(readFileSync(register, 'utf8')) as RegisterEntry[]) : [];
  const others = known.filter((entry) => entry.identifier.id !== id);
  const own: RegisterEntry = { identifier: { id }, version, location, relativeLocation };
  writeFileSync(register, JSON.stringify([...others, own]));
}

/** One installed extension in the register, of which more fields may be there. */
interface RegisterEntry {
  identifier: { id: string };
  version: string;
  location: object;
  relativeLocation: string;
}

function readIdentity(extensionPath: string): { id: string; version: string } {
  const file = path.join(extensionPath, 'package.json');
  const { publisher, name, version } = JSON.parse(readFileSync(file, 'utf8')) as Record<string, string>;
  return { id: `${publisher}.${name}`.toLowerCase(), version: version ?? '0.0.0' };
}
