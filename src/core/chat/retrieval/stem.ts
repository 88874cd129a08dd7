/**
 * Brings the forms of an English word together, so that a question's "parsing the queries" meets `parseQuery`. Made for
 * names in code, it is lighter than Porter's (1980): one ending is taken off, the longest of the list that leaves enough
 * of the word, then a silent `e`; nothing is done to words of three letters. What comes out need not be a word.
 */
export function stem(word: string): string {
  const known = stems.get(word);
  if (known !== undefined) return known;
  const found = longForm.get(word) ?? word;
  const made = /^[a-z]{4,}$/.test(found) ? withoutEnding(found) : found;
  if (stems.size >= mostKept) stems.clear();
  stems.set(word, made);
  return made;
}

const mostKept = 50_000;
const stems = new Map<string, string>();

interface Rule {
  readonly ending: string;
  readonly becomes: string;
  /** Least letters that are left before the ending. */
  readonly least: number;
  /** What must stand before the ending. */
  readonly after?: RegExp;
}

/** Tried in this order; the first that fits is applied. */
const rules: readonly Rule[] = [
  // validate, validated, validating, validation, validator; not float, create.
  ...['ations', 'ation', 'ators', 'ator', 'ating', 'ated', 'ates', 'ate'].map((ending) => {
    return { ending, becomes: '', least: 3, after: /[^aeou]$/ };
  }),
  // connection, expression, completion.
  ...['ions', 'ion'].map((ending) => ({ ending, becomes: '', least: 4, after: /[st]$/ })),
  { ending: 'ies', becomes: 'y', least: 2 },
  { ending: 'ied', becomes: 'y', least: 3 },
  { ending: 'sses', becomes: 'ss', least: 1 },
  { ending: 'es', becomes: '', least: 3, after: /(?:[xz]|ch|sh)$/ },
  // parser, parsers; constructor, selector.
  ...['ers', 'er'].map((ending) => ({ ending, becomes: '', least: 4 })),
  ...['ors', 'or'].map((ending) => ({ ending, becomes: '', least: 4, after: /t$/ })),
  ...['ings', 'ing', 'ed'].map((ending) => ({ ending, becomes: '', least: 3, after: /[aeiouy].*[^e]$/ })),
  { ending: 'ably', becomes: '', least: 4 },
  { ending: 'able', becomes: '', least: 4 },
  { ending: 'ly', becomes: '', least: 4 },
  { ending: 's', becomes: '', least: 3, after: /[^sui]$/ },
];

/** Doubled before an ending: `stopped`, `formatting`; these are doubled in the word itself too: `called`, `passing`. */
const doubled = /([bdgmnprt])\1$/;

function withoutEnding(word: string): string {
  const rule = rules.find(({ ending, least, after }) => {
    if (!word.endsWith(ending) || word.length - ending.length < least) return false;
    return after?.test(word.slice(0, word.length - ending.length)) ?? true;
  });
  if (rule === undefined) return withoutSilent(word);
  const rest = word.slice(0, word.length - rule.ending.length) + rule.becomes;
  if (rule.becomes !== '') return rest;
  return doubled.test(rest) ? rest.slice(0, -1) : withoutSilent(rest);
}

/** `parse` and `parsing`, `query` and `queries` end alike. */
function withoutSilent(word: string): string {
  return word.length >= 4 && word.endsWith('e') ? word.slice(0, -1) : word;
}

/** Short forms that code uses for a word, where they stand for no other. */
const longForm: ReadonlyMap<string, string> = new Map(
  Object.entries({
    arg: 'argument',
    args: 'argument',
    attr: 'attribute',
    attrs: 'attribute',
    buf: 'buffer',
    cfg: 'configuration',
    cmd: 'command',
    conf: 'configuration',
    config: 'configuration',
    configs: 'configuration',
    conn: 'connection',
    ctx: 'context',
    db: 'database',
    del: 'delete',
    dir: 'directory',
    dirs: 'directory',
    doc: 'document',
    docs: 'document',
    documentation: 'document',
    elem: 'element',
    elems: 'element',
    env: 'environment',
    err: 'error',
    errs: 'error',
    exec: 'execute',
    fn: 'function',
    func: 'function',
    funcs: 'function',
    impl: 'implement',
    implementation: 'implement',
    init: 'initialize',
    initialization: 'initialize',
    initialise: 'initialize',
    len: 'length',
    max: 'maximum',
    min: 'minimum',
    msg: 'message',
    msgs: 'message',
    num: 'number',
    obj: 'object',
    param: 'parameter',
    params: 'parameter',
    prev: 'previous',
    prop: 'property',
    props: 'property',
    ptr: 'pointer',
    repo: 'repository',
    repos: 'repository',
    req: 'request',
    resp: 'response',
    str: 'string',
    temp: 'temporary',
    tmp: 'temporary',
    val: 'value',
    vals: 'value',
    var: 'variable',
    vars: 'variable',
  }),
);
