import { sign } from './scriptSigns.ts';

/** The offset behind the string that opens at one; that of the line's end where nothing closes it. */
export function endOfString(text: string, start: number, quote: number): number {
  for (let at = start + 1; at < text.length; at += 1) {
    const unit = text.charCodeAt(at);
    if (unit === quote) return at + 1;
    if (unit === sign.newline) return at;
    if (unit === sign.backslash) at += 1;
  }
  return text.length;
}

/** Where the text of a template ends that goes on at an offset: behind its end, or at the brace of the next expression. */
export function endOfTemplateText(text: string, start: number): number {
  for (let at = start; at < text.length; at += 1) {
    const unit = text.charCodeAt(at);
    if (unit === sign.backtick) return at + 1;
    if (unit === sign.backslash) at += 1;
    else if (unit === sign.dollar && text.charCodeAt(at + 1) === sign.openBrace) return at + 1;
  }
  return text.length;
}

/** The offset behind the regular expression that opens at one; that of the line's end where nothing closes it. */
export function endOfExpression(text: string, start: number): number {
  let inClass = false;
  for (let at = start + 1; at < text.length; at += 1) {
    const unit = text.charCodeAt(at);
    if (unit === sign.newline) return at;
    if (unit === sign.backslash) at += 1;
    else if (unit === sign.openSquare) inClass = true;
    else if (unit === sign.closeSquare) inClass = false;
    else if (unit === sign.slash && !inClass) return at + 1;
  }
  return text.length;
}
