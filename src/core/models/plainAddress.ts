/**
 * An address without what may be a secret in it: user, password, query and fragment. To be shown, written down, and to
 * tell files by: a key in the query is another one tomorrow. What is no address stays as it is.
 */
export function plainAddress(address: string): string {
  if (!URL.canParse(address)) return address;
  const url = new URL(address);
  return url.origin + url.pathname;
}
