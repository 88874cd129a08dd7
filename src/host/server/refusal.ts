import { asEngineError, type EngineError } from '../../engine/errors.ts';

/** OpenAI's kinds of errors. */
export type RefusalType =
  'invalid_request_error' | 'authentication_error' | 'permission_error' | 'rate_limit_error' | 'server_error';

/** What is said of a refusal beside its sentence. */
export interface RefusalMore {
  readonly type?: RefusalType;
  /** For programs. */
  readonly code?: string;
  /** The field that is to blame. */
  readonly param?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/** A request that is not answered, with an HTTP status and one sentence: what is wrong and what to do. */
export class Refusal extends Error {
  readonly status: number;
  readonly type: RefusalType;
  readonly code: string | null;
  readonly param: string | null;
  readonly headers: Readonly<Record<string, string>>;

  constructor(status: number, message: string, more: RefusalMore = {}) {
    super(message);
    this.name = 'Refusal';
    this.status = status;
    this.type = more.type ?? (status >= 500 ? 'server_error' : 'invalid_request_error');
    this.code = more.code ?? null;
    this.param = more.param ?? null;
    this.headers = more.headers ?? {};
  }

  /** In the shape of OpenAI's errors. */
  get body(): { readonly error: object } {
    const { message, type, code, param } = this;
    return { error: { message, type, param, code } };
  }
}

/** A field whose value can't be had here. */
export function impossible(param: string, message: string): Refusal {
  return new Refusal(400, message, { param, code: 'unsupported_value' });
}

/** Any failure as a refusal; an engine's own sentence says what is wrong. */
export function asRefusal(error: unknown): Refusal {
  if (error instanceof Refusal) return error;
  return ofEngine(asEngineError(error));
}

function ofEngine({ code, message }: EngineError): Refusal {
  switch (code) {
    case 'bad-request':
      return new Refusal(400, message, { code });
    case 'deadline':
    case 'internal':
    case 'protocol-mismatch':
      return new Refusal(500, message, { code });
    case 'cancelled':
    case 'preempted':
    case 'not-loaded':
    case 'crashed':
    case 'hung':
    case 'stopped':
      // Another try may find it as it was.
      return new Refusal(503, message, { code, headers: { 'retry-after': '2' } });
    case 'no-binary':
    case 'library-missing':
    case 'model-missing':
    case 'model-invalid':
    case 'model-unsupported':
    case 'model-tampered':
    case 'out-of-memory':
      return new Refusal(503, message, { code });
  }
}
