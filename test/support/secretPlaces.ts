import type { Draw } from './secretCorpus.ts';
import { around } from './secretSurroundings.ts';

/** Where a secret may be planted. */
export type Place = keyof typeof places;

interface Planted {
  readonly path: string;
  readonly text: string;
  /** The secret as it stands there, where that is another than the one drawn. */
  readonly secret?: string;
}

function file(extension: string, middle: string, path = `src/billing.${extension}`): Planted {
  const [before = '', after = ''] = around[extension] ?? [];
  return { path, text: `${before}${middle}${after}` };
}

/** A literal beside names that say nothing, in many languages. */
const literals: readonly ((s: string) => Planted)[] = [
  (s) => file('ts', `const client = new Client('${s}');\n`),
  (s) => file('py', `client = Client("${s}")\n`),
  (s) => file('go', `var client = New("${s}")\n`),
  (s) => file('java', `    private final Client client = new Client("${s}");\n`),
  (s) => file('cs', `    private readonly Client _client = new("${s}");\n`),
  (s) => file('rb', `  CLIENT = Client.new('${s}')\n`),
  (s) => file('php', `    private string $value = '${s}';\n`),
  (s) => file('rs', `const VALUE: &str = "${s}";\n`),
];

/** A literal that is given to a name, in many languages. */
function named(name: string, secret: string, draw: Draw): Planted {
  const snake = name.toLowerCase();
  const camel = snake.replace(/_(.)/g, (_, letter: string) => letter.toUpperCase());
  return draw.of([
    () => file('ts', `const ${camel} = '${secret}';\n`),
    () => file('ts', `const options = { region: 'eu', ${camel}: "${secret}", retries: 2 };\n`),
    () => file('py', `${name} = "${secret}"\n`),
    () => file('py', `client = connect(host="db1", ${snake}='${secret}')\n`),
    () => file('go', `\tcfg.${camel[0]?.toUpperCase()}${camel.slice(1)} = "${secret}"\n`),
    () => file('java', `    private static final String ${name} = "${secret}";\n`),
    () =>
      file(
        'cs',
        `    public string ${camel[0]?.toUpperCase()}${camel.slice(1)} { get; set; } = "${secret}";\n`,
      ),
    () => file('rb', `  config.${snake} = '${secret}'\n`),
    () => file('php', `        '${snake}' => '${secret}',\n`),
    () => file('rs', `let ${snake}: String = "${secret}".to_string();\n`),
    () => file('json', `  "${camel}": "${secret}",\n`),
    () => file('yaml', `    environment:\n      ${name}: "${secret}"\n`),
    () => file('env', `${name}=${secret.replace(/[#$&]/g, '!')}\n`),
    () => file('tf', `variable "${snake}" {\n  type = string\n}\n\nlocals {\n  ${snake} = "${secret}"\n}\n`),
  ])();
}

const places = {
  literal: (s: string, d: Draw) => d.of(literals)(s),
  env: (s: string) => file('env', `ACME_VALUE=${s}\n`, 'deploy/app.conf'),
  yaml: (s: string) => file('yaml', `    environment:\n      - ACME_VALUE=${s}\n`),
  json: (s: string) => file('json', `  "acme": "${s}",\n`),
  shell: (s: string) => file('sh', `export ACME_VALUE="${s}"\n`),
  comment: (s: string, d: Draw) =>
    d.of([() => file('ts', `// was ${s} before the move\n`), () => file('py', `# old one: ${s}\n`)])(),
  argument: (s: string, d: Draw) =>
    d.of([
      () => file('sh', `acme deploy --with ${s} --region eu\n`),
      () => file('py', `client.send(channel, "${s}", retries=2)\n`),
    ])(),
  markdown: (s: string) =>
    file('md', '```sh\ncurl https://api.acme.io/v1/invoices?k=' + s + '\n```\n\nOr use `' + s + '`.'),
  log: (s: string) => file('log', `2026-03-04T10:11:12.700Z DEBUG sending ${s} to upstream`),
  awsSecret: (s: string, d: Draw) =>
    d.of([
      () => file('ini', `[default]\naws_secret_access_key = ${s}\n`),
      () => file('env', `AWS_SECRET_ACCESS_KEY=${s}\n`),
      () => file('ts', `const s3 = new S3({ secretAccessKey: '${s}' });\n`),
      () => file('tf', `provider "aws" {\n  secret_key = "${s}"\n}\n`),
    ])(),
  webhook: (s: string, d: Draw) => d.of(literals)(`https://hooks.slack.com/services/${s}`),
  azureConnection: (s: string, d: Draw) =>
    d.of(literals)(
      `DefaultEndpointsProtocol=https;AccountName=acmestore;AccountKey=${s};EndpointSuffix=core.windows.net`,
    ),
  sas: (s: string, d: Draw) =>
    d.of(literals)(
      `https://acme.blob.core.windows.net/backup?sv=2022-11-02&ss=b&sp=rl&se=2027-01-01&sig=${s}`,
    ),
  namedToken: (s: string, d: Draw) =>
    named(d.of(['AUTH_TOKEN', 'ACME_API_TOKEN', 'ACCESS_TOKEN', 'TWILIO_AUTH_TOKEN']), s, d),
  namedKey: (s: string, d: Draw) =>
    named(d.of(['API_KEY', 'ACME_API_KEY', 'WEATHER_API_KEY', 'ENCRYPTION_KEY']), s, d),
  namedSecret: (s: string, d: Draw) =>
    named(d.of(['CLIENT_SECRET', 'JWT_SECRET', 'APP_SECRET', 'SIGNING_SECRET']), s, d),
  passwordLiteral: (s: string, d: Draw) =>
    named(d.of(['DB_PASSWORD', 'PASSWORD', 'SMTP_PASSWORD', 'ADMIN_PASSWORD']), s, d),
  npmrc: (s: string) => ({
    path: 'docs/registry.md',
    text: `registry=https://npm.acme.io/\n//npm.acme.io/:_authToken=${s}\nalways-auth=true\n`,
  }),
  block: (s: string, d: Draw) =>
    d.of([
      () => ({ path: 'notes/key.txt', text: `the key of the old host:\n${s}\nend of it\n` }),
      () => file('ts', `const pem = \`${s}\`;\n`),
      () => file('py', `PEM = """${s}\n"""\n`),
      () => {
        const indented = s.replaceAll('\n', '\n      ');
        return { ...file('yaml', `    cert: |\n      ${indented}\n`), secret: indented };
      },
    ])(),
  escapedBlock: (s: string) => {
    const escaped = s.replaceAll('\n', '\\n');
    return { ...file('json', `  "pem": "${escaped}\\n",\n`), secret: escaped };
  },
  cutBlock: (s: string) => ({ path: 'notes/key.txt', text: `host: build7\n\n${s}` }),
  databaseUrl: (s: string, d: Draw) =>
    d.of(literals)(
      d.of([
        'postgres://billing:',
        'postgresql+psycopg://app:',
        'mysql://root:',
        'mongodb+srv://svc-app:',
        'redis://default:',
        'amqp://worker:',
      ]) + `${s}@db7.acme.io:5432/billing`,
    ),
  webUrl: (s: string, d: Draw) =>
    d.of([
      () => file('sh', `git clone https://ci-bot:${s}@git.acme.io/team/app.git\n`),
      () => d.of(literals)(`https://svc:${s}@artifacts.acme.io/pypi/simple`),
    ])(),
  adoNet: (s: string, d: Draw) =>
    d.of(literals)(
      `Server=tcp:db.acme.io,1433;Database=billing;User Id=svc;${d.of(['Password', 'Pwd', 'PWD'])}=${s.replace(/[';"\\]/g, '!')};Encrypt=true;`,
    ),
  passwordEnv: (s: string, d: Draw) =>
    file(
      'env',
      `${d.of(['DB_PASSWORD', 'POSTGRES_PASSWORD', 'PGPASSWORD', 'MAIL_PASS', 'REDIS_PASSWD'])}=${s}\n`,
      'deploy/app.conf',
    ),
  passwordYaml: (s: string, d: Draw) =>
    file(
      'yaml',
      `    database:\n      user: billing\n      ${d.of(['password', 'db_password', 'passwd'])}: ${s}\n`,
    ),
  passwordXml: (s: string, d: Draw) =>
    d.of([
      () => file('xml', `  <password>${s}</password>`),
      () => file('xml', `  <add key="DbPassword" value="${s}" />`),
      () => file('xml', `  <dataSource user="sa" password="${s}" />`),
      () => file('xml', `  <property name="connection.password">${s}</property>`),
    ])(),
  passwordProperties: (s: string, d: Draw) =>
    d.of([
      () => ({
        path: 'app.properties',
        text: `server.port=8080\nspring.datasource.password=${s}\nspring.jpa.show-sql=false\n`,
      }),
      () => file('ini', `[database]\nuser = billing\npassword = ${s}\n`),
    ])(),
  passwordFlag: (s: string, d: Draw) =>
    d.of([
      () => file('sh', `mysqldump --user=backup --password=${s} billing > dump.sql\n`),
      () => file('sh', `acme login --username deploy --password ${s} --quiet\n`),
      () => file('sh', `curl -fsS -u deploy:${s} https://files.acme.io/build.tgz\n`),
      () => file('sh', `PGPASSWORD='${s}' psql -h db7 billing\n`),
    ])(),
  passwordSql: (s: string, d: Draw) =>
    d.of([
      () => file('sql', `CREATE USER reporting WITH PASSWORD '${s}';\n`),
      () => file('sql', `CREATE USER 'app'@'%' IDENTIFIED BY '${s}';\n`),
      () => file('sql', `ALTER ROLE app LOGIN PASSWORD '${s}';\n`),
    ])(),
  netrc: (s: string) => ({
    path: 'docs/setup.md',
    text: `machine git.acme.io login deploy password ${s}\nmachine files.acme.io\n  login deploy\n`,
  }),
  bearer: (s: string, d: Draw) =>
    d.of([
      () => file('sh', `curl -H "Authorization: Bearer ${s}" https://api.acme.io/v1\n`),
      () => file('ts', `const headers = { Authorization: 'Bearer ${s}' };\n`),
      () => file('py', `headers = {"Authorization": f"Bearer ${s}"}\n`),
      () => ({
        path: 'api.http',
        text: `GET https://api.acme.io/v1/invoices\nAccept: application/json\nAuthorization: Bearer ${s}\n`,
      }),
    ])(),
  basic: (s: string, d: Draw) =>
    d.of([
      () => file('ts', `request.headers.set('Authorization', 'Basic ${s}');\n`),
      () => file('sh', `curl -H 'Authorization: Basic ${s}' https://api.acme.io\n`),
    ])(),
  dockerAuth: (s: string) => file('json', `  "auths": { "registry.acme.io": { "auth": "${s}" } },\n`),
  query: (s: string, d: Draw) =>
    d.of(literals)(
      `https://maps.acme.io/v2/tile?z=3&${d.of(['api_key', 'access_token', 'apikey', 'token'])}=${s}&format=png`,
    ),
  heroku: (s: string, d: Draw) =>
    d.of([() => file('env', `HEROKU_API_KEY=${s}\n`), () => file('ts', `const herokuApiKey = '${s}';\n`)])(),
  kubernetesText: (s: string) => ({
    path: 'deploy/web.yaml',
    text: `apiVersion: v1\nkind: Secret\nmetadata:\n  name: billing\nstringData:\n  user: billing\n  password: ${s}\n`,
  }),
  serviceAccount: (s: string) => ({
    path: 'deploy/gcp.json',
    text: `{\n  "type": "service_account",\n  "project_id": "acme-billing",\n  "private_key": "${s}\\n",\n  "token_uri": "https://oauth2.googleapis.com/token"\n}\n`,
  }),
  okta: (s: string, d: Draw) =>
    d.of([
      () => file('sh', `curl -H "Authorization: SSWS ${s}" https://acme.okta.com/api/v1/users\n`),
      () => file('env', `OKTA_API_TOKEN=${s}\n`),
    ])(),
  wireguard: (s: string) => ({
    path: 'vpn/wg0.conf.txt',
    text: `[Interface]\nAddress = 10.8.0.2/24\nPrivateKey = ${s}\n\n[Peer]\nAllowedIPs = 0.0.0.0/0\n`,
  }),
  jaas: (s: string) => ({
    path: 'kafka/client.properties',
    text: `security.protocol=SASL_SSL\nsasl.mechanism=PLAIN\nsasl.jaas.config=org.apache.kafka.common.security.plain.PlainLoginModule required username="svc" password="${s}";\n`,
  }),
  kubernetesData: (s: string) => ({
    path: 'deploy/web.yaml',
    text: `apiVersion: v1\nkind: Secret\nmetadata:\n  name: billing\ntype: Opaque\ndata:\n  username: YmlsbGluZw==\n  password: ${s}\n`,
  }),
  rails: (s: string, d: Draw) =>
    d.of([
      () => file('env', `RAILS_MASTER_KEY=${s}\n`),
      () => file('yaml', `    environment:\n      RAILS_MASTER_KEY: ${s}\n`),
    ])(),
  jwk: (s: string, d: Draw) =>
    file(
      'json',
      `  "key": { "kty": "EC", "crv": "P-256", "x": "${d.url64(43)}", "y": "${d.url64(43)}", "d": "${s}" },\n`,
    ),
  passwordCall: (s: string, d: Draw) =>
    d.of([
      () => file('java', `        props.put("connection.password", "${s}");\n`),
      () => file('java', `        builder.username("svc").password("${s}").build();\n`),
      () => file('cs', `        client.SetPassword("${s}");\n`),
      () =>
        file('py', `    driver.find_element("id", "pw").send_keys("x"); login(user="svc", passwd="${s}")\n`),
      () => file('go', `\tos.Setenv("DB_PASSWORD", "${s}")\n`),
      () => file('ts', `  process.env.DB_PASSWORD ??= '${s}';\n`),
    ])(),
  wordpress: (s: string) => file('php', `define('DB_USER', 'wp');\ndefine( 'DB_PASSWORD', '${s}' );\n`),
  laravel: (s: string, d: Draw) =>
    d.of([
      () => file('env', `APP_KEY=${s}\n`),
      () => file('php', `        'key' => env('APP_KEY', '${s}'),\n`),
    ])(),
  django: (s: string) => file('py', `DEBUG = False\nSECRET_KEY = '${s}'\nALLOWED_HOSTS = ["acme.io"]\n`),
  redis: (s: string) => ({
    path: 'cache/redis.conf',
    text: `bind 127.0.0.1\nport 6379\nrequirepass ${s}\nappendonly yes\n`,
  }),
  maven: (s: string) =>
    file(
      'xml',
      `  <server>\n    <id>acme-releases</id>\n    <username>deploy</username>\n    <password>${s}</password>\n  </server>`,
    ),
  cookie: (s: string, d: Draw) =>
    d.of([
      () => file('sh', `curl -b 'session=${s}; theme=dark' https://acme.io/me\n`),
      () => ({ path: 'api.http', text: `GET https://acme.io/me\nCookie: JSESSIONID=${s}; theme=dark\n` }),
      () => ({ path: 'api.http', text: `HTTP/1.1 200 OK\nSet-Cookie: sessionid=${s}; Path=/; HttpOnly\n` }),
    ])(),
  pgpass: (s: string) => ({
    path: 'docs/db.md',
    text: `The file has a line for each server:\n\n    db7.acme.io:5432:billing:svc:${s}\n`,
  }),
  ansible: (s: string, d: Draw) =>
    d.of([
      () => ({
        path: 'hosts.yml',
        text: `all:\n  vars:\n    ansible_user: deploy\n    ansible_become_pass: ${s}\n`,
      }),
      () => ({ path: 'hosts.ini', text: `[web]\nweb1 ansible_user=deploy ansible_ssh_pass=${s}\n` }),
    ])(),
  helm: (s: string) => file('sh', `helm upgrade billing ./chart --set replicas=2 --set auth.password=${s}\n`),
  kubectl: (s: string) =>
    file('sh', `kubectl create secret generic db --from-literal=user=app --from-literal=password=${s}\n`),
  userSecrets: (s: string) => file('sh', `dotnet user-secrets set "Smtp:Password" "${s}"\n`),
  jdbc: (s: string) =>
    file('java', `        DriverManager.getConnection("jdbc:h2:mem:test", "sa", "${s}");\n`),
  spring: (s: string) => ({
    path: 'application.yml',
    text: `spring:\n  datasource:\n    url: jdbc:postgresql://db7/billing\n    username: billing\n    password: '${s}'\n  mail:\n    host: smtp.acme.io\n`,
  }),
  jenkins: (s: string) =>
    file('xml', `  <string>\n    <id>deploy</id>\n    <secret>${s}</secret>\n  </string>`),
};

/** A text with the secret in it, and the secret as it stands there. */
export function plantedIn(place: Place, secret: string, draw: Draw): Planted & { readonly secret: string } {
  return { secret, ...places[place](secret, draw) };
}
