import { readFileSync } from 'node:fs';
import path from 'node:path';

const folder = path.join(import.meta.dirname, '../fixtures/certificates');

/** The file of the authority that signs all certificates of the tests. */
export const authorityFile = path.join(folder, 'authority.pem');

/** Key and certificate for a server: for loopback, for `elsewhere.example`, or for loopback until 2020. */
export function serverCertificate(name: 'server' | 'otherName' | 'expired'): { key: string; cert: string } {
  const read = (file: string): string => readFileSync(path.join(folder, file), 'utf8');
  return { key: read('server.key'), cert: read(`${name}.pem`) };
}
