import { existsSync, readdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { EngineError } from '../errors.ts';
import { sentenceOf } from '../../core/text/sentence.ts';

/** The names of llama.cpp's binary packages beside the engine, in the order Node looks for them. */
function installedPackages(): { name: string; directory: string }[] {
  const found: { name: string; directory: string }[] = [];
  for (let directory = path.dirname(fileURLToPath(import.meta.url)); ; directory = path.dirname(directory)) {
    const scope = path.join(directory, 'node_modules/@node-llama-cpp');
    if (existsSync(scope)) {
      for (const name of readdirSync(scope)) found.push({ name, directory: path.join(scope, name) });
    }
    if (path.dirname(directory) === directory) return found;
  }
}

/** Why llama.cpp could not be loaded: another platform's package, or what the dynamic loader says. */
export function explainLoadFailure(error: unknown): EngineError {
  const here = `${process.platform}-${process.arch}`;
  const prefix = `${{ darwin: 'mac', win32: 'win' }[process.platform as string] ?? process.platform}-${process.arch}`;
  const packages = installedPackages();
  const own = packages.filter((entry) => entry.name === prefix || entry.name.startsWith(`${prefix}-`));
  if (own.length === 0) {
    const others = packages.map((entry) => entry.name).join(', ');
    const cause = others === '' ? 'no llama.cpp binary' : `llama.cpp for ${others} only`;
    return new EngineError(
      'no-binary',
      `This copy of Hearth holds ${cause}, and this machine is ${here}: install the Hearth package for ${here}.`,
    );
  }
  const detail = own.map((entry) => dlopenError(entry.directory)).find((text) => text !== null);
  const reason = detail ?? sentenceOf(error);
  return new EngineError(
    'library-missing',
    `llama.cpp can't be loaded on this system (${reason.split('\n')[0]}): ${systemNeeds()}`,
  );
}

/** What the dynamic loader says about a package's addon, or null when it loads or isn't there. */
function dlopenError(directory: string): string | null {
  const bins = path.join(directory, 'bins');
  if (!existsSync(bins)) return `${path.basename(directory)} holds no binaries`;
  for (const folder of readdirSync(bins)) {
    const addon = path.join(bins, folder, 'llama-addon.node');
    if (!existsSync(addon)) continue;
    try {
      createRequire(import.meta.url)(addon);
    } catch (error) {
      return sentenceOf(error);
    }
  }
  return null;
}

function systemNeeds(): string {
  if (process.platform === 'linux') {
    return 'it needs glibc 2.34 and libstdc++ of GCC 12 or newer (Debian 12, Ubuntu 22.04); Alpine is not supported.';
  }
  if (process.platform === 'darwin') return 'it needs macOS 14 or newer.';
  return 'install the current Microsoft Visual C++ Redistributable, then restart the engine.';
}
