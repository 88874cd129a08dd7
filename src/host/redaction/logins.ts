import { isBasicCredential, isDrawn, mayBePassword } from './literals.ts';
import type { Finding, SecretRule } from './types.ts';

const scheme =
  /\b(bearer|basic|token|apikey|bot|jwt|splunk|ssws|ghtoken|negotiate)(?:[ \t]{1,4}|%20)([A-Za-z0-9._~+/-]{12,4096}={0,2})/gi;

/** Credentials of HTTP's `Authorization` header and its like, wherever they stand. */
export const headerRule: SecretRule = {
  id: 'authorization headers',
  find(text) {
    const found: Finding[] = [];
    for (const match of text.matchAll(scheme)) {
      const [whole, name = '', value = ''] = match;
      const isBasic = name.toLowerCase() === 'basic';
      if (isBasic ? !isBasicCredential(value) : !isDrawn(value, 16)) continue;
      const start = match.index + whole.length - value.length;
      const label = isBasic ? 'basic credentials' : 'bearer token';
      found.push({ start, end: start + value.length, kind: isBasic ? 'password' : 'token', label });
    }
    return found;
  },
};

/** `curl -u user:password`, and the third argument of JDBC's `getConnection`. */
const behindUser: readonly RegExp[] = [
  /(?:^|\s)(?:-u|--user|--proxy-user)[ \t=]{1,4}["']?[^\s:"']{1,100}:([^\s"']{4,200})/g,
  /\bgetConnection\([^,()\n]{1,200},\s{0,40}"[^"\n]{0,80}",\s{0,40}"([^"\s]{4,200})(?=")/g,
];
/** Lines of PostgreSQL's file of passwords: `host:port:database:user:password`. */
const port = /:(?:\d{2,5}|\*):/g;
const pgpass = /^\s{0,40}[\w.*-]{1,100}:(?:\d{2,5}|\*):[\w*-]{1,64}:[\w.*-]{1,64}:([^\s:"']{4,200})\s{0,40}$/;

/** Passwords that follow a user without a name of their own. */
export const loginRule: SecretRule = {
  id: 'logins',
  find(text) {
    const found: Finding[] = [];
    const add = (start: number, password: string) => {
      if (!mayBePassword(password, 5)) return;
      found.push({ start, end: start + password.length, kind: 'password', label: 'password' });
    };
    for (const pattern of behindUser) {
      for (const match of text.matchAll(pattern)) {
        const [whole, password = ''] = match;
        add(match.index + whole.length - password.length, password);
      }
    }
    for (const { index } of text.matchAll(port)) {
      const before = text.slice(Math.max(0, index - 140), index);
      const start = index - before.length + before.lastIndexOf('\n') + 1;
      const line = text.slice(start, start + 640).split('\n', 1)[0] ?? '';
      const [, password] = pgpass.exec(line) ?? [];
      if (password !== undefined) add(start + line.lastIndexOf(password), password);
    }
    return found;
  },
};
