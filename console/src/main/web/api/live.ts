import type { AuditEntry, Host, KubeEvent, KubeNode, Machine, Namespace, Service, Supervisor, Tkc, Vips, Vm } from './types';

/** The topics of the event stream with what their objects are. */
export interface Topics {
  supervisor: Supervisor;
  namespace: Namespace;
  host: Host;
  vm: Vm;
  guest: Tkc;
  machine: Machine;
  service: Service;
  node: KubeNode;
  event: KubeEvent;
  vips: Vips;
  audit: AuditEntry;
}

export type Topic = keyof Topics;
export const TOPICS: readonly Topic[] = ['supervisor', 'namespace', 'host', 'vm', 'guest', 'machine', 'service', 'node', 'event', 'vips', 'audit'];

const KEPT = 2000;
const RETRY_MS = 2000;

export type Change = { type: 'PRESENT'; key: string; object: unknown } | { type: 'DELETED'; key: string };

/**
 * Everything that the stream has told, by topic and key. After a reset the old view stays until the new one is complete, so that
 * a reconnection does not empty the screen.
 */
export class LiveObjects {
  private present = emptyMaps();
  private arriving: ReturnType<typeof emptyMaps> | undefined;
  private readonly changes = new Map<Topic, number>();

  reset(): void {
    this.arriving = emptyMaps();
  }

  synced(): void {
    this.present = this.arriving ?? this.present;
    this.arriving = undefined;
    TOPICS.forEach((topic) => this.count(topic));
  }

  private count(topic: Topic): void {
    this.changes.set(topic, (this.changes.get(topic) ?? 0) + 1);
  }

  /** Differs from what it was before whenever something of these topics has changed. */
  version(...topics: readonly Topic[]): string {
    return topics.map((topic) => this.changes.get(topic) ?? 0).join('.');
  }

  apply(topic: Topic, change: Change): void {
    this.count(topic);
    const map = (this.arriving ?? this.present)[topic] as Map<string, unknown>;
    if (change.type === 'DELETED') {
      map.delete(change.key);
      return;
    }
    map.set(change.key, change.object);
    if ((topic === 'audit' || topic === 'event') && map.size > KEPT) {
      map.delete(map.keys().next().value as string);
    }
  }

  list<T extends Topic>(topic: T): Topics[T][] {
    return [...this.present[topic].values()] as Topics[T][];
  }

  get<T extends Topic>(topic: T, key: string): Topics[T] | undefined {
    return this.present[topic].get(key) as Topics[T] | undefined;
  }
}

function emptyMaps(): Record<Topic, Map<string, unknown>> {
  return Object.fromEntries(TOPICS.map((topic) => [topic, new Map<string, unknown>()])) as Record<Topic, Map<string, unknown>>;
}

export type StreamState = 'connecting' | 'live' | 'lost';

/** The one event stream. It connects again by itself. */
export class LiveStream {
  readonly objects = new LiveObjects();
  state: StreamState = 'connecting';
  private source: EventSource | undefined;
  private retry: ReturnType<typeof setTimeout> | undefined;

  constructor(
    private readonly changed: () => void,
    private readonly ended: () => void,
    /** Asked when the server refuses the stream: whether there is still a session to come again with. */
    private readonly mayComeAgain: () => Promise<boolean>,
  ) {}

  open(): void {
    this.close();
    this.state = 'connecting';
    const source = new EventSource('/api/kantoku/events');
    this.source = source;
    source.addEventListener('reset', () => this.objects.reset());
    source.addEventListener('synced', () => {
      this.objects.synced();
      this.state = 'live';
      this.changed();
    });
    for (const topic of TOPICS) {
      source.addEventListener(topic, (event) => {
        this.objects.apply(topic, JSON.parse((event as MessageEvent<string>).data) as Change);
        if (this.state === 'live') {
          this.changed();
        }
      });
    }
    source.addEventListener('session-ended', () => {
      this.close();
      this.ended();
    });
    source.onerror = () => {
      this.state = 'lost';
      this.changed();
      if (source.readyState === EventSource.CLOSED) {
        this.retry = setTimeout(() => void this.comeAgain(), RETRY_MS);
      }
    };
  }

  private async comeAgain(): Promise<void> {
    const source = this.source;
    if ((await this.mayComeAgain()) && this.source === source) {
      this.open();
    }
  }

  close(): void {
    clearTimeout(this.retry);
    this.source?.close();
    this.source = undefined;
  }
}
