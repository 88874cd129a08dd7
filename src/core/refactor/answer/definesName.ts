import { escaped } from '../../text/pattern.ts';

/** Longer lines are no heads of definitions that a person would write. */
const longestHead = 400;
const keyword = String.raw`(?:def|fn|func|function|fun|class|interface|struct|enum|union|trait|type|module|namespace|const|let|var|val|object|record|macro_rules!)`;
/** Words before a call that make it look like a definition with a type. */
const noTypes =
  /^\s*(?:return|await|throw|yield|new|else|not|in|case|delete|typeof|if|while|for|switch|assert|raise|go|defer)\b/;

/** A test for lines that have a name in the way in which its definition has it, and not as a call or a use does. */
export function definitionHead(name: string): (line: string) => boolean {
  const own = escaped(name);
  const named = new RegExp(String.raw`(?:^|[^\w$.])${keyword}\b[^=;]*?(?:^|[^\w$])${own}(?![\w$])`);
  const member = new RegExp(
    String.raw`^\s*(?:[^\s()=;]+\s+)*[^\s()=;]*(?:^|[^\w$.])${own}\s*(?:<[^()]*>)?\s*\(`,
  );
  const assigned = new RegExp(String.raw`^\s*(?:[\w$.]+\.)?${own}\s*(?:=|:(?!:))`);
  return (line) => {
    if (line.length > longestHead || !line.includes(name)) return false;
    if (named.test(line) || (assigned.test(line) && !/^\s*[\w$.]+\s*==/.test(line))) return true;
    if (!member.test(line) || noTypes.test(line)) return false;
    const hasType = new RegExp(String.raw`[\w>*&\])]\s+[*&]*(?:[\w$]+::)*${own}\s*(?:<[^()]*>)?\s*\(`).test(
      line,
    );
    return /[{:]\s*$/.test(line) || (hasType && !/[;,]\s*$/.test(line));
  };
}
