import type { ImportedModule } from './imports.ts';
import { importStatementAt } from './importStatements.ts';
import { endOfExpression, endOfString, endOfTemplateText } from './scriptLiterals.ts';
import { anArrow, aWord, endsValue, isBlank, isWord, sign } from './scriptSigns.ts';
import {
  beforeExpression,
  beginnings,
  control,
  declarations,
  kept,
  mayMatter,
  modifiers,
  typeWords,
} from './scriptWords.ts';
import {
  endsWithReturnType,
  genericsBefore,
  isCalledAtOnce,
  isFunctionType,
  restOfGenerics,
  type Before,
  type Head,
} from './scriptHeads.ts';
import type { TextPart } from './textParts.ts';

/** What a parser need not read of a text, in order, and what the imports in it import. */
export interface ScannedScript {
  readonly leftOut: readonly TextPart[];
  readonly imports: readonly ImportedModule[];
}

/** What a bracket that is open was opened for, and where what it holds starts. */
interface Open {
  readonly kind: 'body' | 'brace' | 'other' | 'template';
  readonly index: number;
  /** How much had been left out before, and functions, modifiers and words met that matter outside. */
  readonly found: number;
  readonly functions: number;
  readonly modifiers: number;
  readonly kept: number;
  /** What stands before round brackets. */
  readonly before: Before;
  /** Where type parameters before round brackets start, or the brackets themselves. */
  readonly generics: number;
  /** What may be the head of the function that is awaited outside; of a body, its own, and where that ends. */
  readonly head: Head | null;
  readonly headEnd: number;
  /** What was awaited outside: a class's braces, or those of a function with a return type. */
  readonly awaits: Awaits;
}

type Awaits = 'nothing' | 'declaration' | 'body';

/** Shorter bodies cost more to leave out than to parse. */
const leastUnits = 8;
/**
 * What a parser need not read of TypeScript (without JSX) for what other files can name: the bodies of functions that hold
 * nothing of that kind, outermost only, with their parameters and the types of those and of what they return; what
 * functions are called with, where no function is in it; comments that end their line or stand before what it holds; and
 * imports, which are told without it. Finds them by brackets, strings, comments and regular expressions alone, many times
 * faster than a parser. Null where the brackets don't match, as where a slash was taken for what it isn't. The body of what
 * is called at once stays, and so do the braces that it is not sure of.
 */
export function scanScript(text: string): ScannedScript | null {
  return new Scanner(text).run();
}

class Scanner {
  readonly #text: string;
  readonly #leftOut: TextPart[] = [];
  readonly #imports: ImportedModule[] = [];
  readonly #open: Open[] = [];
  #at = 0;
  /** How many bodies are open. */
  #bodies = 0;
  /** The last unit that is neither blank nor comment, and the ends of the word that it ends, if it ends one. */
  #last = 0;
  #wordStart = 0;
  #wordEnd = 0;
  /** How many functions were met so far, modifiers, and words that matter outside of a body. */
  #functions = 0;
  #modifiers = 0;
  #kept = 0;
  #awaits: Awaits = 'nothing';
  /** The last round brackets, if nothing was taken since; what may be the head of the function that is awaited. */
  #group: Head | null = null;
  #head: Head | null = null;
  /** Where the last arrow is. */
  #arrow = 0;
  /** How many tokens were taken, up to the start of the line, and up to the end of the comment that was left out last. */
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
      case sign.less:
        return this.#less();
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
    this.#tokensBeforeLine = this.#tokens;
    return true;
  }

  #took(last: number): true {
    this.#tokens += 1;
    this.#last = last;
    if (this.#group !== null) this.#leaveOutCall(this.#group, last);
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
    if (mayMatter(text.charCodeAt(start), at - start)) {
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
    this.#imports.push(found);
    this.#goTo(found.end);
    this.#leaveOut(start);
    this.#last = sign.semicolon;
    return true;
  }

  #takeSign(unit: number): true {
    const at = this.#at;
    this.#at += 1;
    const group = this.#group;
    // A signature without a body and a semicolon may come before.
    const isFree = this.#awaits === 'nothing' || (this.#awaits === 'body' && group?.before === 'callee');
    // Of an arrow without round brackets there is no head that could be left out.
    if (isFree && (unit === sign.equals || unit === sign.colon)) {
      if (group !== null && unit === sign.colon) group.colon = at;
      this.#head = group;
    }
    if (unit === sign.colon && this.#last === sign.close && this.#awaits === 'nothing') this.#awaits = 'body';
    else if (unit === sign.semicolon) this.#awaits = 'nothing';
    else if (this.#awaits === 'body' && (unit === sign.comma || unit === sign.equals)) {
      // An arrow follows the return type, or belongs to it.
      if (unit !== sign.equals || this.#text.charCodeAt(this.#at) !== sign.greater) this.#awaits = 'nothing';
    }
    if (unit !== sign.greater || this.#last !== sign.equals) return this.#took(unit);
    this.#functions += 1;
    this.#arrow = at - 1;
    // Behind a return type that is no function itself.
    if (this.#awaits === 'body' && !isFunctionType(this.#text, this.#head)) this.#awaits = 'nothing';
    return this.#took(anArrow);
  }

  /** Of types in angle brackets behind a name the first one stays. */
  #less(): true {
    const start = this.#at;
    const isGeneric = this.#bodies === 0 && this.#last === aWord && this.#wordEnd === start;
    this.#takeSign(sign.less);
    const rest = isGeneric ? restOfGenerics(this.#text, start) : null;
    if (rest === null) return true;
    if (rest.end - rest.start >= leastUnits) this.#leftOut.push(rest);
    this.#goTo(rest.end);
    return this.#took(aWord);
  }

  #opensBody(): boolean {
    const last = this.#last;
    if (this.#awaits === 'declaration') return false;
    if (last === sign.close || last === anArrow) return true;
    if (this.#awaits !== 'body') return false;
    return last === aWord ? !typeWords.has(this.#lastWord()) : last === sign.greater || endsValue(last);
  }

  /** The word that was taken last; empty where it stands behind a point. */
  #lastWord(): string {
    return this.#text.slice(this.#wordStart, this.#wordEnd);
  }

  /** What stands before round brackets that come next, given where type parameters before them start. */
  #before(generics: number): Before {
    if (generics < this.#at) return isWord(this.#text.charCodeAt(generics - 1)) ? 'callee' : 'other';
    if (this.#last === sign.close || this.#last === sign.closeSquare) return 'callee';
    if (this.#last !== aWord) return 'other';
    const word = this.#lastWord();
    if (control.has(word)) return 'control';
    const isOther = beforeExpression.has(word) || typeWords.has(word) || kept.has(word);
    return isOther || word === 'function' ? 'other' : 'callee';
  }

  #enter(kind: Open['kind']): true {
    const bracket = this.#at;
    let generics = bracket;
    let before: Before = 'other';
    // What stands in a body goes with it, as a rule.
    if (this.#bodies === 0 && this.#text.charCodeAt(bracket) === sign.open) {
      if (this.#last === sign.greater) generics = genericsBefore(this.#text, bracket);
      before = this.#before(generics);
    }
    this.#at += 1;
    // Declarations and bodies have their braces now; a type's braces leave what is awaited.
    const awaited = this.#awaits;
    const met = kind === 'body' || (kind === 'brace' && awaited === 'declaration');
    if (kind === 'body') {
      // Round brackets in a return type are none.
      const isOwn = awaited !== 'body' || this.#group === null || this.#group.before === 'callee';
      if (this.#last === sign.close && isOwn) this.#head = this.#group;
      this.#functions += 1;
      this.#bodies += 1;
    }
    this.#open.push({
      kind,
      index: this.#at,
      found: this.#leftOut.length,
      functions: this.#functions,
      modifiers: this.#modifiers,
      kept: this.#kept,
      before,
      generics,
      head: this.#head,
      headEnd: this.#last === anArrow ? this.#arrow : bracket,
      awaits: met ? 'nothing' : awaited,
    });
    this.#awaits = kind === 'other' && awaited === 'declaration' ? awaited : 'nothing';
    return this.#took(sign.openBrace);
  }

  #leaveBrace(): boolean {
    const open = this.#open.pop();
    if (open === undefined || open.kind === 'other') return false;
    this.#awaits = open.awaits;
    this.#head = open.head;
    if (open.kind === 'body') {
      this.#bodies -= 1;
      this.#leaveOutFunction(open);
    }
    this.#at += 1;
    return open.kind === 'template' ? this.#template() : this.#took(sign.closeBrace);
  }

  #leave(unit: number): boolean {
    const open = this.#open.pop();
    if (open?.kind !== 'other') return false;
    this.#awaits = open.awaits;
    this.#head = open.head;
    this.#took(unit);
    if (unit === sign.close && this.#bodies === 0) this.#group = this.#groupOf(open);
    this.#at += 1;
    return true;
  }

  /** What round brackets hold that end here, where it may be left out. */
  #groupOf({ index, generics, before, found, functions, modifiers, kept }: Open): Head | null {
    if (before === 'control' || this.#kept !== kept || this.#modifiers !== modifiers) return null;
    return {
      start: index,
      end: this.#at,
      generics,
      colon: -1,
      before,
      hasFunctions: this.#functions > functions,
      found,
      foundAtEnd: this.#leftOut.length,
      kept,
    };
  }

  /**
   * Leaves out what something is called with, or a signature's parameters, unless what comes next says that it is the
   * head of a function with a body.
   */
  #leaveOutCall({ start, end, before, hasFunctions, found, foundAtEnd }: Head, next: number): void {
    if (before !== 'callee' || hasFunctions || end - start < leastUnits) return;
    if (next === sign.equals || next === sign.openBrace) return;
    // A comment behind it may be left out already.
    this.#leftOut.splice(found, foundAtEnd - found, { start, end });
  }

  /** Leaves out a function's body, whose closing brace comes next, and its head. */
  #leaveOutFunction({ index, found, kept, head, headEnd }: Open): void {
    const isLeft =
      this.#at - index >= leastUnits && this.#kept === kept && !isCalledAtOnce(this.#text, this.#at + 1);
    const inside = isLeft ? [{ start: index, end: this.#at }] : this.#leftOut.slice(found);
    this.#leftOut.length = head === null ? found : this.#foundBefore(head);
    if (head !== null) this.#leaveOutHead(head, headEnd, kept);
    for (const part of inside) this.#leftOut.push(part);
    this.#tokensBeforeGap = -1;
  }

  /** How much had been left out before a head and its type parameters. */
  #foundBefore({ found, generics }: Head): number {
    let before = found;
    while (before > 0 && (this.#leftOut[before - 1]?.start ?? 0) >= generics) before -= 1;
    return before;
  }

  #leaveOutHead(head: Head, headEnd: number, keptBefore: number): void {
    const { generics, start, end, colon, kept } = head;
    if (generics < start - 1) this.#leftOut.push({ start: generics, end: start - 1 });
    if (start < end) this.#leftOut.push({ start, end });
    if (kept === keptBefore && endsWithReturnType(this.#text, head, headEnd))
      this.#leftOut.push({ start: colon, end: headEnd });
  }

  /** Leaves out what starts there and ends here, together with what was left out just before it. */
  #leaveOut(start: number): void {
    const before = this.#tokensBeforeGap === this.#tokens ? this.#leftOut.pop() : undefined;
    this.#leftOut.push({ start: before?.start ?? start, end: this.#at });
    this.#tokensBeforeGap = this.#tokens;
  }

  #string(quote: number): true {
    this.#at = endOfString(this.#text, this.#at, quote);
    return this.#took(sign.doubleQuote);
  }

  /** The text of a template up to its end or to the next expression in it. */
  #template(): true {
    this.#at = endOfTemplateText(this.#text, this.#at);
    const isExpression = this.#text.charCodeAt(this.#at - 1) === sign.dollar;
    return isExpression ? this.#enter('template') : this.#took(sign.doubleQuote);
  }

  #slash(): true {
    const next = this.#text.charCodeAt(this.#at + 1);
    if (next === sign.slash) return this.#comment(this.#text.indexOf('\n', this.#at));
    if (next === sign.star) {
      const end = this.#text.indexOf('*/', this.#at + 2);
      return this.#comment(end === -1 ? -1 : end + 2);
    }
    if (this.#dividesHere()) return this.#takeSign(sign.slash);
    this.#at = endOfExpression(this.#text, this.#at);
    return this.#took(sign.doubleQuote);
  }

  /** Takes a comment up to `end`, or to the text's where there is none. */
  #comment(end: number): true {
    const start = this.#at;
    const isAlone = this.#tokens === this.#tokensBeforeLine;
    const isLine = this.#text.charCodeAt(start + 1) === sign.slash;
    this.#goTo(end === -1 ? this.#text.length : end);
    // The line's end before it stays, which may be what ends a statement, and so does the one behind it.
    if (isAlone) this.#leaveOut(start);
    else if (isLine && this.#bodies === 0) this.#leftOut.push({ start, end: this.#at });
    return true;
  }

  /** Goes on at `end`; whether a line ends before it matters to comments that follow. */
  #goTo(end: number): void {
    const line = this.#text.indexOf('\n', this.#at);
    if (line !== -1 && line < end) this.#tokensBeforeLine = this.#tokens;
    this.#at = end;
  }

  #dividesHere(): boolean {
    // The end of an element.
    if (this.#last === sign.less) return true;
    if (this.#last !== aWord) return this.#last === sign.close || endsValue(this.#last);
    return !beforeExpression.has(this.#lastWord());
  }
}
