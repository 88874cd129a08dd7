import * as jinja from '@huggingface/jinja';
import type { RenderTemplate } from '../../core/chat/template/variables.ts';

/** What is used of the package, whose own declarations can't be resolved from an ES module. */
interface Jinja {
  tokenize: (text: string, options: { lstrip_blocks: boolean; trim_blocks: boolean }) => unknown;
  parse: (tokens: unknown) => unknown;
  Environment: new () => { set(name: string, value: unknown): unknown };
  Interpreter: new (environment: unknown) => { run(program: unknown): { readonly value: unknown } };
}
const { Environment, Interpreter, parse, tokenize } = jinja as unknown as Jinja;

/** Longer templates than any model has: they are not read. */
const longestTemplate = 1_000_000;
/** Longer than any conversation. */
const longestRange = 100_000;

/** Reads a Jinja template; throws an Error where it is none, as does what it returns where it can't be rendered. */
export function compileTemplate(text: string): RenderTemplate {
  if (text.length > longestTemplate) throw new Error('it is too long');
  // As Hugging Face's tools set it.
  const program = parse(tokenize(text, { lstrip_blocks: true, trim_blocks: true }));
  return (variables) => {
    const environment = new Environment();
    for (const [name, value] of Object.entries({ ...globals, ...variables })) environment.set(name, value);
    const rendered = new Interpreter(environment).run(program);
    if (typeof rendered.value !== 'string') throw new Error('it gives no text');
    return rendered.value;
  };
}

/** What Python's templates know; the package's own are set together with a clock that goes on. */
const globals = {
  true: true,
  false: false,
  none: null,
  True: true,
  False: false,
  None: null,
  range,
};

/** Python's `range`. */
function range(first: number, second?: number, step = 1): number[] {
  const [start, end] = second === undefined ? [0, first] : [first, second];
  const length = Math.max(0, Math.ceil((end - start) / step));
  if (!(length <= longestRange)) throw new Error('it counts too far');
  return Array.from({ length }, (_, index) => start + index * step);
}
