import type { ImportedModule } from './imports.ts';
import { importStatementAt } from './importStatements.ts';
import { anArrow, aWord, endsValue, isBlank, isSpace, isWord, sign } from './scriptSigns.ts';

/** A part of a text. */
export interface TextRange {
  readonly start: TextPlace;
  readonly end: TextPlace;
}

/** What a parser need not read of a text, in order, and what the imports in it import. */
export interface ScannedScript {
  readonly leftOut: readonly TextRange[];
  readonly imports: readonly ImportedModule[];
}

/** A place in a text; row and column from 0, the column in UTF-16 units. */
export interface TextPlace {
  readonly index: number;
  readonly row: number;
  readonly column: number;
}

/** An offset, its row, and the offset at which that row starts. */
interface Place {
  readonly index: number;
  readonly row: number;
  readonly lineStart: number;
}

/** What a bracket that is open was opened for, and where what it holds starts. */
interface Open extends Place {
  readonly kind: 'body' | 'brace' | 'other' | 'template';
  /** How many braces had been opened before, and modifiers met. */
  readonly braces: number;
  readonly modifiers: number;
  /** What may be the parameters of the function that is awaited outside; of a body, its own. */
  readonly parameters: Parameters | null;
  /** How much had been left out before, and words that matter outside. */
  readonly found: number;
  readonly kept: number;
  /** What was awaited outside: a class's braces, or those of a function with a return type. */
  readonly awaits: Awaits;
}

/** What stands in round brackets, which may be parameters that define nothing by themselves. */
interface Parameters {
  readonly range: TextRange;
  /** How much had been left out before them. */
  readonly found: number;
}

type Awaits = 'nothing' | 'declaration' | 'body';

/** Shorter bodies cost more to leave out than to parse. */
const leastUnits = 60;
/** What stands in a body and matters outside of it: modules that are loaded late, classes that are given back. */
const kept = new Set(['class', 'require', 'import', 'namespace', 'enum']);
/** What makes members of parameters. */
const modifiers = new Set(['public', 'private', 'protected', 'readonly', 'override']);
/** Words behind which round brackets and braces are no function's. */
const control = /(?:^|[^\w$.])(?:if|for|while|switch|catch|with|await)\s*$/;
const longestControl = 'switch '.length + 2;
/** Words behind which braces hold declarations, whatever stands between. */
const declarations = new Set(['class', 'interface', 'enum', 'namespace', 'module', 'global']);
/** Words that begin a statement, whatever was awaited before; the last one where a name follows. */
const beginnings = new Set(['export', 'import', 'function', 'const', 'type']);
/** Words behind which a slash opens a regular expression. */
const beforeExpression = new Set(
  'return typeof case in of delete void throw new else do await yield instanceof'.split(' '),
);
/** The first letters of the words that matter, and their lengths: few other words have both. */
const wordsThatMatter = [...kept, ...declarations, ...modifiers, ...beginnings];
const firstLetters = new Set(wordsThatMatter.map((word) => word.charCodeAt(0)));
const shortest = Math.min(...wordsThatMatter.map(({ length }) => length));
const longest = Math.max(...wordsThatMatter.map(({ length }) => length));

/**
 * What a parser need not read of TypeScript (without JSX) for what other files can name: the bodies of functions that hold
 * nothing of that kind, outermost only; comments with lines of their own; and imports, which are told without it. Finds
 * them by brackets, strings, comments and regular expressions alone, many times faster than a parser. Null where the
 * brackets don't match, as where a slash was taken for what it isn't. The body of what is called at once stays, and so do
 * the braces that it is not sure of.
 */
export function scanScript(text: string): ScannedScript | null {
  return new Scanner(text).run();
}

class Scanner {
  readonly #text: string;
  readonly #leftOut: TextRange[] = [];
  readonly #imports: ImportedModule[] = [];
  readonly #open: Open[] = [];
  #at = 0;
  #row = 0;
  #lineStart = 0;
  /** The last unit that is neither blank nor comment, and the ends of the word that it ends, if it ends one. */
  #last = 0;
  #wordStart = 0;
  #wordEnd = 0;
  /** How many words were met so far that matter outside of a body. */
  #kept = 0;
  #awaits: Awaits = 'nothing';
  #braces = 0;
  #modifiers = 0;
  /** The last round brackets, if nothing was taken since; what may be the parameters of the function that is awaited. */
  #group: Parameters | null = null;
  #parameters: Parameters | null = null;
  /** How many tokens were taken, up to the start of the line, and up to the end of what was left out last. */
  #tokens = 0;
  #tokensBeforeLine = 0;
  #tokensBeforeGap = -1;

  constructor(text: string) {
    this.#text = text;
  }

  run(): ScannedScript | null {
    const text = this.#text;
    while (this.#at < text.length) if (!this.#step(text.charCodeAt(this.#at))) return null;
    return this.#open.length === 0 ? { leftOut: this.#leftOut, imports: this.#imports } : null;
  }

  /** Takes one token, which starts with `unit`; false where a bracket is closed that is not open. */
  #step(unit: number): boolean {
    if (isWord(unit)) return this.#takeWord();
    switch (unit) {
      case sign.newline:
        return this.#newLine();
      case sign.doubleQuote:
      case sign.quote:
        return this.#string(unit);
      case sign.backtick:
        this.#at += 1;
        return this.#template();
      case sign.slash:
        return this.#slash();
      case sign.openBrace:
        return this.#enter(this.#opensBody() ? 'body' : 'brace');
      case sign.open:
      case sign.openSquare:
        return this.#enter('other');
      case sign.closeBrace:
        return this.#leaveBrace();
      case sign.close:
      case sign.closeSquare:
        return this.#leave(unit);
      default:
        return isBlank(unit) ? this.#blanks() : this.#takeSign(unit);
    }
  }

  #blanks(): true {
    const text = this.#text;
    let at = this.#at + 1;
    while (text.charCodeAt(at) === sign.space) at += 1;
    this.#at = at;
    return true;
  }

  #newLine(): true {
    this.#at += 1;
    this.#row += 1;
    this.#lineStart = this.#at;
    this.#tokensBeforeLine = this.#tokens;
    return true;
  }

  #took(last: number): true {
    this.#tokens += 1;
    this.#last = last;
    this.#group = null;
    return true;
  }

  #takeWord(): true {
    const text = this.#text;
    const start = this.#at;
    let at = start + 1;
    while (isWord(text.charCodeAt(at))) at += 1;
    this.#at = at;
    const afterPoint = this.#last === sign.point;
    const width = at - start;
    if (width >= shortest && width <= longest && firstLetters.has(text.charCodeAt(start))) {
      const word = text.slice(start, at);
      if (!afterPoint && declarations.has(word)) this.#awaits = 'declaration';
      else if (!afterPoint && beginnings.has(word)) this.#begin(word);
      if (word === 'import' && this.#takeImport(start)) return true;
      // Before `=` it is an attribute in JSX.
      if (kept.has(word) && text.charCodeAt(at) !== sign.equals) this.#kept += 1;
      else if (modifiers.has(word)) this.#modifiers += 1;
    }
    // Behind a point it is a name, whatever it is.
    this.#wordStart = afterPoint ? at : start;
    this.#wordEnd = at;
    return this.#took(aWord);
  }

  /** What follows a word that begins a statement: behind the arrow of a type are declarations, as in its other braces. */
  #begin(word: string): void {
    const text = this.#text;
    if (word !== 'type') this.#awaits = 'nothing';
    else if (text.charCodeAt(this.#at) === sign.space && isWord(text.charCodeAt(this.#at + 1)))
      this.#awaits = 'declaration';
  }

  /** Takes the import that starts at `start`, where it is a statement on lines of its own. */
  #takeImport(start: number): boolean {
    if (this.#open.length > 0 || this.#tokens > this.#tokensBeforeLine) return false;
    const found = importStatementAt(this.#text, start);
    if (found === null) return false;
    const { row, lineStart } = this.#here();
    this.#imports.push(found);
    this.#goTo(found.end);
    this.#leaveOut({ index: start, row, lineStart });
    this.#last = sign.semicolon;
    return true;
  }

  #takeSign(unit: number): true {
    this.#at += 1;
    // Of an arrow without round brackets there are no parameters that could be left out.
    if (this.#awaits === 'nothing' && (unit === sign.equals || unit === sign.colon))
      this.#parameters = this.#group;
    if (unit === sign.colon && this.#last === sign.close && this.#awaits === 'nothing') this.#awaits = 'body';
    else if (unit === sign.semicolon) this.#awaits = 'nothing';
    else if (this.#awaits === 'body' && (unit === sign.comma || unit === sign.equals)) {
      // An arrow follows the return type, or belongs to it.
      if (unit !== sign.equals || this.#text.charCodeAt(this.#at) !== sign.greater) this.#awaits = 'nothing';
    }
    if (unit === sign.greater && this.#last === sign.equals) return this.#took(anArrow);
    return this.#took(unit);
  }

  #opensBody(): boolean {
    const last = this.#last;
    if (this.#awaits === 'declaration') return false;
    if (last === sign.close || last === anArrow) return true;
    return this.#awaits === 'body' && (last === sign.greater || endsValue(last));
  }

  #enter(kind: Open['kind']): true {
    this.#at += 1;
    // Declarations and bodies have their braces now; a type's braces leave what is awaited.
    const awaited = this.#awaits;
    const met = kind === 'body' || (kind === 'brace' && awaited === 'declaration');
    if (kind === 'body' && this.#last === sign.close) this.#parameters = this.#group;
    if (kind !== 'other') this.#braces += 1;
    this.#open.push({
      kind,
      index: this.#at,
      row: this.#row,
      lineStart: this.#lineStart,
      found: this.#leftOut.length,
      kept: this.#kept,
      braces: this.#braces,
      modifiers: this.#modifiers,
      awaits: met ? 'nothing' : awaited,
      parameters: this.#parameters,
    });
    this.#awaits = 'nothing';
    return this.#took(sign.openBrace);
  }

  #leaveBrace(): boolean {
    const open = this.#open.pop();
    if (open === undefined || open.kind === 'other') return false;
    this.#awaits = open.awaits;
    this.#parameters = open.parameters;
    if (open.kind === 'body') this.#found(open);
    this.#at += 1;
    return open.kind === 'template' ? this.#template() : this.#took(sign.closeBrace);
  }

  #leave(unit: number): boolean {
    const open = this.#open.pop();
    if (open?.kind !== 'other') return false;
    const group = unit === sign.close ? this.#groupOf(open) : null;
    this.#at += 1;
    this.#awaits = open.awaits;
    this.#parameters = open.parameters;
    this.#took(unit);
    this.#group = group;
    return true;
  }

  /** What round brackets hold, whose end comes next, where it is worth it and may be left out. */
  #groupOf(open: Open): Parameters | null {
    const { index, found } = open;
    const isPlain =
      this.#braces === open.braces && this.#kept === open.kept && this.#modifiers === open.modifiers;
    const isLeft = this.#leftOut.length > found;
    if (!isPlain || isLeft || this.#at - index < leastUnits) return null;
    const before = this.#text.slice(Math.max(0, index - 1 - longestControl), index - 1);
    return control.test(before) ? null : { range: this.#rangeFrom(open), found };
  }

  /** Leaves out a body, whose closing brace comes next, and its parameters. */
  #found({ index, row, lineStart, found, kept: before, parameters }: Open): void {
    if (this.#at - index >= leastUnits && this.#kept === before && !this.#calledAtOnce()) {
      this.#leftOut.length = found;
      this.#tokensBeforeGap = -1;
      this.#leaveOut({ index, row, lineStart });
    }
    if (parameters?.found === found) this.#leftOut.splice(found, 0, parameters.range);
  }

  /** Leaves out what starts there and ends here, together with what was left out just before it. */
  #leaveOut(place: Place): void {
    const before = this.#tokensBeforeGap === this.#tokens ? this.#leftOut.pop() : undefined;
    const range = this.#rangeFrom(place);
    this.#leftOut.push(before === undefined ? range : { ...range, start: before.start });
    this.#tokensBeforeGap = this.#tokens;
  }

  #rangeFrom({ index, row, lineStart }: Place): TextRange {
    return {
      start: { index, row, column: index - lineStart },
      end: { index: this.#at, row: this.#row, column: this.#at - this.#lineStart },
    };
  }

  /** Whether what the brace closes is called where it stands, as modules of old are. */
  #calledAtOnce(): boolean {
    const text = this.#text;
    let at = this.#at + 1;
    while (isSpace(text.charCodeAt(at))) at += 1;
    if (text.charCodeAt(at) === sign.open) return true;
    if (text.charCodeAt(at) !== sign.close) return false;
    at += 1;
    while (isSpace(text.charCodeAt(at))) at += 1;
    return text.charCodeAt(at) === sign.open;
  }

  #string(quote: number): true {
    const text = this.#text;
    for (this.#at += 1; this.#at < text.length; this.#at += 1) {
      const unit = text.charCodeAt(this.#at);
      if (unit === quote) break;
      if (unit === sign.newline) return this.#took(sign.doubleQuote);
      if (unit === sign.backslash) this.#escaped();
    }
    this.#at += 1;
    return this.#took(sign.doubleQuote);
  }

  /** Passes over what a backslash escapes, a line's end included. */
  #escaped(): void {
    this.#at += 1;
    if (this.#text.charCodeAt(this.#at) === sign.newline) {
      this.#newLine();
      this.#at -= 1;
    }
  }

  /** The text of a template up to its end or to the next expression in it. */
  #template(): true {
    const text = this.#text;
    while (this.#at < text.length) {
      const unit = text.charCodeAt(this.#at);
      if (unit === sign.newline) this.#newLine();
      else if (unit === sign.backslash) {
        this.#escaped();
        this.#at += 1;
      } else if (unit === sign.dollar && text.charCodeAt(this.#at + 1) === sign.openBrace) {
        this.#at += 1;
        return this.#enter('template');
      } else {
        this.#at += 1;
        if (unit === sign.backtick) break;
      }
    }
    return this.#took(sign.doubleQuote);
  }

  #slash(): true {
    const next = this.#text.charCodeAt(this.#at + 1);
    if (next === sign.slash) return this.#comment(this.#text.indexOf('\n', this.#at));
    if (next === sign.star) {
      const end = this.#text.indexOf('*/', this.#at + 2);
      return this.#comment(end === -1 ? -1 : end + 2);
    }
    if (this.#dividesHere()) return this.#takeSign(sign.slash);
    return this.#expression();
  }

  /** Takes a comment up to `end`, or to the text's where there is none. */
  #comment(end: number): true {
    const start = this.#here();
    const isAlone = this.#tokens === this.#tokensBeforeLine;
    this.#goTo(end === -1 ? this.#text.length : end);
    // The line's end before it stays, which may be what ends a statement.
    const isLong = this.#at - start.index >= leastUnits || this.#tokens === this.#tokensBeforeGap;
    if (isAlone && isLong) this.#leaveOut(start);
    return true;
  }

  #here(): Place {
    return { index: this.#at, row: this.#row, lineStart: this.#lineStart };
  }

  /** Goes on at `end`, past the ends of lines before it. */
  #goTo(end: number): void {
    for (let line = this.#text.indexOf('\n', this.#at); line !== -1 && line < end;) {
      this.#at = line;
      this.#newLine();
      line = this.#text.indexOf('\n', this.#at);
    }
    this.#at = end;
  }

  #dividesHere(): boolean {
    // The end of an element.
    if (this.#last === sign.less) return true;
    if (this.#last !== aWord) return this.#last === sign.close || endsValue(this.#last);
    return !beforeExpression.has(this.#text.slice(this.#wordStart, this.#wordEnd));
  }

  #expression(): true {
    const text = this.#text;
    let inClass = false;
    for (this.#at += 1; this.#at < text.length; this.#at += 1) {
      const unit = text.charCodeAt(this.#at);
      if (unit === sign.newline) return this.#took(sign.doubleQuote);
      if (unit === sign.backslash) this.#at += 1;
      else if (unit === sign.openSquare) inClass = true;
      else if (unit === sign.closeSquare) inClass = false;
      else if (unit === sign.slash && !inClass) break;
    }
    this.#at += 1;
    return this.#took(sign.doubleQuote);
  }
}
