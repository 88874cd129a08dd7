import type { Definition } from '../../src/core/syntax/outline.ts';
import { neededOf, type HeldOutLine, type NameClass, type Needed } from './groundTruth.ts';
import type { Context } from './methods/method.ts';

/** As much of a signature must be there. */
const telling = 40;
/** A signature with less than this behind its name looks like any use of the name. */
const tellingBehind = 8;

/** How many of the needed names of a class a context has, by itself and with its definition. */
export interface Recalled {
  readonly needed: number;
  /** Names that occur as an identifier. */
  readonly identifiers: number;
  /** Names with the beginning of one of their definitions' signatures. */
  readonly definitions: number;
}

/** What a context has of the names of one class that a line needs; paths don't count. */
export function recall(line: HeldOutLine, wanted: NameClass, context: Context): Recalled {
  const needed = neededOf(line, wanted);
  const there = present(context);
  return {
    needed: needed.length,
    identifiers: needed.filter(({ name }) => there.identifiers.has(name)).length,
    definitions: needed.filter((one) => isDefined(one, there)).length,
  };
}

interface Present {
  readonly identifiers: ReadonlySet<string>;
  /** The texts on one line, and each of their lines. */
  readonly flat: string;
  readonly lines: readonly string[];
}

const presentIn = new WeakMap<Context, Present>();

function present(context: Context): Present {
  const known = presentIn.get(context);
  if (known !== undefined) return known;
  const text = context.map((segment) => segment.text).join('\n');
  const there = {
    identifiers: new Set(text.match(/[A-Za-z_$][\w$]*/g)),
    flat: flattened(text),
    lines: text.split('\n').map(flattened),
  };
  presentIn.set(context, there);
  return there;
}

function isDefined({ name, definitions }: Needed, there: Present): boolean {
  return there.identifiers.has(name) && definitions.some((definition) => isShown(name, definition, there));
}

/**
 * Whether a definition's signature is there: with its keyword, as in the source; or from its name on, where that can't
 * be a use: because there is enough behind the name, or it stands at a line's start or behind its container.
 */
function isShown(name: string, { signature, container }: Definition, { flat, lines }: Present): boolean {
  const whole = flattened(signature).replace(onlyVisibility, '');
  const at = whole.indexOf(name);
  const behind = beginning(whole.slice(Math.max(0, at)));
  const telltale = behind.length - name.length >= tellingBehind;
  if (telltale && flat.includes(behind)) return true;
  if (at > 0 && flat.includes(beginning(whole))) return true;
  if (container !== null && flat.includes(`${container}.${behind}`)) return true;
  return lines.some((line) => line.startsWith(behind) && !/\w/.test(line.charAt(behind.length)));
}

/** What only says who may see a definition; a context may leave it out. */
const onlyVisibility = /^((export|default|declare|pub(\([^)]*\))?|public|async|abstract|readonly|static) )+/;

function beginning(signature: string): string {
  return signature
    .slice(0, telling)
    .replace(/[,;…]$/, '')
    .trim();
}

/** A text on one line, without what only says on which object a method is called. */
function flattened(text: string): string {
  return text
    .replace(/\s+/g, ' ')
    .replace(/\((?:&(?:'\w+ )?)?(?:mut )?self(?:: [^,)]+)?(?:, )?/g, '(')
    .trim();
}
