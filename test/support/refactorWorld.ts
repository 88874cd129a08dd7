import path from 'node:path';
import { refactorRecipes } from '../../src/core/refactor/kinds.ts';
import type { FileOutline, RefactorPorts } from '../../src/core/refactor/ports.ts';
import type { RefactorRequest } from '../../src/core/refactor/request.ts';
import type { RefactorProgress, RefactorResult } from '../../src/core/refactor/result.ts';
import { runRefactor } from '../../src/core/refactor/session.ts';
import { RefactorTask, type RefactorStep } from '../../src/core/refactor/task.ts';
import type { RefactorKind, RefactorTarget } from '../../src/core/refactor/types.ts';
import { madeUpSurroundings, madeUpWorkspace, ScriptedModel } from './chatPorts.ts';

const declaration = /^(?:export )?(function|class|interface|const) (\w+)/;

/** The outline of code in which each definition begins at a line's start and ends before a blank line. */
export function outlineOf(text: string): FileOutline {
  const definitions: FileOutline['definitions'][number][] = [];
  const imports: { start: number; end: number }[] = [];
  let start = 0;
  for (const part of text.split(/\n{2,}(?=\S)/)) {
    const at = text.indexOf(part, start);
    const trimmed = part.trimEnd();
    const [head = ''] = trimmed.split('\n');
    const [, kind, name] = declaration.exec(head) ?? [];
    const startLine = text.slice(0, at).split('\n').length;
    if (head.startsWith('import')) imports.push({ start: at, end: at + trimmed.length });
    if (kind !== undefined && name !== undefined)
      definitions.push({
        ...{ name, kind, signature: head.replace(/\s*[{=].*$/, ''), container: null, exported: true },
        ...{ start: at, end: at + trimmed.length },
        ...{ startLine, endLine: startLine + trimmed.split('\n').length - 1 },
      });
    start = at + part.length;
  }
  const open = text.split('{').length - text.split('}').length;
  return { errors: Math.abs(open), firstErrorLine: open === 0 ? null : 1, definitions, imports };
}

/** A workspace of these files, and a refactor in it whose model answers from a script. */
export class RefactorWorld {
  readonly model = new ScriptedModel();
  readonly files: Record<string, string>;
  readonly steps: RefactorStep[] = [];
  readonly progress: RefactorProgress[] = [];
  task = new RefactorTask('gathering');
  ports: RefactorPorts;

  constructor(files: Readonly<Record<string, string>>, more: Partial<RefactorPorts> = {}) {
    this.files = { ...files };
    const found = (name: string) =>
      Object.entries(this.files).flatMap(([file, text]) =>
        outlineOf(text)
          .definitions.filter((one) => one.name === name)
          .map((one) => ({ ...one, path: file })),
      );
    this.ports = {
      model: this.model,
      workspace: madeUpWorkspace(this.files, { findSymbols: (name) => Promise.resolve(found(name)) }),
      surroundings: madeUpSurroundings(),
      syntax: { facts: (_language, _path, text) => Promise.resolve(outlineOf(text)) },
      files: {
        read: (file) => {
          const text = this.files[file];
          return Promise.resolve(text === undefined ? null : fileOf(file, text));
        },
      },
      settings: { maxTokens: 2048, temperature: 0 },
      ...more,
    };
  }

  /** The definition of that name as a target. */
  target(file: string, name: string): RefactorTarget {
    const text = this.files[file] ?? '';
    const one = outlineOf(text).definitions.find((definition) => definition.name === name);
    if (one === undefined) throw new Error(`${file} defines no ${name}.`);
    const { start, end, kind } = one;
    return { file: fileOf(file, text), start, end, definition: { name, kind } };
  }

  request(kind: RefactorKind, target: RefactorTarget, more: Partial<RefactorRequest> = {}): RefactorRequest {
    return {
      ...{
        recipe: refactorRecipes[kind],
        words: '',
        target,
        part: null,
        problems: [],
        attempt: 0,
        earlier: [],
      },
      ...more,
    };
  }

  async run(request: RefactorRequest, signal = new AbortController().signal): Promise<RefactorResult> {
    this.task.onStep((step) => void this.steps.push(step));
    return runRefactor(request, this.ports, this.task, signal, (one) => void this.progress.push(one));
  }

  /** The states that it went through after `gathering`. */
  get states(): string[] {
    return this.steps.map(({ to }) => to);
  }

  /** The last message that the model was asked with, of this question. */
  asked(question: number): string {
    return this.model.asked[question]?.messages.at(-1)?.content ?? '';
  }
}

function fileOf(file: string, text: string): RefactorTarget['file'] {
  return { path: file, text, language: path.extname(file).slice(1) };
}
