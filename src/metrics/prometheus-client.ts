import { createRequire } from 'node:module'
import type * as client from 'prom-client'

// The index of the package also loads its default metrics, and with them a library for traces.
const load = createRequire(import.meta.url)

export const Counter = load('prom-client/lib/counter.js') as typeof client.Counter
export type Counter<Label extends string = string> = client.Counter<Label>

export const Gauge = load('prom-client/lib/gauge.js') as typeof client.Gauge
export type Gauge<Label extends string = string> = client.Gauge<Label>

export const Histogram = load('prom-client/lib/histogram.js') as typeof client.Histogram
export type Histogram<Label extends string = string> = client.Histogram<Label>

export const Registry = load('prom-client/lib/registry.js') as typeof client.Registry
export type Registry = client.Registry
