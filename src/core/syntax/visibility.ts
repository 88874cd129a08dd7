const rules = [
  'open',
  'export',
  'underscore',
  'capital',
  'pub',
  'static',
  'modifiers',
  'declared',
  'local',
] as const;

/**
 * How a language says which definitions other files can see; its `definitions.scm` names one as `@visibility.<rule>`:
 * - `open`: all of them;
 * - `export` (TypeScript, JavaScript): what is exported, and of that the members that are not private;
 * - `underscore` (Python): names that don't begin with `_`;
 * - `capital` (Go): names that begin with a capital letter;
 * - `pub` (Rust): what is `pub`, and the variants and members of a `pub` enumeration or trait;
 * - `static` (C, C++): what is not `static`, and members outside of private sections;
 * - `modifiers` (Java, Kotlin, Swift, Scala, PHP, Ruby): what is not `private`;
 * - `declared` (C#): what is not `private`, which members of classes and structs are unless they say otherwise;
 * - `local` (Lua): what is not `local`.
 * Nothing that is defined inside a function is seen, and no member of what is not seen itself.
 */
export type Rule = (typeof rules)[number];

export function isRule(name: string): name is Rule {
  return (rules as readonly string[]).includes(name);
}

/** What stands around a definition. */
export interface Owner {
  readonly kind: string;
  readonly exported: boolean;
  /** Whether it is only declared, so that what it holds needs no `export`. */
  readonly ambient: boolean;
  /** Whether it is a scope whose members need no word to be seen. */
  readonly isPublic: boolean;
  /** The word of the section in which the next member stands; empty before the first. */
  readonly section: string;
}

/** A definition as far as its visibility goes. */
export interface Seen {
  readonly name: string;
  readonly kind: string;
  /** Its text before its name, decorators and attributes apart. */
  readonly head: string;
  readonly decorations: string;
  readonly owner: Owner | null;
  /** Whether it is itself exported by a statement around it. */
  readonly isExported: boolean;
  /** Whether its file exports anything. */
  readonly inModule: boolean;
  readonly exportedNames: ReadonlySet<string>;
}

/** Whether other files can see a definition, by the rule of its language. */
export function isVisible(one: Seen, rule: Rule): boolean {
  const { owner } = one;
  if (owner !== null && isFunction(owner.kind)) return false;
  return byRule[rule](one);
}

export function isFunction(kind: string): boolean {
  return kind === 'function' || kind === 'method';
}

const byRule: Readonly<Record<Rule, (one: Seen) => boolean>> = {
  open: ({ owner }) => owner?.exported ?? true,
  export: isExportedByScript,
  underscore: ({ name, owner }) => !name.startsWith('_') && (owner?.exported ?? true),
  capital: ({ name }) => /^\p{Lu}/u.test(name),
  pub: ({ kind, head, decorations, owner }) =>
    /\bpub\b/.test(head) ||
    decorations.includes('macro_export') ||
    owner?.isPublic === true ||
    (owner?.exported === true && (kind === 'enumMember' || owner.kind === 'trait')),
  static: ({ head, owner }) => {
    if (owner === null || owner.kind === 'module')
      return !/\bstatic\b/.test(head) && (owner?.exported ?? true);
    const isPrivate = owner.section === '' ? owner.kind === 'class' : /^private\b/.test(owner.section);
    return owner.exported && !isPrivate;
  },
  modifiers: ({ head, owner }) =>
    !/\b(?:file)?private\b/.test(head) &&
    (owner === null || (owner.exported && !/^private\b/.test(owner.section))),
  declared: ({ kind, head, owner }) => {
    if (owner?.exported === false || /\bprivate\b/.test(head)) return false;
    if (kind === 'enumMember' || owner === null) return true;
    const hidesMembers = owner.kind === 'class' || owner.kind === 'struct';
    return !hidesMembers || /\b(?:public|protected|internal)\b/.test(head);
  },
  local: ({ head, owner }) => !/\blocal\b/.test(head) && (owner?.exported ?? true),
};

function isExportedByScript({ name, head, owner, isExported, inModule, exportedNames }: Seen): boolean {
  if (owner === null) {
    if (isExported || exportedNames.has(name)) return true;
    // A script without `export` declares for all files.
    return /^(?:module\.)?exports\./.test(head) || (!inModule && /\bdeclare\b/.test(head));
  }
  if (!owner.exported) return false;
  if (owner.kind === 'module') return isExported || owner.ambient;
  return !name.startsWith('#') && !/\bprivate\b/.test(head);
}
