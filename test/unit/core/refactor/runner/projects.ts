import assert from 'node:assert/strict';
import { it } from 'node:test';
import { testRecogniser, type Recognition } from '../../../../../src/core/refactor/testRunner.ts';
import { RefactorWorld } from '../../../../support/refactorWorld.ts';

/** Texts of a project's files by path. */
export type Files = Readonly<Record<string, string>>;
/** A path, what becomes of it, and what is said of that. */
export type Case = readonly [path: string, kind: Recognition['kind'], says?: RegExp];

/** What the runner of a project with these files does with a file. */
export function recognised(path: string, files: Files, text = '', isNew = true): Promise<Recognition> {
  return testRecogniser(new RefactorWorld(files).ports.files)({ path, text, isNew });
}

/** A test of a project's paths. */
export function project(name: string, files: Files, cases: readonly Case[]): void {
  it(name, async () => {
    for (const [path, kind, says] of cases) {
      const found = await recognised(path, files);
      assert.equal(found.kind, kind, `${path}: ${JSON.stringify(found)}`);
      if (found.kind === 'none') continue;
      assert.ok(found.detail.includes(path) && found.detail.endsWith('.'), found.detail);
      if (says !== undefined) assert.match(found.detail, says);
    }
  });
}

/** The text of a package.json. */
export function packageJson(more: object): string {
  return JSON.stringify({ name: 'x', ...more });
}

/** A project whose tests are run with a script. */
export function script(test: string): Files {
  return { 'package.json': packageJson({ scripts: { test } }) };
}
