/**
 * How far away a host is, which decides what may be sent there and how: a socket file or loopback is this machine,
 * `private` an address of one's own network, `internet` everything else, names that may lie inside included.
 */
export type Reach = 'unix' | 'loopback' | 'private' | 'internet';

/** Reach of a host as a URL names it (`[::1]` with its brackets). Only looks at the name, never asks a name server. */
export function reachOf(hostname: string): Exclude<Reach, 'unix'> {
  const host = hostname
    .replace(/^\[|\]$/g, '')
    .replace(/\.$/, '')
    .toLowerCase();
  // What stands for "any address" leads to this machine, too.
  if (host === 'localhost' || host.endsWith('.localhost') || host === '::1' || host === '::')
    return 'loopback';
  const four = v4(host);
  if (four !== null) {
    const [a, b] = four;
    if (a === 127 || a === 0) return 'loopback';
    const inside = a === 10 || (a === 172 && b >= 16 && b < 32) || (a === 192 && b === 168);
    return inside || (a === 169 && b === 254) ? 'private' : 'internet';
  }
  // fc00::/7 is for one's own network, fe80::/10 for one's own cable.
  if (host.includes(':') && /^(f[cd]|fe[89ab])/.test(host)) return 'private';
  return host.endsWith('.local') ? 'private' : 'internet';
}

/** The first two numbers of an IPv4 address, also of one that is written as IPv6 (`::ffff:7f00:1`); null for others. */
function v4(host: string): readonly [number, number] | null {
  const plain = /^(\d{1,3})\.(\d{1,3})\.\d{1,3}\.\d{1,3}$/.exec(host);
  if (plain !== null) return [Number(plain[1]), Number(plain[2])];
  const mapped = /^::ffff:([0-9a-f]{1,4}):[0-9a-f]{1,4}$/.exec(host);
  if (mapped === null) return null;
  const high = parseInt(mapped[1] ?? '', 16);
  return [high >> 8, high & 255];
}
