import { EgressError } from './egressError.ts';
import { reachOf } from '../core/endpoints/reach.ts';

export interface ProxySettings {
  /** Address of a proxy for everything (VS Code's `http.proxy`); empty or absent: what the environment says. */
  readonly address?: string;
  /** Hosts that are asked directly (VS Code's `http.noProxy`), besides those of `NO_PROXY`. */
  readonly noProxy?: readonly string[];
  /** Value of the header `Proxy-Authorization` (VS Code's `http.proxyAuthorization`). */
  readonly authorization?: string | null;
  /** Where HTTPS_PROXY, HTTP_PROXY and NO_PROXY are looked up, in small letters too. Default: none are. */
  readonly environment?: Readonly<Record<string, string | undefined>>;
}

export interface Proxy {
  readonly secure: boolean;
  readonly hostname: string;
  readonly port: number;
  /** Name and port, as people see it. */
  readonly host: string;
  readonly authorization: string | null;
}

/**
 * The proxy that a request to `target` goes through; null: none. This machine is always asked directly. The setting
 * comes before the environment, whose variables are taken as VS Code takes them. Throws EgressError (`proxy`) for
 * an address that is none.
 */
export function proxyFor(target: URL, settings: ProxySettings): Proxy | null {
  if (reachOf(target.hostname) === 'loopback') return null;
  const environment = (name: string): string =>
    settings.environment?.[name] || settings.environment?.[name.toLowerCase()] || '';
  const exceptions = [...(settings.noProxy ?? []), ...environment('NO_PROXY').split(/[\s,]+/)];
  if (exceptions.some((exception) => exempts(exception.trim(), target))) return null;
  const fromEnvironment =
    (target.protocol === 'https:' ? environment('HTTPS_PROXY') : '') || environment('HTTP_PROXY');
  const address = settings.address?.trim() || fromEnvironment.trim();
  return address === '' ? null : parse(address, settings.authorization ?? null);
}

function parse(address: string, authorization: string | null): Proxy {
  const whole = /^[a-z][a-z0-9+.-]*:\/\//i.test(address) ? address : `http://${address}`;
  if (!URL.canParse(whole)) {
    throw new EgressError(
      'proxy',
      'The proxy setting is no address: write it like http://proxy.example:3128.',
    );
  }
  const url = new URL(whole);
  if (url.protocol !== 'http:' && url.protocol !== 'https:') {
    throw new EgressError(
      'proxy',
      `A proxy of the kind ${url.protocol.slice(0, -1)} can't be used: name one that speaks http or https.`,
    );
  }
  const secure = url.protocol === 'https:';
  const port = url.port === '' ? (secure ? 443 : 80) : Number(url.port);
  return {
    secure,
    hostname: url.hostname.replace(/^\[|\]$/g, ''),
    port,
    host: `${url.hostname}:${port}`,
    authorization: basicAuthorization(url) ?? authorization,
  };
}

/** Name and password of an address as a basic authorization header's value; null where it has none. */
export function basicAuthorization(url: URL): string | null {
  if (url.username === '' && url.password === '') return null;
  const pair = `${decoded(url.username)}:${decoded(url.password)}`;
  return `Basic ${Buffer.from(pair).toString('base64')}`;
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    // A percent sign that stands for itself.
    return text;
  }
}

/** Whether an entry of NO_PROXY (`*`, a host, a domain with or without a dot or star before it, any with a port) fits. */
function exempts(exception: string, target: URL): boolean {
  if (exception === '') return false;
  if (exception === '*') return true;
  const [, name = '', port] = /^(\[[^\]]*\]|[^:]*|[^:]*:.*:.*?)(?::(\d+))?$/.exec(exception) ?? [];
  const targetPort = target.port === '' ? (target.protocol === 'https:' ? '443' : '80') : target.port;
  if (port !== undefined && port !== targetPort) return false;
  const domain = name
    .replace(/^\*?\./, '')
    .replace(/^\[|\]$/g, '')
    .toLowerCase();
  const host = target.hostname.replace(/^\[|\]$/g, '');
  return domain !== '' && (host === domain || host.endsWith(`.${domain}`));
}
