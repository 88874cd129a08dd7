import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { isSecretFolder, isSecretPath } from '../../../../src/core/index/secretPaths.ts';

const secret = `
  .env a/.env.local prod.env .env.example .env-prod .envrc
  id_rsa id_ed25519 id_ed25519_work .ssh/config .ssh/known_hosts tls/server.key cert.pem AuthKey_AB12.p8 a.PFX
  release.jks debug.keystore passwords.kdbx putty.ppk backup.gpg
  .npmrc .pypirc .htpasswd .netrc _netrc .pgpass .git-credentials .my.cnf .vault-token .bash_history
  .aws/credentials .azure/a.json .kube/config .gnupg/trustdb .docker/config.json .dockercfg .config/gh/hosts.yml
  kubeconfig dev.kubeconfig main.tfstate main.tfstate.backup prod.tfvars prod.auto.tfvars.json
  credentials credentials.json aws-credentials.yaml app_credentials credentials.prod.toml
  secrets.yaml secret.json secrets.enc.yaml secrets.prod.yml k8s/db-secrets.yaml .secrets
  secrets/db_password.txt secrets/prod.yaml deploy/secret/token .secrets/a.ts
  service-account.json serviceAccountKey.json my-service-account-prod.json service_account.json
  client_secret_123.apps.json app-firebase-adminsdk-x1.json passwords.txt wp-config.php local.settings.json
  A/.ENV .SSH/ID_RSA Secrets.YAML
`;
const open = `
  environment.ts env.ts env.d.ts .envelope.ts src/env/index.ts
  src/secrets/store.ts secrets.ts secret.go secrets_test.go src/credentials.ts credentials.py credentials.md
  keys.ts keyboard.json a.keyboard tokens.json token.ts monkey.txt public/key.svg
  id_generator.py id_rsa.go id.ts account.json service-account.ts config.json docker/config.json .config/a.json
  variables.tf secretary.txt accredentials.ts password.ts passwords.py history.ts .gitignore .dockerignore
`;
const list = (text: string): string[] => text.trim().split(/\s+/);

describe('isSecretPath', () => {
  for (const path of list(secret)) it(`${path} is one`, () => assert.equal(isSecretPath(path), true));
  for (const path of list(open)) it(`${path} is none`, () => assert.equal(isSecretPath(path), false));

  it('takes no longer for a name that is made to be slow', () => {
    assert.equal(isSecretPath(`${'service-account'.repeat(2_000)}!`), false);
    assert.equal(isSecretPath(`${'credentials.'.repeat(2_000)}ts`), false);
    assert.equal(isSecretPath(`a${'-secret'.repeat(2_000)}.json.ts`), false);
  });
});

describe('isSecretFolder', () => {
  it('names the folders that are secret as a whole', () => {
    for (const name of ['.ssh', '.aws', '.GNUPG', '.secrets']) assert.equal(isSecretFolder(name), true, name);
    for (const name of ['ssh', 'secrets', 'src', '.config', 'gh'])
      assert.equal(isSecretFolder(name), false, name);
    assert.equal(isSecretFolder('gh', '.config'), true);
  });
});
