/** Folders in which tools keep keys and tokens. */
const secretFolders =
  /^\.(aws|azure|ssh|gnupg|kube|gcloud|password-store|secrets?|vault|terraform\.d|oci|config\/(gcloud|gh))$/i;

/** Files that hold secrets by their very name or ending, whatever else the name says. */
const secretNames =
  /^(\.env(rc)?([.-].*)?|[._]netrc(\.gpg)?|\.(npmrc|pypirc|htpasswd|pgpass|my\.cnf|mylogin\.cnf|git-credentials|dockercfg|dockerconfigjson|s3cfg|boto|terraformrc|vault-token|vault_pass(word)?(\.txt)?|token|[a-z]+_history)|(pgpass|rclone)\.conf|terraform\.rc|wp-config\.php|local\.settings\.json|kubeconfig|passwords?\.(txt|csv|tsv|xlsx?|ods))$/i;
const secretEndings =
  /\.(env|pem|key|p8|pk8|p12|pfx|jks|keystore|bks|kdbx?|ppk|gpg|pgp|agekey|ovpn|keychain(-db)?|mobileprovision|kubeconfig|tfvars(\.json)?|tfstate|tfstate\.[^.]+)$/i;
/** Keys of programs, as clouds name the files in which they hand them out. */
const accountKeys = /(^|[._-])(service[._-]?account|client[._-]?secret|firebase-adminsdk)/i;

/** Files that hold secrets unless their ending says that they are written as code or documentation. */
const secretData =
  /^(\.?(credentials?|secrets?)([._-].*)?|id_(rsa|dsa|ecdsa|ed25519|xmss)([._-].*)?)$|[._-](credentials|secrets)(\.[^.]*)?$/i;
/** Below a folder of this name whatever isn't code is a secret: one of them a file is a habit of Docker's. */
const dataFolders = /^secrets?$/i;

const written =
  /\.(m?[jt]sx?|c[jt]s|vue|svelte|astro|pyi?|ipynb|go|rs|java|kts?|scala|groovy|gradle|clj[cs]?|cs|fs|vb|rb|erb|php|cc?|cpp|cxx|hh?|hpp|hxx|m|mm|swift|dart|lua|pl|pm|r|jl|ex|exs|erl|hrl|hs|ml|mli|elm|nim|zig|v|sol|sh|bash|zsh|fish|ps1|sql|graphql|gql|proto|tf|nix|css|scss|less|html?|md|mdx|rst|adoc)$/i;

/**
 * Whether the name of a file, or of a folder above it, says that it holds secrets; such files are never shown, and no
 * setting or ignore file changes that. Templates of secrets (`.env.example`) count too: many a real one was filled in.
 */
export function isSecretPath(path: string): boolean {
  const folders = path.split('/');
  const name = folders.pop() ?? '';
  if (secretNames.test(name) || secretEndings.test(name)) return true;
  if (accountKeys.test(name) && /\.json$/i.test(name)) return true;
  if (folders.some((folder, index) => isSecretFolder(folder, folders[index - 1] ?? ''))) return true;
  if (/^config\.json$/i.test(name) && /^\.docker$/i.test(folders.at(-1) ?? '')) return true;
  if (written.test(name)) return false;
  return secretData.test(name) || folders.some((folder) => dataFolders.test(folder));
}

/** Whether everything in a folder of this name, in one of the name `above`, is secret. */
export function isSecretFolder(name: string, above = ''): boolean {
  return secretFolders.test(name) || (above === '.config' && secretFolders.test(`${above}/${name}`));
}
