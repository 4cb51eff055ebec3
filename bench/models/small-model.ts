import { join } from 'node:path'
import type { Bench } from '../bench.ts'
import { install } from '../peers/install.ts'
import { EMBEDDED_MODEL } from './bench-model.ts'

const INSTALL = join(import.meta.dirname, '..', '..', 'test', 'fidelity', 'completions', 'install-smollm2')

/** A small model that was trained on real texts, fetched on first use; in a smoke test the packaged one. */
export async function smallModel({ options }: Pick<Bench, 'options'>): Promise<string> {
  return options.scale === 'smoke' ? EMBEDDED_MODEL : install([INSTALL])
}
