import { messageOf, type App } from './app';

const PAUSE_MS = 500;

/**
 * Something that is asked for and not streamed. It is asked for again when what it depends on has changed, one call at a time
 * and with a pause after each.
 */
export class Fetched<T> {
  value: T | undefined;
  error = '';
  private version: string | undefined;
  private busy = false;

  constructor(
    private readonly app: App,
    private readonly load: () => Promise<T>,
  ) {}

  /** The newest answer. The version is that of the live objects which it depends on. */
  at(version: string): T | undefined {
    if (version !== this.version && !this.busy) {
      this.version = version;
      void this.reload();
    }
    return this.value;
  }

  async reload(): Promise<void> {
    this.busy = true;
    try {
      this.value = await this.load();
      this.error = '';
    } catch (error) {
      this.error = messageOf(error);
    }
    this.app.refresh();
    setTimeout(() => {
      this.busy = false;
      this.app.refresh();
    }, PAUSE_MS);
  }
}
