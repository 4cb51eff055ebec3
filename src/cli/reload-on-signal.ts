import type { Config } from '../config/config.ts'
import { ConfigError } from '../config/config-error.ts'
import type { TlsFiles } from '../http/server/tls-files.ts'
import type { Continuo } from '../open-continuo.ts'

/** What is reloaded, and how that is reported. */
export interface Reloading {
  /** @throws ConfigError */
  readonly readConfig: () => Config
  readonly continuo: Pick<Continuo, 'reload'>
  readonly tls: Pick<TlsFiles, 'reload'> | null
  readonly announce: (text: string) => void
}

/**
 * Reads configuration, keys and certificates again at each SIGHUP. A terminal that closes sends that signal too: a server
 * that was started from one ends then.
 */
export function reloadOnSignal(reloading: Reloading): void {
  if (process.stdin.isTTY) return
  process.on('SIGHUP', () => void reload(reloading))
}

/** Reads everything again; what is wrong is reported, and what was there before stays in use. */
export async function reload({ readConfig, continuo, tls, announce }: Reloading): Promise<void> {
  tls?.reload()
  try {
    const others = await continuo.reload(readConfig())
    const restart = others.length === 0 ? '' : `; a restart is needed for ${others.join(', ')}`
    announce(`continuo: reloaded keys, log level and certificates${restart}\n`)
  } catch (error) {
    const reason =
      error instanceof ConfigError ? error.message : `the keys cannot be stored (${(error as Error).message})`
    announce(`continuo: nothing was reloaded: ${reason}\n`)
  }
}
