import { isDrawn, isStandIn } from './literals.ts';
import type { Finding, SecretRule } from './types.ts';

/** What may follow `://`: a name, a password, and what stands behind the last `@` before the path. */
const credentials = /([^\s/?#"'`<>:@\\,]{0,128}):([^\s/"'`<>\\]{1,256})@(?=[\w.[$%{(-])/y;
const nameOnly = /([^\s/?#"'`<>:@\\,]{16,256})@(?=[\w.[])/y;
/** Passwords of the examples that come with databases, and of nothing else. */
const usual =
  /^(?:pass|pw|pwd|postgres|mysql|root|admin|guest|user|rabbit|mongo|redis|x-oauth-basic|x-access-token|oauth2)$/i;

/** Passwords in addresses: `scheme://user:password@host`, and tokens in the place of the user. */
export const addressRule: SecretRule = {
  id: 'passwords in addresses',
  find(text) {
    const found: Finding[] = [];
    for (let at = text.indexOf('://'); at >= 0; at = text.indexOf('://', at + 3)) {
      const from = at + 3;
      credentials.lastIndex = from;
      const [, user, password] = credentials.exec(text) ?? [];
      if (user !== undefined && password !== undefined) {
        const start = from + user.length + 1;
        if (isToken(user))
          found.push({ start: from, end: from + user.length, kind: 'token', label: 'token' });
        if (isRealPassword(password, user)) {
          found.push({ start, end: start + password.length, kind: 'password', label: 'password' });
        }
        continue;
      }
      nameOnly.lastIndex = from;
      const [, name] = nameOnly.exec(text) ?? [];
      if (name !== undefined && isToken(name)) {
        found.push({ start: from, end: from + name.length, kind: 'token', label: 'token' });
      }
    }
    return found;
  },
};

function isToken(name: string): boolean {
  return isDrawn(name, 16);
}

function isRealPassword(password: string, user: string): boolean {
  if (password.length < 3 || password === user || usual.test(password) || isStandIn(password)) return false;
  // Variables of languages that put them in with a sign: `:pass@`, `%s`, `$PASS`, `" + pass + "`.
  return !/^(?:[$:%][A-Za-z_]\w*|\d{1,5}|\$\w+|\*+|\.+)$/.test(password);
}

const beforeAt = /[A-Za-z0-9._%+-]/;
const domain = /@((?:[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?\.){1,6})([A-Za-z]{2,24})(?![\w-])/y;
/** Ends of names of files, packages and members that stand where a top-level domain would. */
const noDomain =
  /^(?:png|jpe?g|gif|svg|webp|ico|css|scss|less|m?[jt]sx?|cjs|json|ya?ml|html?|xml|txt|md|py|rb|rs|go|java|php|sh|lock|map|wasm|dll|exe|zip|tgz|gz|local|localhost|internal|lan|test|invalid|example)$/i;
/** Reserved for examples (RFC 2606), and what is no person's. */
const noPerson =
  /^(?:git|svn|hg|no-?reply|do-?not-?reply|user|username|name|you|your\.?name|me|someone|somebody|foo|bar|test|example)$/i;
const exampleDomain =
  /(?:^|\.)(?:example\.(?:com|org|net)|example\.[a-z]{2,}|test\.com|domain\.(?:com|tld)|email\.com|users\.noreply\.github\.com)$/i;

/** E-mail addresses of people: not of examples, and not of the user `git` at a server. */
export const emailRule: SecretRule = {
  id: 'e-mail addresses',
  find(text) {
    const found: Finding[] = [];
    for (let at = text.indexOf('@'); at >= 0; at = text.indexOf('@', at + 1)) {
      let start = at;
      while (start > 0 && at - start < 64 && beforeAt.test(text[start - 1] ?? '')) start -= 1;
      while (start < at && /[.%+-]/.test(text[start] ?? '')) start += 1;
      domain.lastIndex = at;
      const [whole, labels = '', top = ''] = domain.exec(text) ?? [];
      if (whole === undefined || start === at || noDomain.test(top)) continue;
      const local = text.slice(start, at);
      if (noPerson.test(local) || exampleDomain.test(`${labels}${top}`)) continue;
      if (
        /[/:]\/?$/.test(text.slice(Math.max(0, start - 2), start)) &&
        /^[:/]/.test(text[at + whole.length] ?? '')
      )
        continue;
      found.push({ start, end: at + whole.length, kind: 'e-mail', label: 'e-mail' });
    }
    return found;
  },
};
