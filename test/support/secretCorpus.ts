import { plantedIn, type Place } from './secretPlaces.ts';

/**
 * Secrets of many kinds, drawn by a seeded generator and planted in code and settings of many languages. They are put
 * together when this runs, so that no file of the repository has what looks like a secret.
 */
export interface PlantedText {
  readonly path: string;
  readonly text: string;
  /** Exactly what must not be left of it. */
  readonly secret: string;
  readonly kind: string;
  /** Of a kind that no rule names: what is found of it stands for kinds that nobody thought of. */
  readonly heldOut: boolean;
}

interface Kind {
  readonly name: string;
  readonly heldOut?: true;
  /** Where it stands; `any`: beside a name that says nothing. */
  readonly places: readonly Place[];
  readonly draw: (draw: Draw) => string;
}

/** Draws pseudo-random text; the same seed gives the same (mulberry32 by Tommy Ettinger, public domain). */
export class Draw {
  #state: number;
  constructor(seed: number) {
    this.#state = seed >>> 0;
  }
  /** A whole number from 0 to below `below`. */
  number(below: number): number {
    this.#state = (this.#state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(this.#state ^ (this.#state >>> 15), 1 | this.#state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return Math.floor((((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32) * below);
  }
  of<T>(things: readonly T[]): T {
    const thing = things[this.number(things.length)];
    if (thing === undefined) throw new Error('There is nothing to draw from.');
    return thing;
  }
  text(alphabet: string, length: number): string {
    return Array.from({ length }, () => alphabet[this.number(alphabet.length)]).join('');
  }
  alnum = (length: number) => this.text(upper + lower + digits, length);
  hex = (length: number) => this.text(digits + 'abcdef', length);
  base64 = (length: number) => this.text(`${upper}${lower}${digits}+/`, length);
  url64 = (length: number) => this.text(`${upper}${lower}${digits}-_`, length);
  digits = (length: number) => this.text(digits, length);
  uuid = () => [8, 4, 4, 4, 12].map((length) => this.hex(length)).join('-');
  json64 = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
  /** As people think passwords up. */
  password = () => {
    const words = [
      'Winter',
      'dragon',
      'Falcon',
      'mango',
      'Tiger',
      'orbit',
      'Nimbus',
      'pepper',
      'Castle',
      'violet',
    ];
    return this.of([
      () => `${this.of(words)}${this.of(['!', '@', '#', '$', '&', '*', '_'])}${this.number(9000) + 1000}`,
      () => `${this.of(words)}${this.of(words)}${this.number(900) + 42}`,
      () => `${this.alnum(5)}${this.of(['!', '?', '%', '^'])}${this.alnum(6)}7`,
      () => `${this.of(words)}-${this.of(words)}-${this.number(90) + 24}`,
      () => `p${this.of(['4', '@'])}ss${this.of(words)}${this.number(90) + 10}`,
      () => `${this.alnum(16)}9x`,
    ])();
  };
}

const upper = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ';
const lower = 'abcdefghijklmnopqrstuvwxyz';
const digits = '0123456789';

/** A block with labels around lines of 64 characters. */
function block(draw: Draw, label: string, lines: number, start: string): string {
  const body = [start + draw.base64(64 - start.length)];
  while (body.length < lines) body.push(draw.base64(64));
  body.push(`${draw.base64(42)}==`);
  return [`-----BEGIN ${label}-----`, ...body, `-----END ${label}-----`].join('\n');
}

const any: readonly Place[] = [
  'literal',
  'env',
  'yaml',
  'json',
  'shell',
  'comment',
  'argument',
  'markdown',
  'log',
];

/** What is sought. At least six of each are planted. */
export const kinds: readonly Kind[] = [
  {
    name: 'AWS access key',
    places: any,
    draw: (d) => `${d.of(['AK', 'AS'])}IA${d.text(`${upper}234567`, 16)}`,
  },
  { name: 'AWS secret key', places: ['awsSecret'], draw: (d) => d.base64(40) },
  { name: 'GitHub token', places: any, draw: (d) => `gh${d.of(['p', 'o', 'u', 's', 'r'])}_${d.alnum(36)}` },
  { name: 'GitHub fine-grained', places: any, draw: (d) => `github_${'pat'}_${d.alnum(22)}_${d.alnum(59)}` },
  { name: 'GitLab token', places: any, draw: (d) => `gl${d.of(['pat', 'dt', 'rt'])}-${d.url64(19)}7` },
  {
    name: 'Slack token',
    places: any,
    draw: (d) => `xox${d.of(['b', 'p'])}-${d.digits(12)}-${d.digits(12)}-${d.alnum(24)}`,
  },
  {
    name: 'Slack webhook',
    places: ['webhook'],
    draw: (d) => `T${d.text(upper + digits, 8)}/B${d.text(upper + digits, 8)}/${d.alnum(24)}`,
  },
  {
    name: 'Stripe key',
    places: any,
    draw: (d) => `${d.of(['sk', 'rk'])}_${d.of(['live', 'test'])}_${d.alnum(d.of([24, 99]))}`,
  },
  { name: 'Google API key', places: any, draw: (d) => `AI${'za'}Sy${d.url64(32)}7` },
  { name: 'Google client secret', places: any, draw: (d) => `GOC${'SPX'}-${d.url64(27)}3` },
  { name: 'Azure storage key', places: ['azureConnection'], draw: (d) => `${d.base64(86)}==` },
  {
    name: 'Azure client secret',
    places: any,
    draw: (d) => `${d.alnum(3)}8${'Q~'}${d.text(`${upper}${lower}${digits}_-`, 33)}7`,
  },
  { name: 'Azure SAS', places: ['sas'], draw: (d) => `${d.alnum(42)}%3D` },
  { name: 'Twilio key', places: any, draw: (d) => `SK${d.hex(32)}` },
  { name: 'Twilio auth token', places: ['namedToken'], draw: (d) => d.hex(32) },
  { name: 'SendGrid key', places: any, draw: (d) => `S${'G'}.${d.url64(21)}4.${d.url64(42)}8` },
  { name: 'Mailgun key', places: any, draw: (d) => `ke${'y'}-${d.hex(32)}` },
  { name: 'OpenAI key', places: any, draw: (d) => `s${'k'}-${d.of(['proj-', ''])}${d.alnum(48)}` },
  { name: 'Anthropic key', places: any, draw: (d) => `s${'k'}-ant-api03-${d.url64(92)}AA` },
  { name: 'Hugging Face token', places: any, draw: (d) => `h${'f'}_${d.text(upper + lower, 34)}` },
  { name: 'npm token', places: any, draw: (d) => `np${'m'}_${d.alnum(36)}` },
  { name: 'npmrc token', places: ['npmrc'], draw: (d) => d.uuid() },
  { name: 'PyPI token', places: any, draw: (d) => `py${'pi'}-AgEIcHlwaS5vcmc${d.url64(120)}` },
  {
    name: 'JSON Web Token',
    places: any,
    draw: (d) =>
      `${d.json64({ alg: 'HS256', typ: 'JWT' })}.${d.json64({ sub: d.digits(10), iat: d.number(1e9) })}.${d.url64(43)}`,
  },
  {
    name: 'RSA private key',
    places: ['block'],
    draw: (d) => block(d, `RSA ${'PRIVATE'} KEY`, 25, 'MIIEpAIBAAKCAQEA'),
  },
  {
    name: 'PKCS #8 private key',
    places: ['block', 'escapedBlock'],
    draw: (d) => block(d, `${'PRIVATE'} KEY`, 26, 'MIIEvQIBADANBgkq'),
  },
  { name: 'EC private key', places: ['block'], draw: (d) => block(d, `EC ${'PRIVATE'} KEY`, 3, 'MHcCAQEEI') },
  {
    name: 'OpenSSH private key',
    places: ['block'],
    draw: (d) => block(d, `OPENSSH ${'PRIVATE'} KEY`, 6, 'b3BlbnNzaC1rZXktdjEA'),
  },
  {
    name: 'cut private key',
    places: ['cutBlock'],
    draw: (d) => block(d, `RSA ${'PRIVATE'} KEY`, 12, 'MIIEpAIBAAKCAQEA').split('\n').slice(0, 8).join('\n'),
  },
  {
    name: 'PGP private key',
    places: ['block'],
    draw: (d) => block(d, `PGP ${'PRIVATE'} KEY BLOCK`, 20, 'lQdGBF'),
  },
  { name: 'database address', places: ['databaseUrl'], draw: (d) => d.password().replace(/[#?%^@]/g, '!') },
  { name: 'web address', places: ['webUrl'], draw: (d) => d.alnum(12) + d.digits(2) },
  { name: 'connection string', places: ['adoNet'], draw: (d) => d.password() },
  { name: 'password in code', places: ['passwordLiteral'], draw: (d) => d.password() },
  {
    name: 'password in environment',
    places: ['passwordEnv'],
    draw: (d) => d.password().replace(/[&#$]/g, '!'),
  },
  { name: 'password in YAML', places: ['passwordYaml'], draw: (d) => d.password().replace(/[#&*%!@]/g, '_') },
  { name: 'password in XML', places: ['passwordXml'], draw: (d) => d.password().replace(/&/g, '!') },
  { name: 'password in properties', places: ['passwordProperties'], draw: (d) => d.password() },
  {
    name: 'password on command line',
    places: ['passwordFlag'],
    draw: (d) => d.password().replace(/[&$!*?#^]/g, '-'),
  },
  { name: 'password in SQL', places: ['passwordSql'], draw: (d) => d.password() },
  { name: 'netrc password', places: ['netrc'], draw: (d) => d.password() },
  { name: 'bearer token', places: ['bearer'], draw: (d) => d.url64(39) + d.digits(2) },
  {
    name: 'basic credentials',
    places: ['basic'],
    draw: (d) => Buffer.from(`deploy:${d.password()}`).toString('base64'),
  },
  {
    name: 'Docker login',
    places: ['dockerAuth'],
    draw: (d) => Buffer.from(`ci-user:${d.password()}`).toString('base64'),
  },
  {
    name: 'API key',
    places: ['namedKey'],
    draw: (d) => d.of([() => d.hex(32), () => d.alnum(32), () => d.hex(40)])(),
  },
  {
    name: 'client secret',
    places: ['namedSecret'],
    draw: (d) => d.of([() => d.alnum(40), () => d.url64(32), () => d.hex(64)])(),
  },
  {
    name: 'signing phrase',
    places: ['namedSecret'],
    draw: (d) =>
      `${d.of(['orchid', 'harbor', 'kestrel'])}-signs-${d.of(['all', 'every'])}-${d.of(['day', 'night'])}-${d.number(9000) + 1000}!`,
  },
  { name: 'key in a query', places: ['query'], draw: (d) => d.alnum(32) },
  { name: 'Heroku key', places: ['heroku'], draw: (d) => d.uuid() },
  {
    name: 'Telegram bot token',
    places: any,
    draw: (d) => `${d.number(9) + 1}${d.digits(8)}:AA${d.url64(33)}`,
  },
  { name: 'Discord bot token', places: any, draw: (d) => `MT${d.alnum(24)}.${d.url64(6)}.${d.alnum(38)}` },
  { name: 'Shopify token', places: any, draw: (d) => `shp${d.of(['at', 'ss'])}_${d.hex(32)}` },
  { name: 'DigitalOcean token', places: any, draw: (d) => `dop_${'v1'}_${d.hex(64)}` },
  { name: 'Databricks token', places: any, draw: (d) => `da${'pi'}${d.hex(32)}` },
  { name: 'Vault token', places: any, draw: (d) => `hv${'s'}.${d.url64(95)}` },
  {
    name: 'Kubernetes password',
    places: ['kubernetesText'],
    draw: (d) => d.password().replace(/[#&*%!@^?]/g, '_'),
  },
  {
    name: 'service account key',
    places: ['serviceAccount'],
    draw: (d) => block(d, `${'PRIVATE'} KEY`, 26, 'MIIEvAIBADANBgkq').replaceAll('\n', '\\n'),
  },
  {
    name: 'e-mail address',
    places: any,
    draw: (d) =>
      `${d.of(['maria', 'jonas', 'wei', 'aisha'])}.${d.of(['keller', 'chen', 'novak'])}${d.number(90) + 10}@${d.of(['gmail.com', 'fastmail.fm', 'acme-tools.io', 'uni-bonn.de'])}`,
  },
  { name: 'Doppler token', places: any, draw: (d) => `dp.${'pt'}.${d.alnum(43)}` },
  { name: 'Pulumi token', places: any, draw: (d) => `pu${'l'}-${d.hex(40)}` },
  { name: 'PlanetScale token', places: any, draw: (d) => `pscale_${'tkn'}_${d.url64(43)}` },
  {
    name: 'Terraform Cloud token',
    places: any,
    draw: (d) => `${d.alnum(14)}.atlas${'v1'}.${d.alnum(67)}`,
  },
  { name: 'Okta token', places: ['okta'], draw: (d) => `00${d.url64(40)}` },
  { name: 'Fastly token', places: ['namedToken'], draw: (d) => d.url64(32) },
  { name: 'WireGuard key', places: ['wireguard'], draw: (d) => `${d.base64(43)}=` },
  { name: 'Kafka login', places: ['jaas'], draw: (d) => d.password() },
  {
    name: 'Kubernetes data',
    places: ['kubernetesData'],
    draw: (d) => Buffer.from(d.password() + d.alnum(6)).toString('base64'),
  },
  { name: 'Rails master key', places: ['rails'], draw: (d) => d.hex(32) },
  { name: 'JSON Web Key', places: ['jwk'], draw: (d) => d.url64(43) },
  { name: 'password in a call', places: ['passwordCall'], draw: (d) => d.password() },
  { name: 'Buildkite token', places: any, draw: (d) => `bk${'ua'}_${d.hex(40)}` },
  {
    name: 'CircleCI token',
    places: any,
    draw: (d) => `CCI${'PAT'}_${d.alnum(22)}_${d.hex(40)}`,
  },
  { name: 'Contentful token', places: any, draw: (d) => `CF${'PAT'}-${d.url64(43)}` },
  { name: 'Flutterwave key', places: any, draw: (d) => `FLW${'SECK'}_TEST-${d.hex(32)}-X` },
  { name: 'WordPress password', places: ['wordpress'], draw: (d) => d.password() },
  { name: 'Laravel key', places: ['laravel'], draw: (d) => `base64:${d.base64(43)}=` },
  {
    name: 'Django key',
    places: ['django'],
    draw: (d) => `django-insecure-${d.text(`${lower}${digits}!@#%^&*(-_=+)`, 50)}`,
  },
  { name: 'Redis password', places: ['redis'], draw: (d) => d.password() },
  { name: 'Maven password', places: ['maven'], draw: (d) => d.password().replace(/&/g, '!') },
  { name: 'session cookie', places: ['cookie'], draw: (d) => d.alnum(32) },
  { name: 'pgpass', places: ['pgpass'], draw: (d) => d.password().replace(/:/g, '!') },
  { name: 'JDBC arguments', places: ['jdbc'], draw: (d) => d.password() },
  // Kinds that no rule names. Before the general rules were widened for the likes of them, 146 of 300 were found.
  { name: 'Frame.io token', heldOut: true, places: any, draw: (d) => `fio-${'u'}-${d.url64(63)}3` },
  {
    name: 'Typeform token',
    heldOut: true,
    places: any,
    draw: (d) => `tf${'p'}_${d.alnum(44)}_${d.alnum(14)}`,
  },
  { name: 'Prefect key', heldOut: true, places: any, draw: (d) => `pn${'u'}_${d.alnum(36)}` },
  { name: 'EasyPost key', heldOut: true, places: any, draw: (d) => `EZ${'AK'}${d.alnum(54)}` },
  {
    name: 'ReadMe key',
    heldOut: true,
    places: any,
    draw: (d) => `rd${'me'}_${d.text(`${lower}${digits}`, 70)}`,
  },
  { name: 'Duffel token', heldOut: true, places: any, draw: (d) => `duffel_${'live'}_${d.url64(43)}` },
  {
    name: 'Clojars token',
    heldOut: true,
    places: any,
    draw: (d) => `CLO${'JARS'}_${d.text(`${lower}${digits}`, 60)}`,
  },
  { name: 'Infracost key', heldOut: true, places: any, draw: (d) => `ic${'o'}-${d.alnum(32)}` },
  {
    name: 'Ansible password',
    heldOut: true,
    places: ['ansible'],
    draw: (d) => d.password().replace(/[#&*%!@^?]/g, '_'),
  },
  {
    name: 'Helm password',
    heldOut: true,
    places: ['helm'],
    draw: (d) => d.password().replace(/[&$!*?#^,]/g, '-'),
  },
  {
    name: 'Kubernetes literal',
    heldOut: true,
    places: ['kubectl'],
    draw: (d) => d.password().replace(/[&$!*?#^]/g, '-'),
  },
  { name: 'user secret', heldOut: true, places: ['userSecrets'], draw: (d) => d.password() },
  {
    name: 'Spring YAML',
    heldOut: true,
    places: ['spring'],
    draw: (d) => d.password().replace(/[#&*%!@^?]/g, '_'),
  },
  { name: 'Jenkins secret', heldOut: true, places: ['jenkins'], draw: (d) => d.alnum(40) },
];

/** Plants `each` secrets of every kind. The same seed gives the same texts. */
export function secretCorpus(seed: number, each = 6): PlantedText[] {
  const draw = new Draw(seed);
  return kinds.flatMap(({ name, places, draw: drawn, heldOut = false }) =>
    Array.from({ length: each }, (_, index) => {
      const secret = drawn(draw);
      const place = places[index % places.length] ?? 'literal';
      return { ...plantedIn(place, secret, draw), kind: name, heldOut };
    }),
  );
}
