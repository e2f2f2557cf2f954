import type { Message } from './types';

/** A call that the server refused or that could not be made. `faults` are by field, where the server names one. */
export class ApiError extends Error {
  constructor(
    readonly status: number,
    message: string,
    readonly faults: { field: string; message: string }[] = [],
  ) {
    super(message);
  }
}

interface VapiBody {
  error_type?: string;
  messages?: Message[];
}

interface StatusBody {
  kind?: string;
  message?: string;
  details?: { causes?: { field?: string; message?: string }[] };
}

/** The error of an answer: vCenter's envelope or a Kubernetes Status. Pure. */
export function errorOf(status: number, text: string): ApiError {
  let body: (VapiBody & StatusBody) | undefined;
  try {
    body = JSON.parse(text) as VapiBody & StatusBody;
  } catch {
    body = undefined;
  }
  if (body?.kind === 'Status') {
    const causes = body.details?.causes ?? [];
    return new ApiError(
      status,
      body.message ?? `HTTP ${status}`,
      causes.map((cause) => ({ field: cause.field ?? '', message: cause.message ?? '' })),
    );
  }
  const messages = body?.messages ?? [];
  if (messages.length > 0) {
    return new ApiError(
      status,
      messages.map((message) => message.default_message).join('\n'),
      messages.map((message) => ({ field: message.args?.[0] ?? '', message: message.default_message })),
    );
  }
  return new ApiError(status, `HTTP ${status}`);
}

/** Makes calls with the session's cookie; the token against forged requests goes along with all that change something. */
export class Http {
  private csrf = '';

  /** Called when the server no longer knows the session. */
  onUnauthenticated: () => void = () => {};

  useToken(token: string): void {
    this.csrf = token;
  }

  get<T>(path: string): Promise<T> {
    return this.json<T>('GET', path);
  }

  post<T = void>(path: string, body?: unknown): Promise<T> {
    return this.json<T>('POST', path, body);
  }

  put(path: string, body: unknown): Promise<void> {
    return this.json<void>('PUT', path, body);
  }

  patch(path: string, body: unknown, type = 'application/json'): Promise<void> {
    return this.json<void>('PATCH', path, body, type);
  }

  delete(path: string, body?: unknown): Promise<void> {
    return this.json<void>('DELETE', path, body);
  }

  async text(path: string): Promise<string> {
    return (await this.send('GET', path)).text();
  }

  async sendText<T>(method: string, path: string, body: string, type: string): Promise<T> {
    const response = await this.send(method, path, body, type);
    return (await response.json()) as T;
  }

  private async json<T>(method: string, path: string, body?: unknown, type = 'application/json'): Promise<T> {
    const response = await this.send(method, path, body === undefined ? undefined : JSON.stringify(body), type);
    const text = await response.text();
    return (text === '' ? undefined : JSON.parse(text)) as T;
  }

  private async send(method: string, path: string, body?: string, type?: string): Promise<Response> {
    const headers: Record<string, string> = { Accept: 'application/json, */*;q=0.5' };
    if (method !== 'GET') {
      headers['X-CSRF-Token'] = this.csrf;
    }
    if (body !== undefined && type !== undefined) {
      headers['Content-Type'] = type;
    }
    let response: Response;
    try {
      response = await fetch(path, { method, headers, credentials: 'same-origin', cache: 'no-store', ...(body === undefined ? {} : { body }) });
    } catch {
      throw new ApiError(0, 'The server cannot be reached.');
    }
    if (!response.ok) {
      if (response.status === 401 && !path.endsWith('/api/kantoku/session')) {
        this.onUnauthenticated();
      }
      throw errorOf(response.status, await response.text());
    }
    return response;
  }
}
