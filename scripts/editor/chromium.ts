import { execFile } from 'node:child_process';
import { accessSync, constants, statSync } from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';
import { chromium, type Browser } from 'playwright-core';

const execute = promisify(execFile);

/** Debian's Chromium without the parts that show a window: it takes a fifth less of the processor. */
const headlessNames = ['chromium-headless-shell'];

/** Names of the commands, the plainest browser first. */
const commandNames = [
  'chromium',
  'chromium-browser',
  'google-chrome-stable',
  'google-chrome',
  'chrome',
  'microsoft-edge-stable',
  'microsoft-edge',
  'msedge',
];

interface Wanted {
  /** Whether nobody looks at it: a browser that can show no window will do. */
  readonly headless?: boolean | undefined;
}

/** Finds an installed Chromium, Chrome or Edge; the environment's CHROMIUM or CHROME_PATH goes first. */
export function findChromium({ headless = true }: Wanted = {}): string | undefined {
  const named = [process.env['CHROMIUM'], process.env['CHROME_PATH']].filter((file) => file !== undefined);
  const names = headless ? [...headlessNames, ...commandNames] : commandNames;
  return [...named, ...usualPlaces(process.platform, names)].find(isExecutable);
}

function usualPlaces(platform: NodeJS.Platform, names: readonly string[]): string[] {
  const searchPath = (process.env['PATH'] ?? '').split(path.delimiter).filter((folder) => folder !== '');
  if (platform === 'win32') {
    const roots = [
      process.env['PROGRAMFILES'],
      process.env['PROGRAMFILES(X86)'],
      process.env['LOCALAPPDATA'],
    ];
    const programs = ['Chromium', 'Google\\Chrome', 'Microsoft\\Edge'].flatMap((name) =>
      roots.filter((root) => root !== undefined).map((root) => path.join(root, name, 'Application')),
    );
    return programs.flatMap((folder) => ['chrome.exe', 'msedge.exe'].map((name) => path.join(folder, name)));
  }
  const onPath = names.flatMap((name) => searchPath.map((folder) => path.join(folder, name)));
  if (platform === 'darwin') {
    const roots = ['/Applications', path.join(process.env['HOME'] ?? '', 'Applications')];
    const apps = ['Chromium', 'Google Chrome', 'Microsoft Edge'];
    const inApps = roots.flatMap((root) =>
      apps.map((app) => path.join(root, `${app}.app`, 'Contents/MacOS', app)),
    );
    return [...inApps, ...onPath];
  }
  const fixed = ['/usr/bin', '/usr/local/bin', '/snap/bin'].flatMap((folder) =>
    names.map((name) => path.join(folder, name)),
  );
  return [...onPath, ...fixed, '/opt/google/chrome/chrome', '/opt/microsoft/msedge/msedge'];
}

function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return statSync(file).isFile();
  } catch {
    return false;
  }
}

/** Finds a browser, or installs one where this process may: as root on a machine with apt-get. */
export async function ensureChromium({ headless = true }: Wanted = {}): Promise<string> {
  const found = findChromium({ headless });
  if (found !== undefined) return found;
  if (process.platform === 'linux' && process.getuid?.() === 0) {
    console.error('Installing Chromium with apt-get: about a minute, once.');
    const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
    // The first is Debian's only.
    const packages = headless ? [...headlessNames, 'chromium'] : ['chromium'];
    await execute('apt-get', ['update'], { env }).catch(() => undefined);
    for (const name of packages) {
      // The sentence below says what is left to do.
      await execute('apt-get', ['install', '-y', name], { env }).catch(() => undefined);
      if (findChromium({ headless }) !== undefined) break;
    }
  }
  const installed = findChromium({ headless });
  if (installed !== undefined) return installed;
  throw new Error(
    'The editor tests need a browser: install Chromium, Chrome or Edge, or put the path of one into CHROMIUM.',
  );
}

/** Starts the browser, with everything off that would talk to its maker. */
export async function launchChromium({ headless = true }: Wanted = {}): Promise<Browser> {
  return await chromium.launch({
    executablePath: await ensureChromium({ headless }),
    headless,
    // The sandbox doesn't start for root or in most containers, and only our own editor is opened.
    chromiumSandbox: false,
    args: [
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
    ],
  });
}
