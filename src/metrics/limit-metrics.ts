import { Counter, type Registry } from './prometheus-client.ts'

/** What limits refuse, and what they ask of the database. */
export class LimitMetrics {
  readonly #refusals: Counter<'measure' | 'scope'>
  readonly #leases: Counter<'outcome'>

  constructor(registry: Registry) {
    this.#refusals = new Counter({
      name: 'continuo_limit_refusals_total',
      help: 'Requests that a limit refused, by its measure and what it is for: the organization, a workspace or a key.',
      labelNames: ['measure', 'scope'] as const,
      registers: [registry],
    })
    this.#leases = new Counter({
      name: 'continuo_limit_leases_total',
      help: 'Parts of limits that were asked of the database: granted, refused because nothing was left, or failed because the database was down.',
      labelNames: ['outcome'] as const,
      registers: [registry],
    })
  }

  readonly onRefusal = (measure: string, scope: string): void => this.#refusals.inc({ measure, scope })
  readonly onLease = (outcome: string): void => this.#leases.inc({ outcome })
}
