import { readdirSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';

const root = path.join(import.meta.dirname, '../..');
const kinds = /\.(?:m?[jt]sx?|cjs|json|md|ya?ml|css|html?|scm|cc|h|c|py|sh)$/;
/** Texts of this repository that have secrets, made up ones. */
const withSecrets = /secret|redact|fixtures|proxy\.test/i;

/**
 * Every `every`th file below folders of this repository, its packages included: real code, settings and documentation
 * in which there are no secrets. In the order of their paths.
 */
export function innocentTexts(folders: readonly string[], every: number): { name: string; text: string }[] {
  const files = folders.flatMap((folder) => {
    const names = readdirSync(path.join(root, folder), { recursive: true, encoding: 'utf8' });
    return names
      .map((name) => path.join(folder, name))
      .filter((name) => kinds.test(name) && !withSecrets.test(name));
  });
  return files
    .sort()
    .filter((_, index) => index % every === 0)
    .filter((name) => {
      const stats = statSync(path.join(root, name));
      return stats.isFile() && stats.size < 400_000;
    })
    .map((name) => ({ name, text: readFileSync(path.join(root, name), 'utf8') }));
}

/** Lines that look like secrets and are none, as they stand in programs and settings. */
export const lookalikes: readonly string[] = [
  "const password = process.env.DB_PASSWORD ?? '';",
  'password = os.environ["DB_PASSWORD"]',
  "password: '${DB_PASSWORD}'",
  'password: {{ .Values.db.password }}',
  'DB_PASSWORD=changeme',
  'DB_PASSWORD=<your-password>',
  'API_KEY=your-api-key-here',
  'API_KEY=xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx',
  'api_key: "YOUR_API_KEY"',
  "token: 'test-token-123'",
  'const token = tokens[index + 1];',
  'const apiKey = await keys.get(endpoint);',
  'this.password = options.password;',
  'password: string;',
  'password?: string | undefined,',
  "{ name: 'password', type: 'password', label: 'Password' }",
  '<input type="password" name="password" placeholder="Enter your password" autocomplete="current-password">',
  'if (password !== confirmPassword) throw new Error("passwords differ");',
  'function resetPassword(token: string, password: string): Promise<void> {',
  '"integrity": "sha512-q7Zt4LmX9vRb2KcW8nYd3HsF6jPg5TxA1eUoq7Zt4LmX9vRb2KcW8nYd3HsF6jPg5TxA1eUoq7Zt4LmX9vRb2A==",',
  "commit: '9f3b7c1e5d2a8046bc7e9f3b7c1e5d2a8046bc7e'",
  'sha256: 9f3b7c1e5d2a8046bc7e9f3b7c1e5d2a8046bc7e9f3b7c1e5d2a8046bc7e1234',
  "id: '3f2504e0-4f89-41d3-9a0c-0305e82c3301',",
  'FROM node:24-alpine@sha256:9f3b7c1e5d2a8046bc7e9f3b7c1e5d2a8046bc7e9f3b7c1e5d2a8046bc7e1234',
  'src="data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="',
  'uses: actions/checkout@11bd71901bbe5b1630ceea73d27597364c9af683',
  'const tokenUrl = "https://login.acme.io/oauth2/v2.0/token";',
  'const passwordHashAlgorithm = "argon2id";',
  'nextPageToken: "CAUQAA9f3b7c1e5d2a8046bc7e",',
  'public_key = "MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEq7Zt4LmX9vRb2KcW8nYd3HsF6jPg"',
  'git clone git@github.com:acme/app.git',
  'postgres://postgres:postgres@localhost:5432/test',
  'https://user:password@example.com/',
  'mysql://$USER:$PASS@db/app',
  'Authorization: Bearer ${token}',
  'Authorization: Basic <credentials>',
  'curl -H "Authorization: Bearer $TOKEN" https://api.acme.io',
  "startsWith('-----BEGIN ' + 'RSA PRIVATE KEY-----')",
  'secretKeyRef:\n  name: billing\n  key: password',
  'password: !vault |',
  'Lorem ipsum dolor sit amet, consectetur adipiscing elit, sed do eiusmod tempor',
  'AKIAIOSFODNN7EXAMPLE',
  'aws_secret_access_key = wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY',
  "type TokenKind = 'identifier' | 'keyword' | 'punctuator';",
  '.token.keyword { color: #569cd6; }',
  'maxTokens: 4096, tokenLimit: 128_000,',
  'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIDq7Zt4LmX9vRb2KcW8nYd3HsF6jPg5TxA1eUo me',
  'const secretName = "billing/database/main";',
  "credentials: 'same-origin',",
  'author: { name: "Mia", url: "https://acme.io" }',
];
