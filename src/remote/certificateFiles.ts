import { X509Certificate } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { EgressError } from './egressError.ts';

const pem = /-----BEGIN (X509 )?CERTIFICATE-----[^-]+-----END (X509 )?CERTIFICATE-----/g;

/** All certificates of PEM files. Rejects with EgressError (`certificate`) that names the file which holds none. */
export async function readCertificates(files: readonly string[]): Promise<string[]> {
  const found: string[] = [];
  for (const file of files) {
    const text = await readFile(file, 'utf8').catch((error: unknown) => {
      const why = (error as NodeJS.ErrnoException).code ?? String(error);
      throw unusable(file, `can't be read (${why}): correct its path in the settings`);
    });
    const certificates = text.match(pem) ?? [];
    if (certificates.length === 0) {
      throw unusable(file, 'holds no certificate in PEM form: convert it, or name another file');
    }
    for (const certificate of certificates) {
      if (!readable(certificate)) throw unusable(file, 'holds a damaged certificate: get the file again');
    }
    found.push(...certificates);
  }
  return found;
}

function readable(certificate: string): boolean {
  try {
    return new X509Certificate(certificate).subject !== undefined;
  } catch {
    return false;
  }
}

function unusable(file: string, why: string): EgressError {
  return new EgressError('certificate', `The certificate file ${file} ${why}.`);
}
