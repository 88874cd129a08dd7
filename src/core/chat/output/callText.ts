import { parsed } from '../../text/json.ts';
import { itemsOf, membersOf } from './jsonText.ts';

/** A call as it was read: JSON text of its arguments, and its id where the model gave one. */
export interface CallText {
  readonly id?: string;
  readonly name: string;
  readonly arguments: string;
}

const fenced = /^```\w*\n([^]*?)\n?```$/;
const namedSomehow = /["']?\b(?:name|function)["']?\s*[:=]\s*["']([\w.-]+)["']/;
const mistralHead = /^\s*([\w.-]+)\s*(?:\[CALL_ID\]([\w-]*)\s*)?(?:\[ARGS\])?\s*(?=\{)/;

/**
 * Calls written as JSON: one object or a list of such, with `name` and `arguments` (or `parameters`). One that is
 * malformed but has a name is a call all the same, with what can be taken for its arguments; null where nothing names
 * a function.
 */
export function readJsonCalls(body: string): readonly CallText[] | null {
  const trimmed = body.trim();
  const text = fenced.exec(trimmed)?.[1] ?? trimmed;
  const objects = text.startsWith('[') ? itemsOf(text) : [text];
  const calls = objects.map(readJsonCall).filter((call) => call !== null);
  if (calls.length > 0) return calls;
  const name = namedSomehow.exec(text)?.[1];
  return name === undefined ? null : [{ name, arguments: text }];
}

function readJsonCall(text: string): CallText | null {
  const members = membersOf(text);
  const inner = members.get('function');
  if (inner?.startsWith('{') === true) return readJsonCall(inner);
  const name = parsed(members.get('name') ?? inner ?? '');
  if (typeof name !== 'string' || name === '') return null;
  const id = parsed(members.get('id') ?? '');
  return {
    name,
    arguments: argumentsText(members.get('arguments') ?? members.get('parameters') ?? '{}'),
    ...(typeof id === 'string' && id !== '' ? { id } : {}),
  };
}

/** The object's text, also where it was written as a string that holds JSON. */
function argumentsText(text: string): string {
  if (!text.startsWith('"')) return text;
  const inner = parsed(text);
  return typeof inner === 'string' && inner.trimStart().startsWith('{') ? inner : text;
}

/** An answer that is a JSON object and has a name and arguments, and is a call by that alone (Llama 3). */
export function readBareCall(body: string): readonly CallText[] | null {
  const members = membersOf(body);
  if (!members.has('parameters') && !members.has('arguments') && !members.has('function')) return null;
  const call = readJsonCall(body);
  return call === null ? null : [call];
}

/** `[{"name": …}]`, or `name[ARGS]{…}`, also with `[CALL_ID]…` between (Mistral). */
export function readMistralCalls(body: string): readonly CallText[] | null {
  const head = mistralHead.exec(body);
  if (head === null) return readJsonCalls(body);
  const [whole, name = '', id = ''] = head;
  return [{ name, arguments: body.slice(whole.length).trim(), ...(id === '' ? {} : { id }) }];
}

/** `name<｜tool▁sep｜>{…}`, or `function<｜tool▁sep｜>name` and the object in a fence (DeepSeek). */
export function readDeepSeekCalls(body: string): readonly CallText[] | null {
  const [first = '', ...rest] = body.split('<｜tool▁sep｜>');
  if (rest.length === 0) return readJsonCalls(body);
  let name = first.trim();
  let text = rest.join('<｜tool▁sep｜>').trim();
  const lineEnd = text.indexOf('\n');
  if (name === 'function' && lineEnd !== -1) {
    name = text.slice(0, lineEnd).trim();
    text = text.slice(lineEnd + 1).trim();
  }
  if (name === '') return null;
  return [{ name, arguments: fenced.exec(text)?.[1] ?? text }];
}

/** `functions.name:0<|tool_call_argument_begin|>{…}`, of which all before the object is the id (Kimi K2). */
export function readKimiCalls(body: string): readonly CallText[] | null {
  const mark = '<|tool_call_argument_begin|>';
  const at = body.indexOf(mark);
  if (at === -1) return readJsonCalls(body);
  const id = body.slice(0, at).trim();
  const name = id.replace(/^functions\./, '').replace(/:\d+$/, '');
  return name === '' ? null : [{ id, name, arguments: body.slice(at + mark.length).trim() }];
}

/** `call:name{key:<|"|>text<|"|>,…}` (Gemma 4), whose keys and strings are put into JSON's quotes. */
export function readGemmaCalls(body: string): readonly CallText[] | null {
  const head = /^\s*call:\s*([\w.-]+)\s*(?=\{)/.exec(body);
  if (head === null) return null;
  const text = body.slice(head[0].length).trim();
  const tokens = /<\|"\|>([^]*?)<\|"\|>|"(?:[^"\\]|\\.)*"|[A-Za-z_][\w.-]*/g;
  const json = text.replace(tokens, (token: string, quoted: string | undefined, offset: number) => {
    if (quoted !== undefined) return JSON.stringify(quoted);
    if (token.startsWith('"')) return token;
    return text[offset + token.length] === ':' ? JSON.stringify(token) : token;
  });
  return [{ name: head[1] ?? '', arguments: json }];
}

/**
 * Calls in tags: `<function=name><parameter=key>value</parameter></function>` (Qwen3-Coder),
 * `<invoke name="name"><parameter name="key">…` (MiniMax) and `name<arg_key>key</arg_key><arg_value>value</arg_value>`
 * (GLM). They have no types: a value that is an integer, `true`, `false`, `null`, a list or an object in JSON is taken
 * for that, any other for a string.
 */
export function readTagCalls(body: string): readonly CallText[] | null {
  const heads = [...body.matchAll(/<(?:function=|invoke\s+name=)"?([\w.:-]+)"?\s*>/g)];
  if (heads.length === 0) return readKeyedCall(body);
  return heads.map((head, index) => {
    const end = heads[index + 1]?.index ?? body.length;
    const text = upTo(upTo(body.slice(head.index + head[0].length, end), '</function>'), '</invoke>');
    const keys = [...text.matchAll(/<parameter(?:=|\s+name=)"?([^">\n]{1,200})"?\s*>/g)];
    const values = keys.map((key, at) => {
      const value = text.slice(key.index + key[0].length, keys[at + 1]?.index ?? text.length);
      return [key[1] ?? '', upTo(value, '</parameter>')] as const;
    });
    return { name: head[1] ?? '', arguments: objectText(values) };
  });
}

function readKeyedCall(body: string): readonly CallText[] | null {
  const [head = '', ...parts] = body.split('<arg_key>');
  const name = head.trim();
  if (!/^[\w.:-]{1,200}$/.test(name)) return null;
  const values = parts.map((part) => {
    const [key = '', value = ''] = part.split('</arg_key>');
    const begun = value.slice(value.indexOf('<arg_value>') + '<arg_value>'.length);
    return [key.trim(), upTo(begun, '</arg_value>')] as const;
  });
  return [{ name, arguments: objectText(values) }];
}

/** The text before the last `end` in it; all of it where there is none. */
function upTo(text: string, end: string): string {
  const at = text.lastIndexOf(end);
  return at === -1 ? text : text.slice(0, at);
}

function objectText(values: readonly (readonly [key: string, value: string])[]): string {
  const members = values.map(([key, value]) => {
    // The line ends around a value belong to the tags.
    const text = value.replace(/^\r?\n/, '').replace(/\r?\n$/, '');
    return `${JSON.stringify(key)}: ${hasType(text) ? text.trim() : JSON.stringify(text)}`;
  });
  return `{${members.join(', ')}}`;
}

function hasType(text: string): boolean {
  const trimmed = text.trim();
  if (/^(?:-?(?:0|[1-9]\d{0,14})|true|false|null)$/.test(trimmed)) return true;
  return /^[[{]/.test(trimmed) && parsed(trimmed) !== undefined;
}
