import { isSetting, literalAt } from './assigned.ts';
import { isStandIn } from './literals.ts';
import { secretNames, type SecretName } from './secretNames.ts';

/** Longest end of a text in which a name is looked for whose value is being written there. */
const reach = 600;
/** Code in a literal that is not closed yet. */
const openCode = /(?:\$\{|#\{|\{\{|<%)[^}%]*$/;
/** A value of an attribute beside one with the name: `key="password" value="v`. */
const attribute = /["']\s{1,20}value\s{0,4}=\s{0,4}["'][^"'\n]{1,300}$/iy;
/** A value without quotes of an environment, a flag, an address or a connection. */
const argument = /=(?![=>])[^\s"'`]{1,512}$/y;
/** Any other value without quotes, up to the end. */
const bare = /(?:\\?["'])?(\s{0,40})(=>|:=|=|:)(\s{0,40})([^\s"'`,;(){}[\]<>|\\]{1,512})$/y;
/** What may as well be a variable, or a member of one. */
const variable = /^[A-Za-z_$][\w$]*(?:[?!]?\.[\w$]*)*$/;
/** A password in an address before its `@`; a port, or a variable, is none. */
const login = /:\/\/[^\s/?#"'`<>:@\\,[]{0,128}:(?![$%{:]|\d{1,5}$)[^\s/"'`<>\\@]{1,256}$/;

/**
 * Whether a text ends in the midst of what is given to the name of a secret, or of a password in an address, with at least
 * one character of it: while it is written, nobody knows by its looks what it will be. What has no quotes counts where it
 * is no variable for sure.
 */
export function endsInSecret(text: string): boolean {
  const end = text.slice(-reach);
  if (login.test(end)) return true;
  return [...secretNames(end)].some((name) => {
    const literal = literalAt(end, name);
    if (literal === null) return endsInAttribute(end, name) || endsInBare(end, name);
    const value = end.slice(literal.start);
    return literal.open && value !== '' && !openCode.test(value);
  });
}

function endsInAttribute(text: string, name: SecretName): boolean {
  attribute.lastIndex = name.end;
  return attribute.test(text) && !openCode.test(text.slice(name.end));
}

function endsInBare(text: string, name: SecretName): boolean {
  argument.lastIndex = name.end;
  const before = text[name.start - 1] ?? '\n';
  if (/^(?:--?[a-z]|[A-Z][A-Z0-9_]*$)/.test(name.name) || /[;?&]/.test(before))
    if (argument.test(text)) return !isStandIn(text.slice(name.end + 1));
  bare.lastIndex = name.end;
  const [, blanks = '', sign = '', after = '', value] = bare.exec(text) ?? [];
  if (value === undefined || variable.test(value) || isStandIn(value)) return false;
  const line = text.slice(Math.max(0, name.start - 80), name.start);
  return isSetting(line, name.name, { before: blanks, sign, after, next: '\n' });
}
