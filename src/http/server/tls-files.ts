import { readFileSync, unwatchFile, watchFile } from 'node:fs'
import { createSecureContext } from 'node:tls'

/** How often the files are looked at. */
const LOOK_MS = 5_000

/** A certificate and its private key, in PEM. */
export interface TlsContent {
  readonly cert: Buffer
  readonly key: Buffer
}

/** The files cannot be used. The message is one line that says why. */
export class TlsError extends Error {
  override readonly name = 'TlsError'
}

/** The files of a certificate and its key, which are replaced while the server runs. */
export class TlsFiles {
  readonly #certPath: string
  readonly #keyPath: string
  #content: TlsContent
  #onChange: (content: TlsContent) => void = () => undefined
  #onProblem: (problem: string) => void = () => undefined

  /** @throws TlsError when they cannot be read, or do not belong together */
  constructor({ certPath, keyPath }: { readonly certPath: string; readonly keyPath: string }) {
    this.#certPath = certPath
    this.#keyPath = keyPath
    this.#content = readContent(certPath, keyPath)
  }

  get content(): TlsContent {
    return this.#content
  }

  /** Follows the files from now on. What cannot be used is reported, and what was there before stays in use. */
  watch(onChange: (content: TlsContent) => void, onProblem: (problem: string) => void): void {
    this.#onChange = onChange
    this.#onProblem = onProblem
    for (const path of [this.#certPath, this.#keyPath])
      watchFile(path, { interval: LOOK_MS, persistent: false }, this.reload)
  }

  /** Reads the files again. */
  readonly reload = (): void => {
    try {
      const { cert, key } = readContent(this.#certPath, this.#keyPath)
      if (cert.equals(this.#content.cert) && key.equals(this.#content.key)) return
      this.#content = { cert, key }
      this.#onChange(this.#content)
    } catch (error) {
      // Of two files one is replaced after the other.
      if (!(error instanceof TlsError)) throw error
      this.#onProblem(error.message)
    }
  }

  close(): void {
    for (const path of [this.#certPath, this.#keyPath]) unwatchFile(path, this.reload)
  }
}

function readContent(certPath: string, keyPath: string): TlsContent {
  const content = { cert: readText(certPath, '--tls-cert'), key: readText(keyPath, '--tls-key') }
  try {
    createSecureContext(content)
  } catch (error) {
    const { message } = error as Error
    throw new TlsError(
      `The certificate ${certPath} (--tls-cert) and the key ${keyPath} (--tls-key) cannot be used together: ${message}.`,
    )
  }
  return content
}

function readText(path: string, flag: string): Buffer {
  try {
    return readFileSync(path)
  } catch (error) {
    const { code = 'unknown error' } = error as NodeJS.ErrnoException
    throw new TlsError(`${path} (${flag}) cannot be read (${code}).`)
  }
}
