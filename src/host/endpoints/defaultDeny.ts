/**
 * Globs of files whose text is never sent to another machine unless the user's own list says otherwise: the default of
 * the setting `hearth.routing.deny`, which package.json has to repeat, and the list of the command line.
 */
export const defaultDeny: readonly string[] = [
  '.env*',
  '*.pem',
  '*.key',
  '*.p12',
  '*.pfx',
  '*.jks',
  '*.keystore',
  '*.kdbx',
  'id_rsa*',
  'id_ed25519*',
  '.npmrc',
  '.pypirc',
  '.netrc',
  '.git-credentials',
  '.ssh/**',
  '.gnupg/**',
  '.aws/**',
  '.azure/**',
  '.kube/**',
  '.docker/config.json',
  'secrets/**',
  '*.tfvars',
  '*.tfstate*',
];
